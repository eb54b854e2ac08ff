// Which connection a call goes on. There is one at a time for new calls; it is made when a call needs it, and made anew once
// the old one is lost or the server says goodbye, while calls on the old one end there.
//
// A connection that cannot be made fails the calls that wait for it with UNAVAILABLE and is not tried again by itself: the
// next call does. Retrying belongs to the caller, who knows how long the answer is worth waiting for. The one exception is a
// call that the server has certainly not begun (a stream above GOAWAY's last, or a refused one): it moves once to a new
// connection, which cannot be told from a call made a moment later.

import Glibc
import NIOCore
import NIOPosix

/// INVARIANT: after its creation it is touched on `eventLoop` only.
final class ClientConnector: @unchecked Sendable {
  private enum State {
    case idle
    case connecting
    case connected(ClientConnection)
    case closed
  }

  let eventLoop: any EventLoop
  private let socketPath: String
  private let maximumHeaderBytes: Int
  private var state = State.idle
  /// Calls until there is a connection.
  private var waiting: [ClientCall] = []
  /// Also those that only end their calls.
  private var connections: [ObjectIdentifier: ClientConnection] = [:]

  init(socketPath: String, maximumHeaderBytes: Int, eventLoop: any EventLoop) {
    self.socketPath = socketPath
    self.maximumHeaderBytes = maximumHeaderBytes
    self.eventLoop = eventLoop
  }

  func start(_ call: ClientCall) {
    guard !call.isEnded else { return }
    if let deadline = call.deadline {
      guard deadline > .now() else { return call.end(Self.deadlineExceeded) }
      call.timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self, weak call] in
        guard let call else { return }
        self?.give(up: call, Self.deadlineExceeded)
      }
    }
    place(call)
  }

  /// Adds to a stream's request; nil ends it.
  func send(_ message: PackedMessage?, on call: ClientCall) {
    guard !call.isEnded else { return }
    if let message { call.append(message) } else { call.completeRequest() }
    call.connection?.resume(call)
  }

  func cancel(_ call: ClientCall) { give(up: call, Status(.cancelled, "the call was cancelled")) }

  func close() {
    if case .closed = state { return }
    state = .closed
    let status = Status(.cancelled, "the client was closed")
    let calls = waiting
    waiting.removeAll()
    for call in calls { call.end(status) }
    for connection in Array(connections.values) { connection.close(status) }
  }

  private static let deadlineExceeded = Status(.deadlineExceeded, "no answer came before the deadline")

  private func give(up call: ClientCall, _ status: Status) {
    call.connection?.cancel(call)
    waiting.removeAll { $0 === call }
    call.end(status)
  }

  private func place(_ call: ClientCall) {
    switch state {
    case .connected(let connection) where connection.start(call): break
    case .closed: call.end(Status(.cancelled, "the client was closed"))
    case .connecting: waiting.append(call)
    case .connected, .idle:
      waiting.append(call)
      connect()
    }
  }

  private func placeAgain(_ call: ClientCall) {
    guard !call.isEnded else { return }
    guard call.attempts < 2 else {
      return call.end(Status(.unavailable, "the server at `\(socketPath)` refused the call twice"))
    }
    guard call.rewind() else {
      return call.end(Status(.unavailable, "the server at `\(socketPath)` did not take the call"))
    }
    place(call)
  }

  // MARK: Connections

  private func connect() {
    state = .connecting
    let limit = maximumHeaderBytes
    let path = socketPath
    ClientBootstrap(group: eventLoop)
      .channelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          let events = ClientConnection.Events(
            drained: { [weak self] in self?.drained($0) }, unprocessed: { [weak self] in self?.placeAgain($0) },
            closed: { [weak self] in self?.closed($0) })
          let connection = ClientConnection(
            session: try ClientSession(maximumHeaderBytes: limit), peer: path, events: events)
          try channel.pipeline.syncOperations.addHandler(connection)
        }
      }
      .connect(unixDomainSocketPath: socketPath)
      .assumeIsolated()
      .whenComplete { [self] result in connected(result) }
  }

  private func connected(_ result: Result<any Channel, any Error>) {
    do {
      let connection = try result.get().pipeline.syncOperations.handler(type: ClientConnection.self)
      if case .closed = state { return connection.close(Status(.cancelled, "the client was closed")) }
      connections[ObjectIdentifier(connection)] = connection
      state = .connected(connection)
      let calls = waiting
      waiting.removeAll()
      for call in calls where !call.isEnded { place(call) }
    } catch {
      if case .closed = state { return }
      state = .idle
      let calls = waiting
      waiting.removeAll()
      let status = Status(.unavailable, "cannot connect to `\(socketPath)`: \(Self.describe(error))")
      for call in calls { call.end(status) }
    }
  }

  private func drained(_ connection: ClientConnection) {
    if case .connected(let current) = state, current === connection { state = .idle }
  }

  private func closed(_ connection: ClientConnection) {
    drained(connection)
    connections[ObjectIdentifier(connection)] = nil
  }

  private static func describe(_ error: any Error) -> String {
    if let error = error as? IOError {
      switch error.errnoCode {
      case ENOENT: return "no such socket; is countersignd running?"
      case ECONNREFUSED: return "connection refused; is countersignd running?"
      case EACCES, EPERM: return "permission denied"
      case EAGAIN: return "the server's queue of new connections is full"
      default: return String(cString: strerror(error.errnoCode))
      }
    }
    if case SocketAddressError.unixDomainSocketPathTooLong = error { return "the path is too long for a socket" }
    return "\(error)"
  }
}
