// The buffer that the connections of one loop write from, one after the other.
//
// A write that the socket takes whole, as nearly all are, leaves the buffer free for the next connection: a loop needs one,
// and an idle connection none. What a socket does not take keeps its buffer, and the loop gets another one. While a
// connection has such a backlog its writes are copies of just their size, so that many small ones do not hold a whole buffer
// each.

import NIOCore
import NIOPosix

/// A loop's buffer for writes.
// INVARIANT: only its own thread reaches an OutputBuffer, by the thread-specific variable that alone holds it.
final class OutputBuffer: @unchecked Sendable {
  private static let capacity = 64 << 10
  private static let ofThreads = ThreadSpecificVariable<OutputBuffer>()

  /// Empty, or of `capacity` bytes.
  // INVARIANT: exclusivity is not checked: what is called while it is accessed does not reach this object.
  @exclusivity(unchecked) private var spare = ByteBuffer()

  static var ofThisThread: OutputBuffer {
    if let buffer = ofThreads.currentValue { return buffer }
    let buffer = OutputBuffer()
    ofThreads.currentValue = buffer
    return buffer
  }

  /// What a session has to send, as much as fits.
  /// - Parameters:
  ///   - copying: the connection has a backlog
  ///   - isAll: set to whether the session has nothing more to send for now
  func take(from session: ServerSession, copying: Bool, isAll: inout Bool) -> ByteBuffer {
    var bytes = ByteBuffer()
    swap(&bytes, &spare)
    bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.capacity) { session.fill($0) }
    isAll = bytes.readableBytes <= Self.capacity - ServerSession.largestOutput
    guard copying, bytes.readableBytes > 0 else { return bytes }
    let copy = ByteBuffer(bytes: bytes.readableBytesView)
    giveBack(&bytes)
    return copy
  }

  /// Takes a buffer back after its write.
  /// - Returns: false when the channel still holds it
  @discardableResult
  func giveBack(_ bytes: inout ByteBuffer) -> Bool {
    // A buffer that others hold gets new storage when it is cleared.
    let before = bytes.withVeryUnsafeBytes { $0.baseAddress }
    bytes.clear()
    guard bytes.withVeryUnsafeBytes({ $0.baseAddress }) == before else { return false }
    if bytes.capacity >= Self.capacity { swap(&bytes, &spare) }
    return true
  }
}
