// One call of one method, seen from the service. [to be written]

import NIOCore

/// A call in progress. Confined to its connection's event loop.
public final class Call {
  public let eventLoop: any EventLoop
  public let peer: PeerCredentials
  /// From grpc-timeout; nil when the client waits for ever. The server ends the call at that time by itself.
  public let deadline: NIODeadline?
  init(eventLoop: any EventLoop, peer: PeerCredentials, deadline: NIODeadline?) {
    self.eventLoop = eventLoop
    self.peer = peer
    self.deadline = deadline
  }
  /// False once the call has ended, however that came; what is sent after that goes nowhere.
  public var isActive: Bool { false }
  /// Sends the one message of a unary call and ends it with OK.
  /// - Parameters:
  ///   - size: bytes of the packed message
  ///   - write: fills exactly `size` bytes of the outgoing buffer
  public func reply(size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) {}
  /// Sends one message of a stream. Returns false when the client reads too slowly: stop until `writable`.
  public func send(size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) -> Bool { false }
  /// Ends the call.
  public func finish(_ status: Status) {}
}
