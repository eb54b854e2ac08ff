// Many calls on one connection; deadlines, cancels, sizes and streams.

import CountersignClient
import NIOCore
import Testing

@testable import RemoteProcedureCall

@Suite("Calls")
struct TransportTests {
  @Test("4,000 calls, 400 at a time on one connection, each gets its own answer")
  func manyCalls() async throws {
    let connections = Recorded<Set<ObjectIdentifier>>([])
    let shuffled = TransportFixture.method { bytes, call in
      let answer = Array(bytes)
      let loop = ObjectIdentifier(call.eventLoop)
      connections.update { $0.insert(loop) }
      call.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(.random(in: 0...2_000))) {
        call.reply(size: answer.count) { $0.copyBytes(from: answer) }
      }
    }
    try await TransportFixture.withServer([shuffled]) { transport in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4_000 {
          if number >= 400 { try await group.next() }
          group.addTask {
            let sent = Array("call \(number)".utf8) + Array(repeating: 0, count: number % 300)
            try await TransportFixture.expect(sent, from: transport, for: sent)
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("more calls than the server takes at a time wait for their turn")
  func concurrencyLimit() async throws {
    var limits = SessionLimits()
    limits.maximumConcurrentStreams = 5
    let slow = TransportFixture.method { _, call in
      call.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(2)) {
        call.reply(size: 1) { $0.copyBytes(from: [1]) }
      }
    }
    try await TransportFixture.withServer([slow], limits: limits) { transport in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<200 { group.addTask { try await TransportFixture.expect([1], from: transport, for: [1]) } }
        try await group.waitForAll()
      }
    }
  }

  @Test("messages larger than any window pass both ways", arguments: [0, 1, 65_535, 3 << 20, 4 << 20])
  func largeMessages(_ size: Int) async throws {
    try await TransportFixture.withServer([TransportFixture.echo]) { transport in
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try await TransportFixture.expect(bytes, from: transport, for: bytes)
    }
  }

  @Test("an answer over the limit is RESOURCE_EXHAUSTED, and the connection goes on")
  func oversizeAnswer() async throws {
    var configuration = ClientTransport.Configuration()
    configuration.maximumMessageBytes = 1_000
    try await TransportFixture.withServer([TransportFixture.echo], configuration: configuration) { transport in
      let error = await #expect(throws: Status.self) {
        try await TransportFixture.call(transport, Array(repeating: 1, count: 1_001))
      }
      #expect(error?.code == .resourceExhausted)
      let answer = try await TransportFixture.call(transport, Array(repeating: 1, count: 1_000))
      #expect(answer.count == 1_000)
    }
  }

  @Test("a request over the server's limit is RESOURCE_EXHAUSTED, and the connection goes on")
  func oversizeRequest() async throws {
    try await TransportFixture.withServer([TransportFixture.echo]) { transport in
      let error = await #expect(throws: Status.self) {
        try await TransportFixture.call(transport, Array(repeating: 1, count: 5 << 20))
      }
      #expect(error?.code == .resourceExhausted)
      try await TransportFixture.expect([1], from: transport, for: [1])
    }
  }

  @Test("a call past its deadline is DEADLINE_EXCEEDED, and the connection goes on")
  func deadline() async throws {
    let never = TransportFixture.method { _, _ in }
    let echo = Method(path: "/test.Service/Echo", kind: TransportFixture.echo.kind)
    try await TransportFixture.withServer([never, echo]) { transport in
      let start = ContinuousClock.now
      let error = await #expect(throws: Status.self) {
        try await TransportFixture.call(transport, [1], timeout: .milliseconds(150))
      }
      #expect(error?.code == .deadlineExceeded)
      #expect(ContinuousClock.now - start >= .milliseconds(140))
      let later = try await transport.unary(echo.path, TransportFixture.message([3]), timeout: nil)
      #expect(Array(later.readableBytesView) == [3])
    }
  }

  @Test("the server knows the deadline, and knows when there is none", arguments: [Duration.seconds(20), nil])
  func deadlineOnTheWire(_ timeout: Duration?) async throws {
    let tell = TransportFixture.method { _, call in
      let seconds = call.deadline.map { ($0 - .now()).nanoseconds / 1_000_000_000 } ?? 255
      call.reply(size: 1) { $0.copyBytes(from: [UInt8(clamping: seconds)]) }
    }
    try await TransportFixture.withServer([tell]) { transport in
      let seconds = try await TransportFixture.call(transport, [1], timeout: timeout)
      #expect(timeout == nil ? seconds == [255] : (1...20).contains(seconds[0]))
    }
  }

  @Test("a deadline that has passed, and one that nobody lives to see", arguments: [.zero, .seconds(-1)] as [Duration])
  func passedDeadline(_ timeout: Duration) async throws {
    try await TransportFixture.withServer([TransportFixture.echo]) { transport in
      let error = await #expect(throws: Status.self) {
        try await TransportFixture.call(transport, [1], timeout: timeout)
      }
      #expect(error?.code == .deadlineExceeded)
      try await TransportFixture.expect([1], from: transport, for: [1], timeout: .seconds(Int64.max / 2))
    }
  }

  @Test("cancelling a task cancels its call on the server")
  func cancellation() async throws {
    let isActive = Recorded<Bool?>(nil)
    let never = TransportFixture.method { _, call in
      isActive.update { $0 = true }
      everyMillisecond(on: call.eventLoop) {
        let isStillActive = call.isActive
        isActive.update { $0 = isStillActive }
        return isStillActive
      }
    }
    try await TransportFixture.withServer([never]) { transport in
      let task = Task { try await TransportFixture.call(transport, [1], timeout: nil) }
      try await isActive.must { $0 == true }
      task.cancel()
      let error = await #expect(throws: Status.self) { try await task.value }
      #expect(error?.code == .cancelled)
      try await isActive.must { $0 == false }
    }
  }

  @Test("a task that is cancelled already makes no call")
  func cancelledBefore() async throws {
    let calls = Recorded(0)
    let count = TransportFixture.method { _, call in
      calls.update { $0 += 1 }
      call.reply(size: 0) { _ in }
    }
    try await TransportFixture.withServer([count]) { transport in
      let task = Task {
        try? await Task.sleep(for: .seconds(60))
        return try await TransportFixture.call(transport, [1])
      }
      task.cancel()
      await #expect(throws: Status.self) { try await task.value }
      _ = try await TransportFixture.call(transport, [2])
      #expect(calls.value == 1)
    }
  }

  @Test("800 cancels right after the start disturb no call after them")
  func manyCancels() async throws {
    try await TransportFixture.withServer([TransportFixture.echo]) { transport in
      for number in 0..<800 {
        let task = Task { try await TransportFixture.call(transport, [1]) }
        task.cancel()
        if number % 8 == 0 { try await TransportFixture.expect([2], from: transport, for: [2]) }
      }
    }
  }

  @Test("a stream that is given up is cancelled on the server")
  func abandonedStream() async throws {
    let isCancelled = Recorded(false)
    let method = Method(
      path: TransportFixture.path, kind: .streaming { Ticker($0) { isCancelled.update { $0 = true } } })
    try await TransportFixture.withServer([method]) { transport in
      var count = 0
      for try await _ in transport.serverStreaming(TransportFixture.path, TransportFixture.message([]), timeout: nil) {
        count += 1
        if count == 3 { break }
      }
      try await isCancelled.must { $0 }
    }
  }

  @Test("a stream that is not read ends with RESOURCE_EXHAUSTED instead of growing")
  func unreadStream() async throws {
    let method = Method(path: TransportFixture.path, kind: .streaming { Ticker($0) {} })
    try await TransportFixture.withServer([method]) { transport in
      let stream = transport.serverStreaming(TransportFixture.path, TransportFixture.message([]), timeout: nil)
      try await Task.sleep(for: .milliseconds(500))
      var count = 0
      let error = await #expect(throws: Status.self) { for try await _ in stream { count += 1 } }
      #expect(error?.code == .resourceExhausted)
      #expect(count == 64)
    }
  }
}

/// Sends a message every millisecond until it is cancelled.
private final class Ticker: StreamHandler {
  private let call: Call
  private let onCancel: () -> Void

  init(_ call: Call, _ onCancel: @escaping () -> Void) {
    self.call = call
    self.onCancel = onCancel
  }

  func received(_ message: UnsafeRawBufferPointer) {
    everyMillisecond(on: call.eventLoop) { [call] in
      _ = call.send(size: 1) { $0.copyBytes(from: [1]) }
      return call.isActive
    }
  }
  func receivedEnd() {}
  func cancelled() {
    onCancel()
  }
  func writable() {}
}
