// The whole server on a real Unix socket, with real threads: who connects, how many, and how it stops.

import Glibc
import NIOCore
import Synchronization
import Testing

@testable import RemoteProcedureCall

/// A blocking client that speaks frames, on a thread of the test.
final class RawClient {
  private let descriptor: CInt
  private let reader = FrameReader()
  private(set) var frames: [Frame] = []

  init(path: String, handshake: Bool = true) throws {
    descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0, "connect failed with errno \(errno)")
    if handshake { send(Wire.preface + Wire.settings([(4, 1 << 20)]).bytes) }
  }

  deinit { close(descriptor) }

  func send(_ frames: [Frame]) { send(frames.flatMap(\.bytes)) }

  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
  }

  /// Reads until `done`, the connection's end, or the time is up: longer than it takes, since the other half of a test may wait for a
  /// thread that another suite keeps. Returns whether it was `done`.
  @discardableResult
  func read(seconds: Double = 60, until done: ([Frame]) -> Bool) -> Bool {
    let end = NIODeadline.now() + .nanoseconds(Int64(seconds * 1e9))
    while !done(frames) {
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let left = max(0, (end - .now()).nanoseconds / 1_000_000)
      guard Glibc.poll(&poll, 1, CInt(left)) > 0 else { return false }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else {
        isClosed = true
        return done(frames)
      }
      frames += reader.read(Array(buffer[..<count]))
    }
    return true
  }
  private(set) var isClosed = false

  /// True once the server has closed the connection.
  func waitForClose(seconds: Double = 60) -> Bool {
    read(seconds: seconds) { _ in false }
    return isClosed
  }

  /// Makes one call; true when it was answered with a message.
  func call(_ stream: Int32, _ path: String = "/test.T/Echo") -> Bool {
    send(Wire.call(stream, path, [1]))
    return read { $0.contains { $0.stream == stream && $0.kind == .data } }
  }
}

@Suite("Server", .serialized)
struct ServerTests {
  static let number = Mutex(0)

  static func path() -> String {
    let number = number.withLock { number in
      number += 1
      return number
    }
    return "/tmp/countersign-rpc-\(getpid())-\(number).sock"
  }

  static func start(
    _ path: String, methods: [RemoteProcedureCall.Method] = TestMethods.all,
    _ configure: (inout ServerConfiguration) -> Void = { _ in }
  ) async throws -> Server {
    var configuration = ServerConfiguration(listening: .path(path))
    configure(&configuration)
    return try await Server.start(configuration, methods: methods)
  }

  @Test("the socket has its permissions, serves, knows its peer, and is gone after the drain")
  func life() async throws {
    let path = Self.path()
    let peers = Mutex<[PeerCredentials]>([])
    let method = Method(
      path: "/test.T/Who",
      kind: .unary { _, call in
        peers.withLock { $0.append(call.peer) }
        call.reply(size: 0) { _ in }
      })
    let server = try await Self.start(path, methods: [method]) { $0.listening = .path(path, mode: 0o600) }
    var info = stat()
    #expect(lstat(path, &info) == 0 && info.st_mode & 0o777 == 0o600)
    let client = try RawClient(path: path)
    #expect(client.call(1, "/test.T/Who"))
    #expect(peers.withLock { $0 } == [PeerCredentials(processID: getpid(), userID: getuid(), groupID: getgid())])
    #expect(server.counters.connectionsOpen == 1)
    async let drained: Void = server.drain(within: .seconds(5))
    // In short turns: the drain needs a thread too.
    for _ in 0..<3_000 where !client.frames.contains(where: { $0.kind == .ping }) {
      client.read(seconds: 0.01) { $0.contains { $0.kind == .ping } }
      await Task.yield()
    }
    let ping = try #require(client.frames.last { $0.kind == .ping })
    client.send([Frame(.ping, flags: Frame.ack, ping.payload)])
    #expect(client.waitForClose())
    await drained
    #expect(lstat(path, &info) != 0)
    #expect(server.counters.connectionsOpen == 0)
    #expect(server.counters.callsStarted == 1)
  }

  @Test("a connection more than allowed is refused, and another serves on; a place that is left is given again")
  func connections() async throws {
    let path = Self.path()
    let server = try await Self.start(path) { $0.maximumConnections = 2 }
    let first = try RawClient(path: path)
    var second: RawClient? = try RawClient(path: path)
    #expect(first.call(1))
    #expect(second?.call(1) == true)
    #expect(try RawClient(path: path).waitForClose())
    #expect(first.call(3))
    #expect(server.counters.limitsReached == [.connections: 1])
    second = nil
    var served = false
    for _ in 0..<100 where !served {
      served = try RawClient(path: path).call(1)
      if !served { usleep(10_000) }
    }
    #expect(served)
    await server.drain(within: .milliseconds(100))
  }

  @Test("one user does not get all connections")
  func connectionsOfOneUser() async throws {
    let path = Self.path()
    let server = try await Self.start(path) { $0.maximumConnectionsOfOneUser = 1 }
    let first = try RawClient(path: path)
    #expect(first.call(1))
    #expect(try RawClient(path: path).waitForClose())
    #expect(server.counters.limitsReached == [.connectionsOfOneUser: 1])
    await server.drain(within: .milliseconds(100))
  }

  @Test("a reader that never reads is cut, holds little, and disturbs nobody")
  func neverReads() async throws {
    let path = Self.path()
    let server = try await Self.start(path) { $0.times.writeStallTimeout = .milliseconds(300) }
    let deaf = try RawClient(path: path)
    let honest = try RawClient(path: path)
    // 200 answers of 100,000 bytes, with windows for all of them; the socket takes a fraction.
    deaf.send([Wire.settings([(4, 1 << 30)]), Wire.windowUpdate(0, 1 << 30)])
    for index in 0..<200 { deaf.send(Wire.call(Int32(index * 2 + 1), "/test.T/Big", [1])) }
    for index in 0..<20 { #expect(honest.call(Int32(index * 2 + 1))) }
    for _ in 0..<300 where server.counters.limitsReached[.writeStall] == nil { usleep(10_000) }
    #expect(server.counters.limitsReached[.writeStall] == 1)
    #expect(honest.call(101))
    await server.drain(within: .milliseconds(100))
  }

  @Test("a client that connects and says nothing is cut, and disturbs nobody")
  func silent() async throws {
    let path = Self.path()
    let server = try await Self.start(path) { $0.times.handshakeTimeout = .milliseconds(200) }
    let silent = try RawClient(path: path, handshake: false)
    let honest = try RawClient(path: path)
    #expect(honest.call(1))
    #expect(silent.waitForClose())
    #expect(honest.call(3))
    #expect(server.counters.limitsReached == [.handshakeTime: 1])
    await server.drain(within: .milliseconds(100))
  }

  @Test("drain cuts what is left at its time")
  func drainDeadline() async throws {
    let path = Self.path()
    let server = try await Self.start(path)
    let client = try RawClient(path: path)
    client.send(Wire.call(1, "/test.T/Never", [1]))
    client.read { $0.contains { $0.kind == .settings && $0.flags == Frame.ack } }
    let start = NIODeadline.now()
    await server.drain(within: .milliseconds(300))
    let took = (NIODeadline.now() - start).nanoseconds / 1_000_000
    #expect(took >= 290 && took < 3_000)
    #expect(client.waitForClose())
    #expect(server.counters.limitsReached == [.drainTime: 1])
  }

  @Test("an inherited socket is served, and outlives the server for the next one")
  func inherited() async throws {
    let path = Self.path()
    defer { unlink(path) }
    let descriptor = try ListeningSocket.bind(path: path, mode: 0o600)
    #expect(listen(descriptor, 16) == 0)
    for _ in 0..<2 {
      let server = try await Server.start(
        ServerConfiguration(listening: .descriptor(dup(descriptor))), methods: TestMethods.all)
      #expect(try RawClient(path: path).call(1))
      await server.drain(within: .milliseconds(500))
      var info = stat()
      #expect(lstat(path, &info) == 0)
    }
    close(descriptor)
  }

  @Test("a socket left behind is replaced; one in use, a file, and a path too long are refused")
  func paths() async throws {
    let path = Self.path()
    close(try ListeningSocket.bind(path: path, mode: 0o600))
    let server = try await Self.start(path)
    #expect(try RawClient(path: path).call(1))
    await #expect(throws: ServerError.socketInUse(path: path)) { try await Self.start(path) }
    #expect(try RawClient(path: path).call(1))
    await server.drain(within: .milliseconds(100))

    close(open(path, O_CREAT | O_WRONLY, 0o600))
    defer { unlink(path) }
    await #expect(throws: ServerError.notASocket(path: path)) { try await Self.start(path) }
    let long = "/tmp/" + String(repeating: "x", count: 103)
    await #expect(throws: ServerError.socketPathTooLong(path: long)) { try await Self.start(long) }
  }
}
