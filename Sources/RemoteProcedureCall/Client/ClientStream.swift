// A bidirectional call, seen from its client.

import NIOCore

public struct ClientStream: Sendable {
  /// For one reader. Throws a `Status` unless the call ends with OK.
  public let answers: AsyncThrowingStream<ByteBuffer, any Error>
  private let call: ClientCall
  private let connector: ClientConnector

  init(answers: AsyncThrowingStream<ByteBuffer, any Error>, call: ClientCall, connector: ClientConnector) {
    self.answers = answers
    self.call = call
    self.connector = connector
  }

  /// Sends one message. It goes nowhere once the call has ended.
  public func send(_ message: PackedMessage) {
    connector.eventLoop.execute { connector.send(message, on: call) }
  }

  /// Says that no more messages follow.
  public func finish() {
    connector.eventLoop.execute { connector.send(nil, on: call) }
  }

  /// Gives the call up.
  public func cancel() {
    connector.eventLoop.execute { connector.cancel(call) }
  }
}
