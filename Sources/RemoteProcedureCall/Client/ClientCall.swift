// One call as its client sees it: the request on its way out, the answer as it comes in, and how it ends.
//
// It knows nothing of connections or streams but the number of its own. A call whose server has certainly not begun it may
// be put on another connection; then what was gathered of the answer is nothing yet.

import NIOCore

/// INVARIANT: after its creation a call is touched on its transport's event loop only.
final class ClientCall: @unchecked Sendable {
  let path: String
  let deadline: NIODeadline?
  /// Framed messages.
  private var request: ByteBuffer
  /// No more messages follow: all of them for a unary call are there from the start.
  private var isRequestComplete: Bool
  /// Bytes of a stream that were given to the session are not kept: the call cannot begin again.
  private var hasForgottenBytes = false
  /// The session waits for more of the request.
  var isDeferred = false

  /// The stream that it is on.
  var streamID: Int32?
  /// Its headers have left: the server may have begun it.
  var wasSent = false
  /// Bytes of response headers and trailers so far.
  var headerBytes = 0
  /// How often it was put on a connection.
  var attempts = 0
  /// The connection that it is on.
  weak var connection: ClientConnection?
  var timer: Scheduled<Void>?

  private var httpStatus: Int?
  private var grpcStatus: Int?
  private var grpcMessage: [UInt8] = []
  private var answer: MessageReader
  private var onMessage: ((ByteBuffer) -> Void)?
  private var onEnd: ((Status) -> Void)?
  private(set) var isEnded = false

  init(path: String, message: PackedMessage, deadline: NIODeadline?, maximumMessageBytes: Int) {
    self.path = path
    self.deadline = deadline
    request = message.framed
    isRequestComplete = true
    answer = MessageReader(maximumSize: maximumMessageBytes)
  }

  /// A call whose messages come by `append`.
  init(path: String, deadline: NIODeadline?, maximumMessageBytes: Int) {
    self.path = path
    self.deadline = deadline
    request = ByteBuffer()
    isRequestComplete = false
    answer = MessageReader(maximumSize: maximumMessageBytes)
  }

  /// Sets what is told of the call. When it has ended already, `onEnd` is called at once.
  func observe(onMessage: @escaping (ByteBuffer) -> Void, onEnd: @escaping (Status) -> Void) {
    guard !isEnded else { return onEnd(Status(.cancelled, "the call was cancelled")) }
    self.onMessage = onMessage
    self.onEnd = onEnd
  }

  func end(_ status: Status) {
    guard !isEnded else { return }
    isEnded = true
    timer?.cancel()
    timer = nil
    let onEnd = onEnd
    self.onEnd = nil
    onMessage = nil
    onEnd?(status)
  }

  /// Makes ready for another connection. False when it cannot be.
  func rewind() -> Bool {
    guard !hasForgottenBytes else { return false }
    request.moveReaderIndex(to: 0)
    isDeferred = false
    streamID = nil
    connection = nil
    wasSent = false
    headerBytes = 0
    httpStatus = nil
    grpcStatus = nil
    grpcMessage = []
    answer = MessageReader(maximumSize: answer.maximumSize)
    return true
  }

  // MARK: The request

  /// The last byte was given to the session.
  var isRequestSent: Bool { isRequestComplete && request.readableBytes == 0 }

  /// Adds a message to a stream's request.
  func append(_ message: PackedMessage) {
    guard !isRequestComplete else { return }
    if request.readerIndex > 0 {
      hasForgottenBytes = true
      request.discardReadBytes()
    }
    request.writeImmutableBuffer(message.framed)
  }

  /// No more messages follow.
  func completeRequest() { isRequestComplete = true }

  func takeRequest(into space: UnsafeMutableRawBufferPointer) -> Int {
    request.readWithUnsafeReadableBytes { bytes in
      let count = min(bytes.count, space.count)
      space.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      return count
    }
  }

  // MARK: The answer

  func receivedHeader(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
    if name.elementsEqual(":status".utf8) {
      httpStatus = Self.number(value)
    } else if name.elementsEqual("grpc-status".utf8) {
      grpcStatus = Self.number(value) ?? Int(Status.Code.unknown.rawValue)
    } else if name.elementsEqual("grpc-message".utf8) {
      grpcMessage = Array(value)
    }
  }

  func receivedData(_ bytes: UnsafeRawBufferPointer) throws(Status) {
    // The body of an answer that is not gRPC's is for people with a browser.
    guard httpStatus == 200 else { return }
    answer.lend(bytes)
    defer { answer.compact() }
    while true {
      switch answer.front {
      case .incomplete: return
      case .message:
        if let message = answer.next() { onMessage?(ByteBuffer(bytes: message)) }
      case .oversize(let size):
        throw Status(.resourceExhausted, "the server's message of \(size) bytes is larger than \(answer.maximumSize)")
      case .compressed: throw Status(.internal, "the server compressed a message without being asked to")
      case .malformed(let flag): throw Status(.internal, "the server's message begins with \(flag), expected 0")
      }
    }
  }

  /// How the call ends, once the server has ended its side.
  var finalStatus: Status {
    if let grpcStatus {
      let code = UInt8(exactly: grpcStatus).flatMap { Status.Code(rawValue: $0) } ?? .unknown
      guard code == .ok, !answer.isEmpty else {
        return Status(code, grpcMessage.withUnsafeBytes { PercentEncoding.decode($0) })
      }
      return Status(.internal, "the server ended the call in the middle of a message")
    }
    guard let httpStatus, httpStatus != 200 else {
      return Status(.unknown, "the server ended the call without a status")
    }
    return .http(httpStatus)
  }

  private static func number(_ digits: UnsafeBufferPointer<UInt8>) -> Int? {
    guard (1...3).contains(digits.count), digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
  }
}
