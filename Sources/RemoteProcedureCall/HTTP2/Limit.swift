// Every limit of the server by name, so that operators and tests see which one was reached.

/// A limit that was reached. The raw value is for people: `connection cut: too many control frames`.
public enum Limit: String, Sendable, Hashable, CaseIterable {
  // Reached by the server itself.
  case accepting = "connections cannot be accepted"
  // Reached by a connection, which is refused or cut.
  case connections = "too many connections"
  case connectionsOfOneUser = "too many connections of one user"
  case handshakeTime = "no HTTP/2 handshake in time"
  case notHTTP2 = "not HTTP/2"
  case controlFrames = "too many control frames"
  case resets = "too many streams reset"
  case queuedAcks = "too many acknowledgements unread"
  case continuations = "too many continuation frames"
  case settings = "too many settings"
  case protocolError = "HTTP/2 error"
  case halfSentHeaders = "headers sent by half"
  case keepalive = "no answer to a ping"
  case writeStall = "client does not read"
  case drainTime = "calls not over in time"
  case memory = "out of memory"
  // Reached by one call, which is answered or reset.
  case headerListSize = "header list too large"
  case headerFields = "too many header fields"
  case messageSize = "message too large"
  case requestTime = "request not complete in time"
  case answerStall = "client does not take its answer"
  case outgoingBytes = "too many answers unread"
  case bufferedBytes = "too many bytes buffered"
}
