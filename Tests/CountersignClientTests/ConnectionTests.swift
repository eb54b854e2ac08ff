// Connections: made when needed, lost, drained and made again.

import CountersignClient
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import RemoteProcedureCall

@Suite("Connections")
struct ConnectionTests {
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
    await #expect(throws: Status.self) { try await TransportFixture.call(transport, [1]) }
    let server = try await TestServer.start([TransportFixture.echo], at: folder.socket)
    try await TransportFixture.expect([1], from: transport, for: [1])
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
            _ = try await transport.unary(TransportFixture.path, TransportFixture.message([1]), timeout: .seconds(20))
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
    let server = try await TestServer.start([TransportFixture.echo], at: folder.socket)
    try await TransportFixture.expect([2], from: transport, for: [2])
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
    let error = await #expect(throws: Status.self) { try await TransportFixture.call(transport, [1]) }
    #expect(error?.code == .unavailable)
    await transport.close()
    try await listener.close()
  }

  @Test("a server that drains ends its calls in peace; new ones go to its successor")
  func drain() async throws {
    let folder = try SocketFolder()
    let isHeld = Recorded(false)
    let mayAnswer = Recorded(false)
    let holding = TransportFixture.method { bytes, call in
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
    let old = Task { try await TransportFixture.call(transport, [1]) }
    try await isHeld.must { $0 }
    let drained = Task { await first.drain(within: .seconds(20)) }
    while access(folder.socket, F_OK) == 0 { try await Task.sleep(for: .milliseconds(1)) }
    let second = try await TestServer.start([TransportFixture.echo], at: folder.socket)
    // Until the goodbye has arrived, the first server may still be asked; none of these calls fails.
    var answers: [[UInt8]] = []
    while answers.last != [2] { answers.append(try await TransportFixture.call(transport, [2])) }
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
              let answer = try await TransportFixture.call(transport, [caller, 1, 2])
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
        let server = try await TestServer.start([TransportFixture.echo], at: folder.socket)
        let before = answered.value
        try await answered.must { $0 >= before + 20 }
        await server.drain(within: .seconds(2))
      }
      isOver.update { $0 = true }
      try await group.waitForAll()
    }
    await transport.close()
  }

  @Test("after close every call is CANCELLED, those in flight too")
  func closed() async throws {
    try await TransportFixture.withServer([TransportFixture.method { _, _ in }]) { transport in
      let pending = Task { try await TransportFixture.call(transport, [1]) }
      try await Task.sleep(for: .milliseconds(100))
      await transport.close()
      let error = await #expect(throws: Status.self) { try await pending.value }
      #expect(error?.code == .cancelled)
      let later = await #expect(throws: Status.self) { try await TransportFixture.call(transport, [1]) }
      #expect(later?.code == .cancelled)
    }
  }
}
