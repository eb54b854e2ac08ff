// Every limit is reached, by its name, and hurts nobody else.

import NIOCore
import Testing

@testable import RemoteProcedureCall

@Suite("Limits")
struct LimitTests {
  // MARK: Memory of all connections

  @Test("when the server's bytes are spent who wants more is refused, others are served, and they come back")
  func bufferedBytes() throws {
    let pool = BufferPool(bytes: (2 * 64 + 256) << 10, connections: 2)
    let half = Wire.message([UInt8](repeating: 1, count: 1 << 20))
    /// Sends the first 16,000 bytes of a message on so many streams.
    func halves(_ connection: TestConnection, _ streams: Range<Int32>) {
      for stream in streams {
        connection.send(Wire.request(2 * stream + 1, "/test.T/Echo"), Wire.data(2 * stream + 1, Array(half[..<16_000])))
      }
    }
    let first = try TestConnection(pool: pool)
    halves(first, 0..<12)
    #expect(first.answers.isEmpty)
    let second = try TestConnection(pool: pool)
    halves(second, 0..<40)
    let refused = second.answers.values.filter { $0.status == .resourceExhausted }.count
    #expect(refused > 20 && refused < 40)
    #expect(second.count(.bufferedBytes) == refused)
    #expect(first.answers.isEmpty)
    // What arrives in one piece needs nothing of it.
    #expect(second.call(1_001, "/test.T/Echo", [1, 2]).status == .ok)
    #expect(first.call(1_001, "/test.T/Echo", [1, 2]).status == .ok)
    first.advance(.seconds(11))
    #expect(first.answers[1]?.status == .deadlineExceeded)
    second.advance(.seconds(11))
    let answers = second.answers.count
    halves(second, 600..<612)
    #expect(second.answers.count == answers)
  }

  @Test("a connection that goes gives back what it had of the server's bytes")
  func bufferedBytesOfLostConnections() throws {
    let pool = BufferPool(bytes: (64 + 128) << 10, connections: 1)
    let half = Wire.message([UInt8](repeating: 1, count: 1 << 20))
    for _ in 0..<10 {
      let connection = try TestConnection(pool: pool)
      for stream: Int32 in 0..<8 {
        connection.send(Wire.request(2 * stream + 1, "/test.T/Echo"), Wire.data(2 * stream + 1, Array(half[..<16_000])))
      }
      #expect(connection.answers.isEmpty)
      _ = try connection.channel.finish()
    }
  }

  // MARK: Floods

  static let floods: [(String, Frame)] = [
    ("PING", Wire.ping()),
    ("SETTINGS", Wire.settings()),
    ("PRIORITY", Frame(.priority, stream: 1, [0, 0, 0, 0, 1])),
    ("empty DATA", Wire.data(1, [])),
    ("WINDOW_UPDATE", Wire.windowUpdate(0, 1)),
    ("unknown frames", Frame(type: 200, flags: 0, stream: 0, payload: [])),
    ("acknowledged PINGs", Frame(.ping, flags: Frame.ack, [0, 0, 0, 0, 0, 0, 0, 0])),
    ("DATA of a stream that is gone", Wire.data(3, [1])),
    ("bytes of a long message one by one", Wire.data(5, [1])),
  ]

  @Test("a flood of control frames is cut, though the client reads the answers", arguments: floods.map(\.0))
  func flood(name: String) throws {
    let frame = try #require(Self.floods.first { $0.0 == name }?.1)
    let connection = try TestConnection()
    connection.send(Wire.request(1, "/test.T/Bidi"))
    _ = connection.call(3, "/test.T/Echo")
    connection.send(Wire.request(5, "/test.T/Bidi"), Wire.data(5, [0, 0, 32, 0, 0]))
    var sent = 0
    while connection.isOpen, sent < 5_000 {
      connection.send(frame)
      sent += 1
    }
    #expect(!connection.isOpen)
    #expect(sent > 900 && sent < 1_100)
    #expect(connection.count(.controlFrames) == 1)
    #expect(connection.goAway == 11)
  }

  @Test("an honest client's pings and window updates are not punished")
  func honest() throws {
    let connection = try TestConnection()
    for index in 0..<5_000 {
      let stream = Int32(index * 2 + 1)
      let answer = connection.call(stream, "/test.T/Echo", [1])
      #expect(answer.status == .ok)
      connection.send(Wire.windowUpdate(0, 10), Wire.ping(), Wire.windowUpdate(0, 10), Wire.ping())
    }
    #expect(connection.isOpen)
  }

  @Test("small messages within the window are no flood, though they wait; bytes that complete none are")
  func messagesThatWait() throws {
    let connection = try TestConnection(window: 0)
    connection.send(Wire.request(1, "/test.T/Bidi"))
    let long = Wire.message([UInt8](repeating: 5, count: 16_000))
    for _ in 0..<4 { connection.send(Wire.frames(1, long)) }
    connection.send(Wire.data(1, Wire.message([UInt8](repeating: 5, count: 2_000))))
    // From here on nothing is taken.
    for _ in 0..<3_000 { connection.send(Wire.data(1, Wire.message([1, 2, 3]))) }
    #expect(connection.isOpen)
    #expect(connection.answers[1]?.bytes.isEmpty == true)
    connection.send(Wire.data(1, [0, 0, 0, 16, 0]))
    var sent = 0
    while connection.isOpen, sent < 3_000 {
      connection.send(Wire.data(1, [1]))
      sent += 1
    }
    #expect(!connection.isOpen)
    #expect(connection.count(.controlFrames) == 1)
  }

  @Test("acknowledgements that nobody reads are limited")
  func queuedAcks() throws {
    let connection = try TestConnection { limits, _ in
      limits.maximumQueuedAcks = 50
      limits.controlFrameBurst = 100_000
    }
    connection.send((0..<100).map { _ in Wire.ping() })
    #expect(!connection.isOpen)
    #expect(connection.count(.queuedAcks) == 1)
  }

  @Test("streams opened and reset at once are limited")
  func rapidReset() throws {
    let connection = try TestConnection { limits, _ in limits.resetBurst = 100 }
    var stream: Int32 = 1
    while connection.isOpen, stream < 2_000 {
      connection.send(Wire.request(stream, "/test.T/Never"), Wire.reset(stream))
      stream += 2
    }
    #expect(!connection.isOpen)
    #expect(connection.count(.resets) == 1)
    #expect(stream > 190 && stream < 260)
  }

  @Test("800 cancellations in a burst are an honest client's")
  func cancellations() throws {
    let connection = try TestConnection()
    for index in 0..<800 {
      connection.send(Wire.request(Int32(index * 2 + 1), "/test.T/Never"), Wire.reset(Int32(index * 2 + 1)))
    }
    #expect(connection.call(1_601, "/test.T/Echo").status == .ok)
  }

  @Test("too many settings in a frame")
  func settings() throws {
    let connection = try TestConnection()
    connection.send(Wire.settings((0..<33).map { _ in (3, 100) }))
    #expect(!connection.isOpen)
    #expect(connection.count(.settings) == 1)
  }

  @Test("too many CONTINUATION frames")
  func continuations() throws {
    let connection = try TestConnection()
    connection.send(Frame(.headers, stream: 1, Wire.block(Wire.fields("/test.T/Echo"))))
    for _ in 0..<20 { connection.send(Frame(.continuation, stream: 1, [])) }
    #expect(!connection.isOpen)
    #expect(connection.count(.continuations) == 1)
  }

  // MARK: Headers

  @Test("a header list over the limit resets its stream, and the connection serves on")
  func headerList() throws {
    let connection = try TestConnection()
    let long = String(repeating: "v", count: 120)
    connection.send(Wire.headers(1, Wire.fields("/test.T/Echo", (0..<110).map { ("x-\($0)", long) }), ends: true))
    #expect(connection.answers[1]?.reset == 2)
    #expect(connection.count(.headerListSize) == 1)
    #expect(connection.call(3, "/test.T/Echo").status == .ok)
  }

  @Test("too many header fields reset their stream")
  func headerFields() throws {
    let connection = try TestConnection()
    connection.send(Wire.headers(1, Wire.fields("/test.T/Echo", (0..<130).map { ("x\($0)", "") }), ends: true))
    #expect(connection.answers[1]?.reset == 2)
    #expect(connection.count(.headerFields) == 1)
  }

  @Test("a header bomb of indexed fields costs its stream, and many of them the connection")
  func headerBomb() throws {
    let connection = try TestConnection()
    // One entry of 4,000 bytes is put into the table; then every byte of the block stands for it.
    let name = Wire.literal("x-bomb")
    let value = Wire.literal(String(repeating: "b", count: 3_900))
    let seed: [UInt8] = Wire.block(Wire.fields("/test.T/Echo")) + [0x40] + name + value
    connection.send(
      Frame(.headers, flags: Frame.endHeaders | Frame.end, stream: 1, seed))
    #expect(connection.answers[1] != nil)
    var stream: Int32 = 3
    while connection.isOpen, stream < 1_000 {
      let block = Wire.block(Wire.fields("/test.T/Echo")) + [UInt8](repeating: 0x80 | 62, count: 12_000)
      connection.send(Frame(.headers, flags: Frame.endHeaders | Frame.end, stream: stream, block))
      if connection.isOpen { #expect(connection.answers[stream]?.reset == 2) }
      stream += 2
    }
    #expect(!connection.isOpen)
    #expect(stream > 50 && stream < 250)
    #expect(connection.count(.headerListSize) > 20)
    #expect(connection.count(.controlFrames) == 1)
  }

  // MARK: Slow clients

  @Test("a connection without a handshake is cut", arguments: [0, 10, 24])
  func handshake(bytes: Int) throws {
    let connection = try TestConnection(handshake: false) { _, times in times.handshakeTimeout = .milliseconds(500) }
    connection.send(Array(Wire.preface.prefix(bytes)))
    connection.advance(.milliseconds(499))
    #expect(connection.isOpen)
    connection.advance(.milliseconds(1))
    #expect(!connection.isOpen)
    #expect(connection.count(.handshakeTime) == 1)
  }

  @Test(
    "another protocol is cut at once", arguments: ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}", "{}\n"])
  func notHTTP2(text: String) throws {
    let connection = try TestConnection(handshake: false)
    connection.send(Array(text.utf8))
    #expect(!connection.isOpen)
    #expect(connection.count(.notHTTP2) == 1)
  }

  @Test("1,000 half-sent requests are answered in time, and meanwhile another is served")
  func halfSent() throws {
    let connection = try TestConnection { limits, _ in
      limits.requestTimeout = .milliseconds(300)
      limits.maximumConcurrentStreams = 1_001
    }
    for index in 0..<1_000 {
      connection.send(
        Wire.request(Int32(index * 2 + 1), "/test.T/Echo"), Wire.data(Int32(index * 2 + 1), [0, 0, 0, 0, 9, 1]))
    }
    #expect(connection.call(2_001, "/test.T/Echo").status == .ok)
    connection.advance(.milliseconds(300))
    #expect(connection.count(.requestTime) == 1_000)
    for index in 0..<1_000 {
      #expect(connection.answers[Int32(index * 2 + 1)]?.status == .deadlineExceeded)
      #expect(connection.answers[Int32(index * 2 + 1)]?.reset == 0)
    }
    #expect(connection.call(2_003, "/test.T/Echo").status == .ok)
  }

  @Test("headers that never end cut the connection")
  func halfSentHeaders() throws {
    let connection = try TestConnection { limits, _ in limits.requestTimeout = .milliseconds(300) }
    connection.send(Frame(.headers, stream: 1, Wire.block(Wire.fields("/test.T/Echo"))))
    connection.advance(.milliseconds(300))
    #expect(!connection.isOpen)
    #expect(connection.count(.halfSentHeaders) == 1)
  }

  @Test("a message that a stream leaves half sent ends the call, a pause between messages does not")
  func halfSentMessage() throws {
    let connection = try TestConnection { limits, times in
      limits.requestTimeout = .seconds(1)
      times.keepaliveInterval = nil
    }
    connection.send(Wire.request(1, "/test.T/Bidi"), Wire.data(1, Wire.message([1])))
    connection.advance(.minutes(10))
    #expect(connection.answers[1]?.status == nil)
    connection.send(Wire.data(1, [0, 0]))
    connection.advance(.milliseconds(999))
    #expect(connection.answers[1]?.status == nil)
    connection.advance(.milliseconds(1))
    #expect(connection.answers[1]?.status == .deadlineExceeded)
  }

  @Test("a client that does not read is not read from, and cut in time")
  func writeStall() throws {
    let connection = try TestConnection { _, times in times.writeStallTimeout = .seconds(2) }
    connection.setWritable(false)
    connection.send(Wire.call(1, "/test.T/Echo", [1]))
    #expect(connection.answers[1] == nil)
    connection.advance(.milliseconds(1_999))
    #expect(connection.isOpen)
    connection.advance(.milliseconds(1))
    #expect(!connection.isOpen)
    #expect(connection.count(.writeStall) == 1)
  }

  @Test("a client that reads again in time gets its answers")
  func writeStallEnds() throws {
    let connection = try TestConnection { _, times in times.writeStallTimeout = .seconds(2) }
    connection.setWritable(false)
    connection.send(Wire.call(1, "/test.T/Echo", [1]))
    connection.advance(.seconds(1))
    connection.setWritable(true)
    #expect(connection.answers[1]?.status == .ok)
    connection.advance(.seconds(5))
    #expect(connection.isOpen)
  }

  @Test("an answer that the client's window never takes is reset")
  func answerStall() throws {
    let connection = try TestConnection(window: 100) { limits, _ in limits.stallTimeout = .seconds(3) }
    _ = connection.call(1, "/test.T/Big")
    #expect(connection.answers[1]?.bytes.count == 100)
    connection.advance(.seconds(2))
    connection.send(Wire.windowUpdate(1, 100))
    connection.advance(.seconds(2))
    #expect(connection.answers[1]?.reset == nil)
    connection.advance(.seconds(1))
    #expect(connection.answers[1]?.reset == 8)
    #expect(connection.count(.answerStall) == 1)
  }

  @Test("answers that wait unread are bounded: new calls are refused until they are read")
  func outgoing() throws {
    let connection = try TestConnection(window: 0) { limits, _ in limits.outgoingPerConnection = 250_000 }
    for stream: Int32 in [1, 3, 5] { _ = connection.call(stream, "/test.T/Big") }
    #expect(connection.call(7, "/test.T/Big").status == .resourceExhausted)
    #expect(connection.count(.outgoingBytes) == 1)
    for stream: Int32 in [1, 3, 5] { connection.send(Wire.windowUpdate(stream, 200_000)) }
    #expect(connection.answers[5]?.status == .ok)
    connection.send(
      Wire.request(9, "/test.T/Echo"), Wire.windowUpdate(9, 100), Wire.data(9, Wire.message([1]), ends: true))
    #expect(connection.answers[9]?.status == .ok)
  }

  // MARK: Streams

  @Test("a stream more than allowed is refused while the client may not know, and the others are served")
  func concurrentStreams() throws {
    let connection = try TestConnection(handshake: false) { limits, _ in limits.maximumConcurrentStreams = 10 }
    let requests = (0..<11).map { Wire.request(Int32($0 * 2 + 1), "/test.T/Bidi") }
    connection.send(Wire.preface + ([Wire.settings()] + requests).flatMap(\.bytes))
    #expect(connection.frames.first?.payload.prefix(6).elementsEqual([0, 3, 0, 0, 0, 10]) == true)
    #expect(connection.answers[21]?.reset == 7)
    connection.send(Wire.data(1, Wire.message([1]), ends: true))
    #expect(connection.answers[1]?.status == .ok)
    connection.send(Wire.request(23, "/test.T/Bidi"), Wire.data(23, [], ends: true))
    #expect(connection.answers[23]?.status == .ok)
  }

  @Test("a client that knows how many streams it may open and opens more is cut")
  func streamsIgnored() throws {
    let connection = try TestConnection { limits, _ in limits.maximumConcurrentStreams = 10 }
    for index in 0..<11 { connection.send(Wire.request(Int32(index * 2 + 1), "/test.T/Bidi")) }
    #expect(!connection.isOpen)
    #expect(connection.count(.protocolError) == 1)
  }

  @Test("a client that ignores its windows is cut")
  func windows() throws {
    let connection = try TestConnection()
    connection.send(Wire.request(1, "/test.T/Echo"))
    connection.send(Wire.frames(1, Wire.message([UInt8](repeating: 0, count: 3 << 20))))
    #expect(connection.answers[1]?.reset == 3 || connection.goAway == 3)
  }

  @Test("a malformed connection is cut with the error's name")
  func protocolError() throws {
    let connection = try TestConnection()
    connection.send(Wire.windowUpdate(0, 0))
    #expect(!connection.isOpen)
    #expect(connection.goAway == 1)
    #expect(connection.count(.protocolError) == 1)
    #expect(connection.told.incidents.withLock { $0.first?.detail } == "PROTOCOL_ERROR")
  }

  // MARK: Telling

  @Test("incidents of one kind are told once a second, and counted all")
  func incidents() throws {
    let connection = try TestConnection { limits, _ in limits.maximumMessageSize = 0 }
    for index in 0..<10 { _ = connection.call(Int32(index * 2 + 1), "/test.T/Echo") }
    connection.advance(.seconds(1))
    _ = connection.call(101, "/test.T/Echo")
    let told = connection.told.incidents.withLock { $0 }
    #expect(told.map(\.limit) == [.messageSize, .messageSize])
    #expect(told.map(\.suppressed) == [0, 9])
    #expect(told.allSatisfy { $0.peer == TestConnection.peer })
    #expect(connection.count(.messageSize) == 11)
  }

  @Test("control frames are paid for by time and by work")
  func allowance() {
    let start = NIODeadline.uptimeNanoseconds(0)
    var allowance = FrameAllowance(capacity: 10, perSecond: 5, now: start)
    func charge(_ frames: Int, at milliseconds: Int64) -> Bool {
      allowance.charge(frames, now: start + .milliseconds(milliseconds))
    }
    for _ in 0..<10 { #expect(charge(1, at: 0)) }
    #expect(charge(1, at: 200))
    #expect(!charge(1, at: 200))
    allowance.earn(100)
    #expect(charge(50, at: 200))
    for _ in 0..<10 { #expect(charge(1, at: 200)) }
    #expect(!charge(1, at: 200))
  }
}
