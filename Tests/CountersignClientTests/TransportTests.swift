// Connections: made when needed, lost, drained and made again; many calls on one; deadlines, cancels and sizes.

import CountersignClient
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import RemoteProcedureCall

@Suite("Transport")
struct TransportTests {
  static let path = "/test.Service/Method"

  private static func method(_ handler: @escaping @Sendable (UnsafeRawBufferPointer, Call) -> Void) -> Method {
    Method(path: path, kind: .unary(handler))
  }

  /// Sends back what it got.
  private static let echo = method { bytes, call in call.reply(size: bytes.count) { $0.copyMemory(from: bytes) } }

  private static func message(_ bytes: [UInt8]) -> PackedMessage {
    PackedMessage(size: bytes.count) { $0.copyBytes(from: bytes) }
  }

  private func call(
    _ transport: ClientTransport, _ bytes: [UInt8], timeout: Duration? = .seconds(20)
  ) async throws -> [UInt8] {
    Array(try await transport.unary(Self.path, Self.message(bytes), timeout: timeout).readableBytesView)
  }

  private func expect(
    _ answer: [UInt8], from transport: ClientTransport, for bytes: [UInt8], timeout: Duration? = .seconds(20)
  ) async throws {
    let found = try await call(transport, bytes, timeout: timeout)
    #expect(found == answer)
  }

  private func withServer(
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

  // MARK: Connecting

  @Test("no socket, nobody listening, a path too long: UNAVAILABLE that says so")
  func cannotConnect() async throws {
    let folder = try SocketFolder()
    let abandoned = try ListeningSocket.bind(path: folder.socket, mode: 0o600)
    close(abandoned)
    for (path, words) in [
      (folder.path + "/none", "no such socket"), (folder.socket, "connection refused"),
      ("/" + String(repeating: "x", count: 200), "too long"),
    ] {
      let client = Client(socketPath: path)
      let error = await #expect(throws: ClientError.self) { try await client.check(ClientTests.request) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
  }

  @Test("a connection is made once the server is there")
  func laterServer() async throws {
    let folder = try SocketFolder()
    let transport = ClientTransport(socketPath: folder.socket)
    await #expect(throws: Status.self) { try await call(transport, [1]) }
    let server = try await TestServer.start([Self.echo], at: folder.socket)
    try await expect([1], from: transport, for: [1])
    await transport.close()
    await server.drain(within: .seconds(1))
  }

  @Test("a connection lost in the middle ends its calls with UNAVAILABLE, and the next call connects anew")
  func lostConnection() async throws {
    let folder = try SocketFolder()
    let group = MultiThreadedEventLoopGroup.singleton
    // Takes what comes for a moment and hangs up.
    let listener = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.scheduleTask(in: .milliseconds(200)) { channel.close(promise: nil) }
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(unixDomainSocketPath: folder.socket).get()
    let transport = ClientTransport(socketPath: folder.socket)
    await withTaskGroup(of: Status.Code?.self) { group in
      for _ in 0..<10 {
        group.addTask {
          do throws(Status) {
            _ = try await transport.unary(Self.path, Self.message([1]), timeout: .seconds(20))
            return nil
          } catch {
            return error.code
          }
        }
      }
      for await code in group { #expect(code == .unavailable) }
    }
    try await listener.close()
    unlink(folder.socket)
    let server = try await TestServer.start([Self.echo], at: folder.socket)
    try await expect([2], from: transport, for: [2])
    await transport.close()
    await server.drain(within: .seconds(1))
  }

  @Test("garbage instead of HTTP/2 is UNAVAILABLE")
  func garbage() async throws {
    let folder = try SocketFolder()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.scheduleTask(in: .milliseconds(50)) {
          channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"), promise: nil)
        }
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(unixDomainSocketPath: folder.socket).get()
    let transport = ClientTransport(socketPath: folder.socket)
    let error = await #expect(throws: Status.self) { try await call(transport, [1]) }
    #expect(error?.code == .unavailable)
    await transport.close()
    try await listener.close()
  }

  @Test("a server that drains ends its calls in peace; new ones go to its successor")
  func drain() async throws {
    let folder = try SocketFolder()
    let isHeld = Recorded(false)
    let mayAnswer = Recorded(false)
    let holding = Self.method { bytes, call in
      guard bytes.first == 1 else { return call.reply(size: 1) { $0.copyBytes(from: [9]) } }
      isHeld.update { $0 = true }
      everyMillisecond(on: call.eventLoop) {
        guard mayAnswer.value else { return true }
        call.reply(size: 1) { $0.copyBytes(from: [7]) }
        return false
      }
    }
    let first = try await TestServer.start([holding], at: folder.socket)
    let transport = ClientTransport(socketPath: folder.socket)
    let old = Task { try await call(transport, [1]) }
    try await isHeld.must { $0 }
    let drained = Task { await first.drain(within: .seconds(20)) }
    while access(folder.socket, F_OK) == 0 { try await Task.sleep(for: .milliseconds(1)) }
    let second = try await TestServer.start([Self.echo], at: folder.socket)
    // Until the goodbye has arrived, the first server may still be asked; none of these calls fails.
    var answers: [[UInt8]] = []
    while answers.last != [2] { answers.append(try await call(transport, [2])) }
    #expect(answers.dropLast().allSatisfy { $0 == [9] })
    mayAnswer.update { $0 = true }
    let held = try await old.value
    #expect(held == [7])
    await drained.value
    await transport.close()
    await second.drain(within: .seconds(1))
  }

  @Test("restarts under load fail no call but with UNAVAILABLE, and mix no answers")
  func restarts() async throws {
    let folder = try SocketFolder()
    let transport = ClientTransport(socketPath: folder.socket)
    let isOver = Recorded(false)
    let answered = Recorded(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for caller in UInt8(0)..<8 {
        group.addTask {
          while !isOver.value {
            do {
              let answer = try await call(transport, [caller, 1, 2])
              #expect(answer == [caller, 1, 2])
              answered.update { $0 += 1 }
            } catch let status as Status {
              #expect(status.code == .unavailable, "\(status)")
              try await Task.sleep(for: .milliseconds(5))
            }
          }
        }
      }
      for _ in 0..<5 {
        let server = try await TestServer.start([Self.echo], at: folder.socket)
        try await Task.sleep(for: .milliseconds(60))
        await server.drain(within: .seconds(2))
      }
      isOver.update { $0 = true }
      try await group.waitForAll()
    }
    #expect(answered.value > 100)
    await transport.close()
  }

  @Test("after close every call is CANCELLED, those in flight too")
  func closed() async throws {
    try await withServer([Self.method { _, _ in }]) { transport in
      let pending = Task { try await call(transport, [1]) }
      try await Task.sleep(for: .milliseconds(100))
      await transport.close()
      let error = await #expect(throws: Status.self) { try await pending.value }
      #expect(error?.code == .cancelled)
      let later = await #expect(throws: Status.self) { try await call(transport, [1]) }
      #expect(later?.code == .cancelled)
    }
  }

  // MARK: Calls

  @Test("4,000 calls, 400 at a time on one connection, each gets its own answer")
  func manyCalls() async throws {
    let connections = Recorded<Set<ObjectIdentifier>>([])
    let shuffled = Self.method { bytes, call in
      let answer = Array(bytes)
      let loop = ObjectIdentifier(call.eventLoop)
      connections.update { $0.insert(loop) }
      call.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(.random(in: 0...2_000))) {
        call.reply(size: answer.count) { $0.copyBytes(from: answer) }
      }
    }
    try await withServer([shuffled]) { transport in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4_000 {
          if number >= 400 { try await group.next() }
          group.addTask {
            let sent = Array("call \(number)".utf8) + Array(repeating: 0, count: number % 300)
            try await expect(sent, from: transport, for: sent)
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
    let slow = Self.method { _, call in
      call.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(2)) {
        call.reply(size: 1) { $0.copyBytes(from: [1]) }
      }
    }
    try await withServer([slow], limits: limits) { transport in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<200 { group.addTask { try await expect([1], from: transport, for: [1]) } }
        try await group.waitForAll()
      }
    }
  }

  @Test("messages larger than any window pass both ways", arguments: [0, 1, 65_535, 3 << 20, 4 << 20])
  func largeMessages(_ size: Int) async throws {
    try await withServer([Self.echo]) { transport in
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try await expect(bytes, from: transport, for: bytes)
    }
  }

  @Test("an answer over the limit is RESOURCE_EXHAUSTED, and the connection goes on")
  func oversizeAnswer() async throws {
    var configuration = ClientTransport.Configuration()
    configuration.maximumMessageBytes = 1_000
    try await withServer([Self.echo], configuration: configuration) { transport in
      let error = await #expect(throws: Status.self) {
        try await call(transport, Array(repeating: 1, count: 1_001))
      }
      #expect(error?.code == .resourceExhausted)
      let answer = try await call(transport, Array(repeating: 1, count: 1_000))
      #expect(answer.count == 1_000)
    }
  }

  @Test("a request over the server's limit is RESOURCE_EXHAUSTED, and the connection goes on")
  func oversizeRequest() async throws {
    try await withServer([Self.echo]) { transport in
      let error = await #expect(throws: Status.self) {
        try await call(transport, Array(repeating: 1, count: 5 << 20))
      }
      #expect(error?.code == .resourceExhausted)
      try await expect([1], from: transport, for: [1])
    }
  }

  @Test("a call past its deadline is DEADLINE_EXCEEDED, and the server knew the deadline")
  func deadline() async throws {
    let hasDeadline = Recorded(false)
    let never = Self.method { _, call in
      let isSet = call.deadline != nil
      hasDeadline.update { $0 = isSet }
    }
    try await withServer([never, Method(path: "/test.Service/Echo", kind: Self.echo.kind)]) { transport in
      let start = ContinuousClock.now
      let error = await #expect(throws: Status.self) { try await call(transport, [1], timeout: .milliseconds(150)) }
      #expect(error?.code == .deadlineExceeded)
      #expect((.milliseconds(140)...(.seconds(5))).contains(ContinuousClock.now - start))
      #expect(hasDeadline.value)
      let later = try await transport.unary("/test.Service/Echo", Self.message([3]), timeout: nil)
      #expect(Array(later.readableBytesView) == [3])
    }
  }

  @Test("a deadline that has passed, and one that nobody lives to see", arguments: [.zero, .seconds(-1)] as [Duration])
  func passedDeadline(_ timeout: Duration) async throws {
    try await withServer([Self.echo]) { transport in
      let error = await #expect(throws: Status.self) { try await call(transport, [1], timeout: timeout) }
      #expect(error?.code == .deadlineExceeded)
      try await expect([1], from: transport, for: [1], timeout: .seconds(Int64.max / 2))
    }
  }

  @Test("cancelling a task cancels its call on the server")
  func cancellation() async throws {
    let isActive = Recorded<Bool?>(nil)
    let never = Self.method { _, call in
      isActive.update { $0 = true }
      everyMillisecond(on: call.eventLoop) {
        let isStillActive = call.isActive
        isActive.update { $0 = isStillActive }
        return isStillActive
      }
    }
    try await withServer([never]) { transport in
      let task = Task { try await call(transport, [1], timeout: nil) }
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
    let count = Self.method { _, call in
      calls.update { $0 += 1 }
      call.reply(size: 0) { _ in }
    }
    try await withServer([count]) { transport in
      let task = Task {
        try? await Task.sleep(for: .seconds(60))
        return try await call(transport, [1])
      }
      task.cancel()
      await #expect(throws: Status.self) { try await task.value }
      _ = try await call(transport, [2])
      #expect(calls.value == 1)
    }
  }

  @Test("800 cancels right after the start disturb no call after them")
  func manyCancels() async throws {
    try await withServer([Self.echo]) { transport in
      for number in 0..<800 {
        let task = Task { try await call(transport, [1]) }
        task.cancel()
        if number % 8 == 0 { try await expect([2], from: transport, for: [2]) }
      }
    }
  }

  @Test("a stream that is given up is cancelled on the server")
  func abandonedStream() async throws {
    let isCancelled = Recorded(false)
    let method = Method(path: Self.path, kind: .streaming { Ticker($0) { isCancelled.update { $0 = true } } })
    try await withServer([method]) { transport in
      var count = 0
      for try await _ in transport.serverStreaming(Self.path, Self.message([]), timeout: nil) {
        count += 1
        if count == 3 { break }
      }
      try await isCancelled.must { $0 }
    }
  }

  @Test("a stream that is not read ends with RESOURCE_EXHAUSTED instead of growing")
  func unreadStream() async throws {
    let method = Method(path: Self.path, kind: .streaming { Ticker($0) {} })
    try await withServer([method]) { transport in
      let stream = transport.serverStreaming(Self.path, Self.message([]), timeout: nil)
      try await Task.sleep(for: .milliseconds(500))
      var count = 0
      let error = await #expect(throws: Status.self) { for try await _ in stream { count += 1 } }
      #expect(error?.code == .resourceExhausted)
      #expect(count == 64)
    }
  }

  @Test(
    "statuses that are not gRPC's have their gRPC code",
    arguments: [
      (400, Status.Code.internal), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented),
      (429, .unavailable), (503, .unavailable), (500, .unknown), (302, .unknown),
    ])
  func httpStatuses(_ status: Int, _ code: Status.Code) {
    #expect(Status.http(status).code == code)
  }

  @Test(
    "resets have their gRPC code",
    arguments: [
      (0, .internal), (1, .internal), (7, .unavailable), (8, .cancelled), (11, .resourceExhausted),
      (12, .permissionDenied),
    ] as [(UInt32, Status.Code)])
  func resets(_ errorCode: UInt32, _ code: Status.Code) {
    #expect(Status.reset(by: errorCode).code == code)
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

/// Calls `body` each millisecond until it answers false.
private func everyMillisecond(on eventLoop: any EventLoop, _ body: @escaping () -> Bool) {
  guard body() else { return }
  eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { everyMillisecond(on: eventLoop, body) }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
