// gRPC's rules for calls: what is answered to what.

import NIOCore
import Testing

@testable import RemoteProcedureCall

@Suite("Calls")
struct CallTests {
  @Test("a unary call is answered with its message and status 0", arguments: [0, 1, 100, 16_379, 16_380, 30_000])
  func unary(size: Int) throws {
    let connection = try TestConnection()
    let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let answer = connection.call(1, "/test.T/Echo", message)
    #expect(answer.headers.first { $0.0 == ":status" }?.1 == "200")
    #expect(answer["content-type"] == "application/grpc")
    let isSame = answer.messages == [message]
    #expect(isSame)
    #expect(answer.status == .ok)
    #expect(answer.trailers != nil)
    #expect(answer.hasEnded && answer.reset == nil)
  }

  @Test("a held answer leaves at the end with OK, and is dropped by any other end")
  func held() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.unary(record)])
    for stream: Int32 in [1, 3, 5] {
      connection.send(Wire.call(stream, "/test.T/Keep", [1], [("grpc-timeout", "1M")]))
      record.calls.last?.hold(size: 3) { $0.copyBytes(from: [1, 2, 3]) }
    }
    connection.run()
    connection.advance(.seconds(40))
    #expect(connection.answers.isEmpty)
    record.calls[0].finish(.ok)
    record.calls[1].finish(Status(.unavailable, "not recorded"))
    connection.run()
    connection.advance(.seconds(20))
    #expect(connection.answers[1]?.messages == [[1, 2, 3]])
    #expect(connection.answers[1]?.status == .ok)
    #expect(connection.answers[3]?.messages == [])
    #expect(connection.answers[3]?.status == .unavailable)
    #expect(connection.answers[5]?.messages == [])
    #expect(connection.answers[5]?.status == .deadlineExceeded)
  }

  @Test("a service may read its message after it has answered", arguments: [10, 12_000, 30_000])
  func readAfterReply(size: Int) throws {
    let record = RecordingHandler.Record()
    let method = Method(
      path: "/test.T/Late",
      kind: .unary { message, call in
        call.reply(size: 1) { $0[0] = 1 }
        record.events.append(.message(Array(message)))
      })
    let connection = try TestConnection([method])
    let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    _ = connection.call(1, "/test.T/Late", message)
    #expect(record.events == [.message(message)])
  }

  @Test("an error is a trailers-only answer with its message percent-encoded")
  func failure() throws {
    let answer = try TestConnection().call(1, "/test.T/Fail")
    #expect(answer.trailers == nil)
    #expect(answer.status == .notFound)
    #expect(answer["grpc-message"] == "50%25 %E2%80%9Cnothing%E2%80%9D%0A")
    #expect(answer.message == "50% “nothing”\n")
    #expect(answer.hasEnded)
  }

  struct Refusal: Sendable {
    var name: String
    var frames: [Frame]
    var status: Status.Code?
    var http = "200"
  }

  static let refusals: [Refusal] = [
    Refusal(name: "unknown method", frames: Wire.call(1, "/test.T/Nope", [1]), status: .unimplemented),
    Refusal(name: "path with a suffix", frames: Wire.call(1, "/test.T/Echo/", [1]), status: .unimplemented),
    Refusal(
      name: "unknown encoding", frames: Wire.call(1, "/test.T/Echo", [1], [("grpc-encoding", "gzip")]),
      status: .unimplemented),
    Refusal(
      name: "compressed flag",
      frames: [Wire.request(1, "/test.T/Echo"), Wire.data(1, Wire.message([1], flag: 1), ends: true)], status: .internal
    ),
    Refusal(
      name: "unknown flag",
      frames: [Wire.request(1, "/test.T/Echo"), Wire.data(1, Wire.message([1], flag: 2), ends: true)], status: .internal
    ),
    Refusal(
      name: "malformed timeout", frames: Wire.call(1, "/test.T/Echo", [1], [("grpc-timeout", "1x")]), status: .internal),
    Refusal(
      name: "no time left", frames: Wire.call(1, "/test.T/Echo", [1], [("grpc-timeout", "0n")]),
      status: .deadlineExceeded),
    Refusal(
      name: "no message", frames: [Wire.headers(1, Wire.fields("/test.T/Echo"), ends: true)], status: .unimplemented),
    Refusal(
      name: "two messages",
      frames: [
        Wire.request(1, "/test.T/Echo"), Wire.data(1, Wire.message([1]) + Wire.message([2]), ends: true),
      ], status: .unimplemented),
    Refusal(
      name: "two messages before the end",
      frames: [Wire.request(1, "/test.T/Echo"), Wire.data(1, Wire.message([1])), Wire.data(1, [0])],
      status: .unimplemented),
    Refusal(
      name: "truncated prefix", frames: [Wire.request(1, "/test.T/Echo"), Wire.data(1, [0, 0], ends: true)],
      status: .internal),
    Refusal(
      name: "truncated message",
      frames: [Wire.request(1, "/test.T/Echo"), Wire.data(1, [0, 0, 0, 0, 5, 1], ends: true)], status: .internal),
    Refusal(
      name: "truncated stream",
      frames: [Wire.request(1, "/test.T/Bidi"), Wire.data(1, [0, 0, 0, 0, 5, 1], ends: true)], status: .internal),
    Refusal(
      name: "other content type",
      frames: [
        Wire.headers(
          1,
          [
            (":method", "POST"), (":scheme", "http"), (":path", "/test.T/Echo"), (":authority", "l"),
            ("content-type", "application/json"),
          ], ends: true)
      ], http: "415"),
    Refusal(
      name: "no content type",
      frames: [
        Wire.headers(
          1, [(":method", "POST"), (":scheme", "http"), (":path", "/test.T/Echo"), (":authority", "l")], ends: true)
      ], http: "415"),
    Refusal(
      name: "GET",
      frames: [
        Wire.headers(
          1,
          [
            (":method", "GET"), (":scheme", "http"), (":path", "/test.T/Echo"), (":authority", "l"),
            ("content-type", "application/grpc"),
          ], ends: true)
      ], http: "405"),
  ]

  @Test("what is not a call of a method is refused by the protocol", arguments: refusals)
  func refusal(_ refusal: Refusal) throws {
    let connection = try TestConnection()
    connection.send(refusal.frames)
    let answer = try #require(connection.answers[1], "\(refusal.name)")
    #expect(answer.headers.first { $0.0 == ":status" }?.1 == refusal.http, "\(refusal.name)")
    #expect(answer.status == refusal.status, "\(refusal.name)")
    #expect(answer.hasEnded, "\(refusal.name)")
    // And the connection serves on.
    #expect(connection.call(3, "/test.T/Echo").status == .ok)
    #expect(connection.isOpen)
  }

  @Test("an unknown encoding is told which is taken")
  func acceptEncoding() throws {
    let answer = try TestConnection().call(1, "/test.T/Echo", [1], [("grpc-encoding", "gzip")])
    #expect(answer["grpc-accept-encoding"] == "identity")
  }

  @Test("encoding identity is taken")
  func identity() throws {
    #expect(try TestConnection().call(1, "/test.T/Echo", [1], [("grpc-encoding", "identity")]).status == .ok)
  }

  @Test("a message too long is RESOURCE_EXHAUSTED at its prefix, then the stream is reset with NO_ERROR")
  func oversize() throws {
    let connection = try TestConnection { limits, _ in limits.maximumMessageSize = 1_000 }
    connection.send(Wire.request(1, "/test.T/Echo"), Wire.data(1, [0, 0, 0, 3, 233]))
    let answer = try #require(connection.answers[1])
    #expect(answer.status == .resourceExhausted)
    #expect(answer.message == "message of 1001 bytes is longer than the limit of 1000")
    #expect(answer.hasEnded)
    #expect(answer.reset == 0)
    #expect(connection.count(.messageSize) == 1)
    #expect(connection.call(3, "/test.T/Echo", [UInt8](repeating: 1, count: 1_000)).status == .ok)
  }

  @Test("grpc-timeout ends a call with DEADLINE_EXCEEDED at its time, and not before")
  func deadline() throws {
    let connection = try TestConnection()
    #expect(connection.call(1, "/test.T/Never", [1], [("grpc-timeout", "200m")]).status == nil)
    connection.advance(.milliseconds(199))
    #expect(connection.answers[1]?.status == nil)
    connection.advance(.milliseconds(1))
    #expect(connection.answers[1]?.status == .deadlineExceeded)
  }

  @Test("an answer in time beats the deadline")
  func inTime() throws {
    let connection = try TestConnection()
    _ = connection.call(1, "/test.T/Later", [5], [("grpc-timeout", "20m")])
    connection.advance(.milliseconds(30))
    #expect(connection.answers[1]?.status == .ok)
    #expect(connection.answers[1]?.messages == [[5]])
  }

  @Test("a call knows its peer, its deadline, and that it has ended")
  func facts() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.unary(record)])
    let start = connection.channel.embeddedEventLoop.now
    _ = connection.call(1, "/test.T/Keep", [1], [("grpc-timeout", "3S")])
    let call = try #require(record.calls.first)
    #expect(call.peer == TestConnection.peer)
    #expect(call.deadline == start + .seconds(3))
    #expect(call.isActive)
    connection.send(Wire.reset(1))
    #expect(!call.isActive)
  }

  @Test("a late answer of a cancelled call goes nowhere, also when its slot serves another stream")
  func generations() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.unary(record)])
    _ = connection.call(1, "/test.T/Keep", [1])
    connection.send(Wire.reset(1))
    _ = connection.call(3, "/test.T/Keep", [3])
    #expect(record.calls.count == 2)
    #expect(record.calls[0] !== record.calls[1])
    record.calls[0].reply(size: 1) { $0[0] = 1 }
    let taken = record.calls[0].send(size: 1) { $0[0] = 1 }
    #expect(!taken)
    record.calls[0].finish(Status(.internal))
    connection.run()
    #expect(connection.answers[3] == nil)
    record.calls[1].reply(size: 1) { $0[0] = 3 }
    connection.run()
    #expect(connection.answers[3]?.messages == [[3]])
    #expect(connection.answers[1] == nil)
  }

  @Test("a call that nobody kept is used again, one that is kept is not")
  func reuse() throws {
    let connection = try TestConnection()
    for stream in stride(from: Int32(1), to: 2_001, by: 2) {
      #expect(
        connection.call(stream, "/test.T/Echo", [UInt8(truncatingIfNeeded: stream)]).messages == [
          [UInt8(truncatingIfNeeded: stream)]
        ])
    }
    #expect(connection.log.counters.callsStarted == 1_000)
  }

  @Test("a call answered twice is answered once")
  func twice() throws {
    let connection = try TestConnection([
      Method(
        path: "/test.T/Twice",
        kind: .unary { _, call in
          call.reply(size: 1) { $0[0] = 1 }
          call.reply(size: 1) { $0[0] = 2 }
          call.finish(Status(.internal))
        })
    ])
    let answer = connection.call(1, "/test.T/Twice")
    #expect(answer.messages == [[1]])
    #expect(answer.status == .ok)
  }

  @Test("the connection's end cancels its calls")
  func connectionLost() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.method(record)])
    connection.send(Wire.request(1, "/test.T/Record"))
    _ = try connection.channel.finish()
    #expect(record.events == [.cancelled])
    #expect(record.calls.first?.isActive == false)
    record.calls[0].finish(.ok)
  }

  @Test("two methods of one path are refused")
  func duplicate() {
    let method = TestMethods.all[0]
    #expect(throws: ServerError.duplicateMethod(path: "/test.T/Echo")) { try MethodTable([method, method]) }
  }

  @Test("methods are found by their bytes")
  func table() throws {
    let paths = (0..<500).map { "/p.S\($0)/M" }
    let table = try MethodTable(paths.map { Method(path: $0, kind: .unary { _, _ in }) })
    for (index, path) in paths.enumerated() {
      #expect(Array(path.utf8).withUnsafeBytes { table.index(of: $0) } == index)
    }
    for path in ["", "/", "/p.S500/M", "/p.S1/m", "/p.S1/M\0"] {
      #expect(Array(path.utf8).withUnsafeBytes { table.index(of: $0) } == nil)
    }
  }
}
