// A request's message with its length before it, ready to be sent.
//
// It is packed before the call waits for anything, on the thread that built it: messages live in their thread's arena, and a
// Swift task may go on another thread after each `await`.

import NIOCore

public struct PackedMessage: Sendable {
  let framed: ByteBuffer

  /// - Parameters:
  ///   - size: bytes of the packed message
  ///   - write: fills exactly `size` bytes
  public init(size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) {
    var framed = ByteBuffer()
    framed.reserveCapacity(MessageReader.prefixSize + size)
    framed.writeInteger(UInt8(0))
    framed.writeInteger(UInt32(clamping: size))
    framed.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { space in
      write(UnsafeMutableRawBufferPointer(rebasing: space[..<size]))
      return size
    }
    self.framed = framed
  }
}
