// The gRPC server on a Unix socket: accepts connections, knows who they are, limits them, and ends them gracefully.
//
// It reads no time of day, writes no log and knows no service: methods are handed in, incidents are handed out.

import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A gRPC server that is listening.
public final class Server: Sendable {
  private let group: any EventLoopGroup
  /// A group that was handed in is its owner's to end.
  private let ownsGroup: Bool
  private let listener: any Channel
  private let registry: ConnectionRegistry
  private let log: IncidentLog
  private let path: String?
  private let willDrain: @Sendable () -> Void
  private let isDraining = Mutex(false)

  /// Starts to listen.
  /// - Parameters:
  ///   - group: serves the connections; when nil, threads of the server's own, as many as the configuration says
  ///   - willDrain: called when a drain begins, before any connection is asked to end; health goes NOT_SERVING here
  /// - Throws: `ServerError`, or an `IOError` of NIO when the socket cannot listen
  public static func start(
    _ configuration: ServerConfiguration, on sharedGroup: (any EventLoopGroup)? = nil, methods: [Method],
    willDrain: @escaping @Sendable () -> Void = {}
  ) async throws -> Server {
    let table = try MethodTable(methods)
    var path: String?
    let descriptor: CInt
    switch configuration.listening {
    case .path(let socketPath, let mode):
      descriptor = try ListeningSocket.bind(path: socketPath, mode: mode)
      path = socketPath
    case .descriptor(let inherited): descriptor = inherited
    }
    let group: any EventLoopGroup =
      sharedGroup ?? MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.eventLoops))
    let registry = ConnectionRegistry(
      maximum: configuration.maximumConnections, maximumPerUser: configuration.maximumConnectionsOfOneUser)
    let log = IncidentLog(configuration.report)
    let pool = BufferPool(bytes: configuration.maximumBufferedBytes, connections: configuration.maximumConnections)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: configuration.backlog)
      .serverChannelInitializer { listener in
        listener.eventLoop.makeCompletedFuture {
          try listener.pipeline.syncOperations.addHandler(AcceptPause(log))
        }
      }
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 16 << 10, high: 64 << 10))
      .childChannelInitializer { channel in
        do {
          try Self.admit(channel, configuration, table, registry, pool, log)
          return channel.eventLoop.makeSucceededVoidFuture()
        } catch {
          return channel.eventLoop.makeFailedFuture(error)
        }
      }
    do {
      let listener = try await bootstrap.withBoundSocket(descriptor).get()
      return Server(group, ownsGroup: sharedGroup == nil, listener, registry, log, path, willDrain)
    } catch {
      if let path { unlink(path) }
      if sharedGroup == nil { try? await group.shutdownGracefully() }
      throw error
    }
  }

  private init(
    _ group: any EventLoopGroup, ownsGroup: Bool, _ listener: any Channel, _ registry: ConnectionRegistry,
    _ log: IncidentLog, _ path: String?, _ willDrain: @escaping @Sendable () -> Void
  ) {
    self.group = group
    self.ownsGroup = ownsGroup
    self.listener = listener
    self.registry = registry
    self.log = log
    self.path = path
    self.willDrain = willDrain
  }

  /// What happened so far.
  public var counters: ServerCounters { log.counters }

  /// Accepting failed for good: who is connected is served, and nobody else will ever be. A drain is no loss.
  public var hasLostListener: Bool { !listener.isActive && !isDraining.withLock { $0 } }

  /// The loops that serve connections.
  public var eventLoops: [any EventLoop] { Array(group.makeIterator()) }

  /// Stops: accepts nothing more, asks every client to leave, serves open calls to their end, and cuts what is left when
  /// `time` has passed. Returns when all connections are gone and the server's own threads have ended. The second of two
  /// calls returns at once.
  public func drain(within time: TimeAmount) async {
    let isFirst = isDraining.withLock { draining in
      defer { draining = true }
      return !draining
    }
    guard isFirst else { return }
    if let path { unlink(path) }
    try? await listener.close().get()
    willDrain()
    let promise = group.next().makePromise(of: Void.self)
    let empty = promise.futureResult
    let drain = ConnectionHandler.Drain(by: .now() + time)
    for channel in registry.close(whenEmpty: promise) {
      channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(drain) }
    }
    try? await empty.get()
    if ownsGroup { try? await group.shutdownGracefully() }
  }

  /// Lets a connection in, or throws. Runs on the connection's loop.
  private static func admit(
    _ channel: any Channel, _ configuration: ServerConfiguration, _ table: MethodTable, _ registry: ConnectionRegistry,
    _ pool: BufferPool, _ log: IncidentLog
  ) throws {
    let known = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
      PeerCredentials.of($0)
    }
    guard let known, let peer = known else {
      throw ServerError.system(call: "getsockopt", path: "SO_PEERCRED", errno: errno)
    }
    switch registry.admit(channel, user: peer.userID) {
    case .admitted: break
    case .closed: throw ChannelError.alreadyClosed
    case .refused(let limit):
      log.report(limit, "", peer, now: .now())
      throw ChannelError.alreadyClosed
    }
    log.update {
      $0.connectionsAccepted += 1
      $0.connectionsOpen += 1
    }
    channel.closeFuture.whenComplete { _ in
      log.update { $0.connectionsOpen -= 1 }
      registry.remove(channel)
    }
    try channel.pipeline.syncOperations.addHandler(
      ConnectionHandler(
        eventLoop: channel.eventLoop, peer: peer, limits: configuration.limits, times: configuration.times,
        methods: table, pool: pool, log: log))
  }
}
