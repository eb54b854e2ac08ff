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
    var offset = [Int32: Int]()
    var window = [Int32: Int]()
    var connectionWindow = 1 << 20
    for stream in streams {
      connection.send(Wire.request(stream, "/test.T/Echo"))
      window[stream] = 32 << 10
    }
    var seen = 0
    var largest = 0
    for _ in 0..<100_000 {
      var moved = false
      for stream in streams where offset[stream, default: 0] < bytes.count {
        let start = offset[stream, default: 0]
        let count = min(16_384, bytes.count - start, window[stream]!, connectionWindow)
        guard count > 0 else { continue }
        moved = true
        window[stream]! -= count
        connectionWindow -= count
        offset[stream] = start + count
        connection.send(Wire.data(stream, Array(bytes[start..<start + count]), ends: start + count == bytes.count))
      }
      for frame in connection.frames[seen...] where frame.kind == .windowUpdate {
        let credit = Int(Wire.number(frame.payload[...]))
        if frame.stream == 0 { connectionWindow += credit } else { window[frame.stream]! += credit }
      }
      seen = connection.frames.count
      largest = max(largest, streams.filter { (offset[$0] ?? 0) > 64 << 10 && (offset[$0] ?? 0) < bytes.count }.count)
      if !moved { break }
    }
    for stream in streams {
      #expect(connection.answers[stream]?.messages.first?.count == size)
      #expect(connection.answers[stream]?.status == .ok)
    }
    // Never two of them under way beyond their windows: the budget holds one.
    #expect(largest <= 1)
  }
}
