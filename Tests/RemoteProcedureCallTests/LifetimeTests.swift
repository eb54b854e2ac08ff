// How connections end: idle, old, silent, drained.

import NIOCore
import Testing

@testable import RemoteProcedureCall

@Suite("Lifetime")
struct LifetimeTests {
  static func drain(_ connection: TestConnection, within time: TimeAmount = .seconds(5)) {
    connection.channel.pipeline.fireUserInboundEventTriggered(
      ConnectionHandler.Drain(by: connection.channel.embeddedEventLoop.now + time))
    connection.collect()
  }

  /// The last stream ids of the GOAWAYs so far.
  static func goAways(_ connection: TestConnection) -> [UInt32] {
    connection.frames.filter { $0.kind == .goAway }.map { Wire.number($0.payload[..<4]) }
  }

  @Test("an idle connection is asked to leave, in two steps, and closed")
  func idle() throws {
    let connection = try TestConnection { _, times in times.idleTimeout = .seconds(10) }
    connection.advance(.seconds(9))
    _ = connection.call(1, "/test.T/Echo")
    connection.advance(.seconds(9))
    #expect(connection.isOpen)
    connection.advance(.seconds(1))
    #expect(Self.goAways(connection) == [0x7FFF_FFFF, 1])
    #expect(connection.goAway == 0)
    #expect(!connection.isOpen)
    #expect(connection.log.counters.limitsReached.isEmpty)
  }

  @Test("a connection with a call under way is not idle")
  func busy() throws {
    let connection = try TestConnection { _, times in
      times.idleTimeout = .seconds(10)
      times.keepaliveInterval = nil
    }
    _ = connection.call(1, "/test.T/Never")
    connection.advance(.minutes(5))
    #expect(connection.isOpen)
    #expect(Self.goAways(connection).isEmpty)
  }

  @Test("an idle client that acknowledges nothing is closed all the same")
  func deaf() throws {
    let connection = try TestConnection { _, times in
      times.idleTimeout = .seconds(10)
      times.noticeTimeout = .seconds(1)
    }
    connection.answersPings = false
    connection.advance(.seconds(10))
    #expect(connection.isOpen)
    connection.advance(.seconds(1))
    #expect(!connection.isOpen)
  }

  @Test("an old connection's calls are served to their end within the grace")
  func age() throws {
    let connection = try TestConnection { _, times in
      times.maximumAge = .seconds(60)
      times.drainTimeout = .seconds(5)
    }
    connection.advance(.milliseconds(59_995))
    _ = connection.call(1, "/test.T/Later")
    _ = connection.call(3, "/test.T/Never")
    connection.advance(.milliseconds(100))
    #expect(Self.goAways(connection) == [0x7FFF_FFFF, 3])
    #expect(connection.answers[1]?.status == .ok)
    #expect(connection.isOpen)
    connection.advance(.seconds(5))
    #expect(!connection.isOpen)
    #expect(connection.count(.drainTime) == 1)
  }

  @Test("a silent client is pinged, and cut when it does not answer")
  func keepalive() throws {
    let connection = try TestConnection { _, times in
      times.keepaliveInterval = .seconds(10)
      times.keepaliveTimeout = .seconds(2)
      times.idleTimeout = nil
    }
    for _ in 0..<60 { connection.advance(.seconds(1)) }
    #expect(connection.isOpen)
    #expect(connection.frames.filter { $0.kind == .ping && $0.flags == 0 }.count >= 5)
    connection.answersPings = false
    connection.advance(.seconds(12))
    #expect(!connection.isOpen)
    #expect(connection.count(.keepalive) == 1)
  }

  @Test("drain: calls open and calls sent before the client knew are served, later ones are not")
  func drain() throws {
    let connection = try TestConnection()
    connection.answersPings = false
    _ = connection.call(1, "/test.T/Later", [1])
    Self.drain(connection)
    #expect(Self.goAways(connection) == [0x7FFF_FFFF])
    // Sent before the client read the notice.
    _ = connection.call(3, "/test.T/Later", [3])
    let ping = try #require(connection.frames.last { $0.kind == .ping && $0.flags == 0 })
    connection.send(Frame(.ping, flags: Frame.ack, ping.payload))
    #expect(Self.goAways(connection) == [0x7FFF_FFFF, 3])
    _ = connection.call(5, "/test.T/Echo", [5])
    connection.advance(.milliseconds(10))
    #expect(connection.answers[1]?.messages == [[1]])
    #expect(connection.answers[3]?.messages == [[3]])
    #expect(connection.answers[5] == nil)
    #expect(!connection.isOpen)
  }

  @Test("drain has a hard end")
  func drainDeadline() throws {
    let connection = try TestConnection()
    _ = connection.call(1, "/test.T/Never")
    Self.drain(connection, within: .seconds(5))
    connection.advance(.milliseconds(4_999))
    #expect(connection.isOpen)
    connection.advance(.milliseconds(1))
    #expect(!connection.isOpen)
    #expect(connection.count(.drainTime) == 1)
  }

  @Test("a connection that never spoke is closed at once by a drain")
  func drainBeforeHandshake() throws {
    let connection = try TestConnection(handshake: false)
    Self.drain(connection)
    #expect(!connection.isOpen)
    #expect(connection.log.counters.limitsReached.isEmpty)
  }

  @Test("health: watchers hear NOT_SERVING and are ended before the connection goes away")
  func healthAtDrain() throws {
    let health = Health(services: ["a.B"], .serving)
    let connection = try TestConnection(health.methods)
    let name: [UInt8] = [10, 3] + Array("a.B".utf8)
    connection.send(Wire.call(1, "/grpc.health.v1.Health/Watch", name))
    connection.send(Wire.call(3, "/grpc.health.v1.Health/Watch", [10, 1, 0x78]))
    #expect(connection.answers[1]?.messages == [[8, 1]])
    #expect(connection.answers[3]?.messages == [[8, 3]])
    health.set(.notServing)
    health.set(.serving)
    health.set(.serving)
    connection.run()
    #expect(connection.answers[1]?.messages == [[8, 1], [8, 2], [8, 1]])
    health.shutDown()
    Self.drain(connection)
    connection.run()
    #expect(connection.answers[1]?.messages.last == [8, 2])
    #expect(connection.answers[1]?.status == .unavailable)
    #expect(connection.answers[3]?.status == .unavailable)
    #expect(!connection.isOpen)
  }

  @Test(
    "health: Check",
    arguments: [
      ([], [8, 1], .ok), ([10, 3] + Array("a.B".utf8), [8, 1], .ok), ([10, 1, 0x78], nil, .notFound),
      ([10, 9], nil, .invalidArgument),
    ] as [([UInt8], [UInt8]?, Status.Code)])
  func healthCheck(request: [UInt8], response: [UInt8]?, status: Status.Code) throws {
    let connection = try TestConnection(Health(services: ["a.B"], .serving).methods)
    let answer = connection.call(1, "/grpc.health.v1.Health/Check", request)
    #expect(answer.messages.first == response)
    #expect(answer.status == status)
  }

  @Test("health: Watch takes one message")
  func watchCardinality() throws {
    let connection = try TestConnection(Health(services: []).methods)
    connection.send(Wire.headers(1, Wire.fields("/grpc.health.v1.Health/Watch"), ends: true))
    connection.send(
      Wire.request(3, "/grpc.health.v1.Health/Watch"), Wire.data(3, Wire.message([]) + Wire.message([])))
    #expect(connection.answers[1]?.status == .unimplemented)
    #expect(connection.answers[3]?.status == .unimplemented)
  }
}
