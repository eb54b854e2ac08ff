// Streams: order, flow control in both directions, and how they end.

import NIOCore
import Testing

@testable import RemoteProcedureCall

@Suite("Streams")
struct StreamTests {
  @Test("messages go both ways in order, however the frames cut them", arguments: [1, 3, 7, 1_000])
  func bidirectional(chunk: Int) throws {
    let connection = try TestConnection()
    let sent = (0..<50).map { [UInt8]("message \($0)".utf8) }
    let bytes = sent.flatMap { Wire.message($0) }
    connection.send(Wire.request(1, "/test.T/Bidi"))
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      connection.send(Wire.data(1, Array(bytes[start..<min(start + chunk, bytes.count)])))
    }
    #expect(connection.answers[1]?.messages == sent)
    #expect(connection.answers[1]?.hasEnded == false)
    connection.send(Wire.data(1, [], ends: true))
    #expect(connection.answers[1]?.status == .ok)
  }

  @Test("a handler hears of messages, the end and a cancellation")
  func events() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.method(record)])
    connection.send(Wire.request(1, "/test.T/Record"), Wire.data(1, Wire.message([1])))
    connection.send(Wire.data(1, Wire.message([2]), ends: true))
    #expect(record.events == [.message([1]), .message([2]), .end])
    connection.send(Wire.reset(1))
    #expect(record.events.last == .cancelled)
  }

  @Test("a handler whose call it ended itself is not cancelled")
  func finished() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.method(record)])
    connection.send(Wire.request(1, "/test.T/Record"))
    record.calls[0].finish(Status(.aborted, "enough"))
    connection.run()
    #expect(connection.answers[1]?.status == .aborted)
    // The rest of the request is not wanted.
    #expect(connection.answers[1]?.reset == 0)
    #expect(record.events.isEmpty)
  }

  @Test("a deadline cancels a stream's handler and sends the status")
  func deadline() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.method(record)])
    connection.send(Wire.request(1, "/test.T/Record", [("grpc-timeout", "1S")]))
    connection.advance(.seconds(1))
    #expect(record.events == [.cancelled])
    #expect(connection.answers[1]?.status == .deadlineExceeded)
  }

  @Test("send returns false at the bound, writable comes when the client has read, and nothing is lost")
  func outgoingFlowControl() throws {
    let connection = try TestConnection(window: 65_535)
    connection.send(Wire.request(1, "/test.T/Flood"), Wire.data(1, Wire.message([1])))
    var received = connection.answers[1]?.bytes.count ?? 0
    #expect(received == 65_535)
    var rounds = 0
    while connection.answers[1]?.hasEnded != true, rounds < 1_000 {
      connection.send(Wire.windowUpdate(1, 30_000))
      received = connection.answers[1]?.bytes.count ?? 0
      rounds += 1
    }
    let messages = connection.answers[1]?.messages ?? []
    #expect(messages.count == 200)
    #expect(messages.map { $0[0] } == (0..<200).map { UInt8(199 - $0) })
    #expect(messages.allSatisfy { $0.count == 10_000 })
    #expect(connection.answers[1]?.status == .ok)
    #expect(rounds > 50)
  }

  @Test("a service that does not stop when told ends with RESOURCE_EXHAUSTED")
  func unbounded() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.method(record)], window: 0) { limits, _ in
      limits.maximumMessageSize = 10_000
    }
    connection.send(Wire.request(1, "/test.T/Record"))
    for _ in 0..<100 { _ = record.calls[0].send(size: 1_000) { $0[0] = 0 } }
    #expect(!record.calls[0].isActive)
    #expect(record.events == [.cancelled])
    #expect(connection.count(.outgoingBytes) == 1)
  }

  @Test("a client that does not take its answers is asked for no more questions than its window")
  func questionsWait() throws {
    let connection = try TestConnection(window: 0)
    connection.send(Wire.request(1, "/test.T/Bidi"))
    var sent = 0
    var credit = 32 << 10
    var seen = 0
    let message = Wire.message([UInt8](repeating: 5, count: 995))
    while credit >= message.count, sent < 10_000 {
      connection.send(Wire.data(1, message))
      sent += 1
      credit -= message.count
      for frame in connection.frames[seen...] where frame.kind == .windowUpdate && frame.stream == 1 {
        credit += Int(Wire.number(frame.payload[...]))
      }
      seen = connection.frames.count
    }
    // 64 KiB waiting to go out, 32 KiB waiting to be read.
    #expect(sent > 64 && sent < 130)
    // The client reads at last.
    connection.send(Wire.windowUpdate(1, 1 << 20), Wire.data(1, [], ends: true))
    #expect(connection.answers[1]?.messages.count == sent)
    #expect(connection.answers[1]?.status == .ok)
  }

  @Test("a paused call is handed no message until it goes on")
  func pause() throws {
    let record = RecordingHandler.Record()
    let connection = try TestConnection([RecordingHandler.method(record)])
    connection.send(Wire.request(1, "/test.T/Record"))
    record.calls[0].isPaused = true
    connection.send(Wire.data(1, Wire.message([1])), Wire.data(1, Wire.message([2]), ends: true))
    connection.advance(.seconds(60))
    #expect(record.events.isEmpty)
    record.calls[0].isPaused = false
    connection.run()
    #expect(record.events == [.message([1]), .message([2]), .end])
  }

  @Test("many long requests at a time wait for the budget, and all are answered")
  func budget() throws {
    let connection = try TestConnection { limits, _ in limits.requestBudget = 300_000 }
    let size = 200_000
    let bytes = Wire.message([UInt8](repeating: 9, count: size))
    let streams = (0..<40).map { Int32($0 * 2 + 1) }
    let windows = SendWindows()
    for stream in streams { connection.send(Wire.request(stream, "/test.T/Echo")) }
    var largest = 0
    for _ in 0..<100_000 {
      let moved = streams.filter { windows.send(bytes, on: $0, of: connection) }
      largest = max(largest, streams.filter { (64 << 10..<bytes.count).contains(windows.sent($0)) }.count)
      if moved.isEmpty { break }
    }
    for stream in streams {
      #expect(connection.answers[stream]?.messages.first?.count == size)
      #expect(connection.answers[stream]?.status == .ok)
    }
    // Never two of them under way beyond their windows: the budget holds one.
    #expect(largest <= 1)
  }

  @Test(
    "long messages of one stream one behind the other all pass, however long each is",
    arguments: [
      [200_000, 100_000], [100_000, 200_000], [20_000, 60_000], [100_000, 100_000, 10, 100_000],
      [20_000, 20_000, 20_000, 20_000, 20_000, 100_000],
    ])
  func longMessages(sizes: [Int]) throws {
    let connection = try TestConnection()
    let bytes = sizes.flatMap { Wire.message([UInt8](repeating: 9, count: $0)) }
    let windows = SendWindows()
    connection.send(Wire.request(1, "/test.T/Bidi"))
    while windows.send(bytes, on: 1, of: connection) {}
    #expect(windows.sent(1) == bytes.count)
    #expect(connection.answers[1]?.messages.map(\.count) == sizes)
    #expect(connection.answers[1]?.status == .ok)
  }

  @Test("a stream whose message came whole while it waited for the budget asks anew for the next one")
  func budgetOfTheFrontMessage() throws {
    let connection = try TestConnection { limits, _ in limits.requestBudget = 100_000 }
    func message(_ size: Int) -> [UInt8] { Wire.message([UInt8](repeating: 9, count: size)) }
    let windows = SendWindows()
    for stream: Int32 in [1, 3, 5] { connection.send(Wire.request(stream, "/test.T/Bidi")) }
    // The first has nearly all of the budget; the second one's message fits its window; the third waits.
    let first = message(90_000)
    #expect(windows.send(first, on: 1, of: connection))
    let second = message(20_000) + message(100) + message(60_000)
    #expect(windows.send(second, on: 3, of: connection, upTo: 10_000))
    let third = message(60_000)
    while windows.send(third, on: 5, of: connection) {}
    #expect(windows.sent(5) == 32 << 10)
    #expect(windows.send(second, on: 3, of: connection, upTo: 20_050))
    #expect(connection.answers[3]?.messages.count == 1)
    while windows.send(first, on: 1, of: connection) {}
    while windows.send(third, on: 5, of: connection) {}
    while windows.send(second, on: 3, of: connection) {}
    for stream: Int32 in [1, 3, 5] { #expect(connection.answers[stream]?.status == .ok) }
  }

  @Test("a request that waits for the budget has a tenth of its time when it is granted; the wait is limited too")
  func timeWithoutCredit() throws {
    let connection = try TestConnection { limits, times in
      limits.requestBudget = 100_000
      limits.requestTimeout = .seconds(10)
      times.keepaliveInterval = nil
    }
    let bytes = Wire.message([UInt8](repeating: 9, count: 90_000))
    let windows = SendWindows()
    for stream: Int32 in [1, 3, 5] {
      connection.send(Wire.request(stream, "/test.T/Echo"))
      _ = windows.send(bytes, on: stream, of: connection)
    }
    connection.advance(.milliseconds(9_500))
    while windows.send(bytes, on: 1, of: connection) {}
    #expect(connection.answers[1]?.status == .ok)
    connection.advance(.milliseconds(500))
    #expect(connection.answers[3]?.status == nil)
    #expect(connection.answers[5]?.status == .resourceExhausted)
    connection.advance(.milliseconds(400))
    while windows.send(bytes, on: 3, of: connection) {}
    #expect(connection.answers[3]?.status == .ok)
    #expect(connection.count(.requestTime) == 1)
  }
}

/// A client's side of flow control: sends what it is granted.
final class SendWindows {
  private var ofConnection = 1 << 20
  private var granted: [Int32: Int] = [:]
  private var sent: [Int32: Int] = [:]
  private var seen = 0

  /// Bytes sent on a stream.
  func sent(_ stream: Int32) -> Int { sent[stream, default: 0] }

  /// Sends one more frame of `bytes`, as long as the windows let it, and the end with the last.
  /// - Returns: false when nothing could be sent
  func send(_ bytes: [UInt8], on stream: Int32, of connection: TestConnection, upTo end: Int = .max) -> Bool {
    for frame in connection.frames[seen...] where frame.kind == .windowUpdate {
      let credit = Int(Wire.number(frame.payload[...]))
      if frame.stream == 0 { ofConnection += credit } else { granted[frame.stream, default: 32 << 10] += credit }
    }
    seen = connection.frames.count
    let start = sent(stream)
    let count = min(16_384, min(bytes.count, end) - start, granted[stream, default: 32 << 10] - start, ofConnection)
    guard count > 0 else { return false }
    ofConnection -= count
    sent[stream] = start + count
    connection.send(Wire.data(stream, Array(bytes[start..<start + count]), ends: start + count == bytes.count))
    return true
  }
}
