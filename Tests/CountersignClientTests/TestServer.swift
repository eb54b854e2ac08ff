// A real server on a socket of its own, with methods that a test writes.

import CCountersign
import CProtobufC
import CountersignClient
import Glibc
import NIOCore
import Synchronization

@testable import RemoteProcedureCall

/// A folder for one test's socket.
final class SocketFolder: Sendable {
  let path: String
  var socket: String { path + "/s" }

  init() throws {
    var template = Array("/tmp/countersign-client-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure(message: "mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    unlink(socket)
    rmdir(path)
  }
}

struct TestFailure: Error {
  var message: String
}

enum TestServer {
  /// Runs `body` with a server of these methods and a client of it, and ends both.
  static func run<Answer>(
    _ methods: [Method], limits: SessionLimits = SessionLimits(),
    _ body: (Client, SocketFolder) async throws -> Answer
  ) async throws -> Answer {
    let folder = try SocketFolder()
    let server = try await start(methods, at: folder.socket, limits: limits)
    let client = Client(socketPath: folder.socket, timeout: .seconds(20))
    do {
      let answer = try await body(client, folder)
      await client.close()
      await server.drain(within: .seconds(1))
      return answer
    } catch {
      await client.close()
      await server.drain(within: .seconds(1))
      throw error
    }
  }

  static func start(
    _ methods: [Method], at path: String, limits: SessionLimits = SessionLimits()
  ) async throws -> Server {
    var configuration = ServerConfiguration(listening: .path(path))
    configuration.limits = limits
    configuration.eventLoops = 1
    return try await Server.start(configuration, methods: methods)
  }

  static func check(_ handler: @escaping @Sendable (UnsafeRawBufferPointer, Call) -> Void) -> Method {
    method("Check", handler)
  }

  static func method(
    _ name: String, _ handler: @escaping @Sendable (UnsafeRawBufferPointer, Call) -> Void
  ) -> Method {
    Method(path: "/countersign.v1.AuthorizationService/\(name)", kind: .unary(handler))
  }

  /// Allows everything and gives the request's id back.
  static let allowing = check { bytes, call in
    answer(call) { arena throws(Status) in
      try allow(requestID: String(try request(bytes, in: arena).pointee.request_id), in: arena)
    }
  }

  static func request(
    _ bytes: UnsafeRawBufferPointer, in arena: borrowing MessageArena
  ) throws(Status) -> UnsafeMutablePointer<Countersign__CheckRequest> {
    try arena.unpack(bytes, with: countersign__check_request__unpack)
  }

  static func allow(
    requestID: String, in arena: borrowing MessageArena
  ) throws(Status) -> UnsafeMutablePointer<Countersign__CheckResponse> {
    let response = try arena.make(countersign__check_response__init)
    response.pointee.decision = COUNTERSIGN__DECISION__DECISION_ALLOW
    response.pointee.reason = COUNTERSIGN__REASON__REASON_ALLOWED
    response.pointee.request_id = try arena.bytes(Array(requestID.utf8))
    return response
  }

  /// Replies with the message that `build` makes; its error ends the call.
  static func answer<Message>(
    _ call: Call, _ build: (borrowing MessageArena) throws(Status) -> UnsafeMutablePointer<Message>
  ) {
    do throws(Status) {
      let message = try build(try MessageArena())
      let base = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
      call.reply(size: protobuf_c_message_get_packed_size(base)) { space in
        guard let start = space.baseAddress else { return }
        _ = protobuf_c_message_pack(base, start.assumingMemoryBound(to: UInt8.self))
      }
    } catch {
      call.finish(error)
    }
  }
}

extension String {
  init(_ field: ProtobufCBinaryData) {
    self.init(decoding: UnsafeBufferPointer(start: field.data, count: field.len), as: UTF8.self)
  }
}

/// A value that handlers write and tests read.
final class Recorded<Value: Sendable>: Sendable {
  private let storage: Mutex<Value>
  init(_ value: Value) { storage = Mutex(value) }
  var value: Value { storage.withLock { $0 } }
  func update(_ body: @Sendable (inout Value) -> Void) { storage.withLock { body(&$0) } }

  /// Waits until the value is as wanted; fails after ten seconds.
  func must(_ isWanted: (Value) -> Bool) async throws {
    for _ in 0..<1_000 {
      if isWanted(value) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw TestFailure(message: "still \(value)")
  }
}
