// A bare method on a real server, and a transport to call it.

import NIOCore
import Testing

@testable import RemoteProcedureCall

enum TransportFixture {
  static let path = "/test.Service/Method"

  static func method(_ handler: @escaping @Sendable (UnsafeRawBufferPointer, Call) -> Void) -> Method {
    Method(path: path, kind: .unary(handler))
  }

  /// Sends back what it got.
  static let echo = method { bytes, call in call.reply(size: bytes.count) { $0.copyMemory(from: bytes) } }

  static func message(_ bytes: [UInt8]) -> PackedMessage {
    PackedMessage(size: bytes.count) { $0.copyBytes(from: bytes) }
  }

  static func call(
    _ transport: ClientTransport, _ bytes: [UInt8], timeout: Duration? = .seconds(20)
  ) async throws -> [UInt8] {
    Array(try await transport.unary(path, message(bytes), timeout: timeout).readableBytesView)
  }

  static func expect(
    _ answer: [UInt8], from transport: ClientTransport, for bytes: [UInt8], timeout: Duration? = .seconds(20)
  ) async throws {
    let found = try await call(transport, bytes, timeout: timeout)
    #expect(found == answer)
  }

  static func withServer(
    _ methods: [Method], limits: SessionLimits = SessionLimits(),
    configuration: ClientTransport.Configuration = ClientTransport.Configuration(),
    _ body: (ClientTransport) async throws -> Void
  ) async throws {
    let folder = try SocketFolder()
    let server = try await TestServer.start(methods, at: folder.socket, limits: limits)
    let transport = ClientTransport(socketPath: folder.socket, configuration: configuration)
    let result = await Result { try await body(transport) }
    await transport.close()
    await server.drain(within: .seconds(1))
    try result.get()
  }
}

/// Calls `body` each millisecond until it answers false.
func everyMillisecond(on eventLoop: any EventLoop, _ body: @escaping () -> Bool) {
  guard body() else { return }
  eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { everyMillisecond(on: eventLoop, body) }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
