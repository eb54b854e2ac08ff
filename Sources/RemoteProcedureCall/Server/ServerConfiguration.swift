// How a server listens and what it allows.

import NIOCore

/// The settings of a server.
public struct ServerConfiguration: Sendable {
  /// Where connections come from.
  public enum Listening: Sendable, Hashable {
    /// A Unix socket that the server makes (with these permissions) and removes. A socket that nobody listens on any more
    /// is replaced; one that is in use is an error.
    case path(String, mode: UInt32 = 0o660)
    /// A socket that is bound already, as systemd hands it over. The server closes its own descriptor only.
    case descriptor(CInt)
  }

  public var listening: Listening
  /// Threads that serve connections; each connection stays on one.
  public var eventLoops = 2
  /// Connections at a time; one more is closed when it is accepted.
  public var maximumConnections = 1_024
  /// Connections at a time of one user id, so that no user can take all of them.
  public var maximumConnectionsOfOneUser = 768
  /// Bytes of requests and answers that all connections may have buffered: `BufferPool.allowance` each and a pool for what is
  /// beyond. Not counted are the buffers of sockets.
  public var maximumBufferedBytes = 128 << 20
  public var backlog: Int32 = 512
  public var limits = SessionLimits()
  public var times = ConnectionTimes()
  /// Told of limits that were reached, at most once a second for each kind. Called on the serving threads: must not block.
  public var report: @Sendable (Incident) -> Void = { _ in }

  public init(listening: Listening) {
    self.listening = listening
  }
}
