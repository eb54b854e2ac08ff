// A gRPC client on a Unix socket: calls by path, messages as bytes, for Swift concurrency.
//
// One connection carries all calls, as many at a time as the server takes. It is made at the first call and again after a
// loss or the server's goodbye. Nothing here retries what a server may have begun; see ClientConnector.

import NIOCore
import NIOPosix

public final class ClientTransport: Sendable {
  public struct Configuration: Sendable {
    /// Largest message that is taken from the server.
    public var maximumMessageBytes = 4 << 20
    /// Largest sum of an answer's headers and trailers, by HPACK's count.
    public var maximumHeaderBytes = 64 << 10
    /// Messages of a stream that may wait for their reader; past it the call ends with RESOURCE_EXHAUSTED.
    public var maximumWaitingMessages = 64
    public init() {}
  }

  public let socketPath: String
  private let configuration: Configuration
  private let connector: ClientConnector

  /// Does not connect yet.
  public init(
    socketPath: String, configuration: Configuration = Configuration(),
    eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
  ) {
    self.socketPath = socketPath
    self.configuration = configuration
    connector = ClientConnector(
      socketPath: socketPath, maximumHeaderBytes: configuration.maximumHeaderBytes, eventLoop: eventLoop)
  }

  deinit { shutDown() }

  /// Calls a unary method.
  /// - Parameters:
  ///   - path: `/package.Service/Name`
  ///   - message: the request
  ///   - timeout: from now to the answer, connecting included; nil waits for ever
  /// - Returns: the packed answer.
  /// - Throws: every status but OK. CANCELLED when the task is cancelled; then the server is told too.
  public func unary(
    _ path: String, _ message: PackedMessage, timeout: Duration?
  ) async throws(Status) -> ByteBuffer {
    let call = makeCall(path, message, timeout: timeout)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<ByteBuffer, Status>, Never>) in
        connector.eventLoop.execute { [connector] in
          var messages: [ByteBuffer] = []
          call.observe(
            onMessage: { messages.append($0) }, onEnd: { continuation.resume(returning: Self.single(messages, $0)) })
          connector.start(call)
        }
      }
    } onCancel: {
      connector.eventLoop.execute { [connector] in connector.cancel(call) }
    }
    return try result.get()
  }

  /// Calls a server-streaming method. The stream throws a `Status` unless the call ends with OK; giving it up cancels the call.
  public func serverStreaming(
    _ path: String, _ message: PackedMessage, timeout: Duration?
  ) -> AsyncThrowingStream<ByteBuffer, any Error> {
    let call = makeCall(path, message, timeout: timeout)
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(configuration.maximumWaitingMessages))
    continuation.onTermination = { [connector] _ in
      connector.eventLoop.execute { connector.cancel(call) }
    }
    connector.eventLoop.execute { [connector] in
      call.observe(
        onMessage: { message in
          guard case .dropped = continuation.yield(message) else { return }
          continuation.finish(throwing: Status(.resourceExhausted, "the stream's messages are not read fast enough"))
        },
        onEnd: { $0.code == .ok ? continuation.finish() : continuation.finish(throwing: $0) })
      connector.start(call)
    }
    return stream
  }

  /// Calls a bidirectional method. Messages of the answer wait for their reader without bound: whoever asks bounds how much
  /// may be asked before its answers are read.
  public func bidirectional(_ path: String, timeout: Duration?) -> ClientStream {
    let call = ClientCall(
      path: path, deadline: deadline(after: timeout), maximumMessageBytes: configuration.maximumMessageBytes)
    let (answers, continuation) = AsyncThrowingStream.makeStream(of: ByteBuffer.self, throwing: (any Error).self)
    continuation.onTermination = { [connector] _ in
      connector.eventLoop.execute { connector.cancel(call) }
    }
    connector.eventLoop.execute { [connector] in
      call.observe(
        onMessage: { continuation.yield($0) },
        onEnd: { $0.code == .ok ? continuation.finish() : continuation.finish(throwing: $0) })
      connector.start(call)
    }
    return ClientStream(answers: answers, call: call, connector: connector)
  }

  /// Ends all calls with CANCELLED and closes the connection; later calls fail so too.
  public func close() async {
    await withCheckedContinuation { continuation in
      connector.eventLoop.execute { [connector] in
        connector.close()
        continuation.resume()
      }
    }
  }

  private func shutDown() {
    connector.eventLoop.execute { [connector] in connector.close() }
  }

  private func makeCall(
    _ path: String, _ message: PackedMessage, timeout: Duration?
  ) -> ClientCall {
    ClientCall(
      path: path, message: message, deadline: deadline(after: timeout),
      maximumMessageBytes: configuration.maximumMessageBytes)
  }

  private func deadline(after timeout: Duration?) -> NIODeadline? {
    timeout.map { .now() + min(TimeAmount($0), .nanoseconds(Timeout.maximum)) }
  }

  private static func single(_ messages: [ByteBuffer], _ status: Status) -> Result<ByteBuffer, Status> {
    guard status.code == .ok else { return .failure(status) }
    guard messages.count == 1 else {
      return .failure(Status(.internal, "the server answered with \(messages.count) messages, expected one"))
    }
    return .success(messages[0])
  }
}
