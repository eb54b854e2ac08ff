// One call of one method, seen from the service.
//
// A service may keep a call and answer later; it may also answer too late. The call then is cut off from its stream, and
// whatever is sent goes nowhere: neither to another call nor to another connection.

import NIOCore

/// A call in progress. Confined to its connection's event loop.
public final class Call {
  public let eventLoop: any EventLoop
  public let peer: PeerCredentials
  /// From grpc-timeout; nil when the client waits for ever. The server ends the call at that time by itself.
  public internal(set) var deadline: NIODeadline?
  /// The stream while the call goes on.
  var stream: ServerStream?

  init(eventLoop: any EventLoop, peer: PeerCredentials, deadline: NIODeadline?) {
    self.eventLoop = eventLoop
    self.peer = peer
    self.deadline = deadline
  }

  /// False once the call has ended, however that came; what is sent after that goes nowhere.
  public var isActive: Bool { stream != nil }

  /// Sends the one message of a unary call and ends it with OK.
  /// - Parameters:
  ///   - size: bytes of the packed message
  ///   - write: fills exactly `size` bytes of the outgoing buffer; must not use the call
  public func reply(size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) {
    guard let stream else { return }
    stream.session.reply(stream, size: size, write: write)
  }

  /// Puts down the one message of a unary call, which leaves when the call is finished with OK and is dropped with any other
  /// status: for an answer that is known now and may be given later.
  /// - Parameters: as for `reply`
  public func hold(size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) {
    guard let stream else { return }
    stream.session.hold(stream, size: size, write: write)
  }

  /// Sends one message of a stream. Returns false when the client reads too slowly: stop until `writable`. The message
  /// has been taken even so; a service that does not stop ends its call with RESOURCE_EXHAUSTED.
  public func send(size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
    guard let stream else { return false }
    return stream.session.send(stream, size: size, write: write)
  }

  /// True: no messages are handed over for now, and the client can send no more than its window. A service that answers
  /// later than it is asked bounds what it has under way by this.
  public var isPaused: Bool {
    get { stream?.isPaused ?? false }
    set {
      guard let stream, stream.isPaused != newValue else { return }
      stream.isPaused = newValue
      if !newValue { stream.session.advanceSoon(stream) }
    }
  }

  /// Ends the call.
  public func finish(_ status: Status) {
    guard let stream else { return }
    stream.session.finish(stream, status)
  }
}
