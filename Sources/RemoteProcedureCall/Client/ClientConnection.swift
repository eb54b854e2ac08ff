// One connection to a server: bytes between the socket and the HTTP/2 session, and the ends of calls to their owner.
//
// Calls that are submitted in one turn of the event loop leave in one write. While the socket takes no more bytes nothing is
// drawn from the session, so that what waits to be sent stays where it is bounded: in the calls.

import NIOCore

final class ClientConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Told on the event loop.
  struct Events {
    /// No new call fits on this connection; those on it go on.
    var drained: (ClientConnection) -> Void
    /// The call needs another connection.
    var unprocessed: (ClientCall) -> Void
    /// The connection is gone and all its calls have ended.
    var closed: (ClientConnection) -> Void
  }

  private let session: ClientSession
  private let peer: String
  private let events: Events
  private var context: ChannelHandlerContext?
  private var isFlushPlanned = false
  private var isDrainedTold = false
  /// What broke the connection, for the message of its calls.
  private var failure: String?

  init(session: ClientSession, peer: String, events: Events) {
    self.session = session
    self.peer = peer
    self.events = events
  }

  // MARK: Calls

  /// Takes a call unless the connection takes none any more.
  func start(_ call: ClientCall) -> Bool {
    guard let context else { return false }
    let timeout = call.deadline.map { $0 - .now() }
    guard session.submit(call, timeout: timeout) else { return false }
    call.connection = self
    call.attempts += 1
    planFlush(context)
    return true
  }

  func resume(_ call: ClientCall) {
    session.resume(call)
    if let context { planFlush(context) }
  }

  func cancel(_ call: ClientCall) {
    session.cancel(call)
    if let context { planFlush(context) }
  }

  /// Ends all calls with `status` and closes.
  func close(_ status: Status) {
    finish(session.abandon(status), isRetrying: false)
    session.sayGoodbye()
    flush()
    context?.close(promise: nil)
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    flush()
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    do {
      try bytes.withUnsafeReadableBytes { bytes throws(ClientSession.Failure) in try session.receive(bytes) }
    } catch {
      fail(error.message, context)
    }
    finish(session.takeEnded(), isRetrying: true)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    flush()
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    let what = failure ?? "closed by the server"
    finish(session.abandon(Status(.unavailable, "the connection to `\(peer)` was lost: \(what)")), isRetrying: true)
    events.closed(self)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail("\(error)", context) }

  // MARK: Bytes and ends

  private func planFlush(_ context: ChannelHandlerContext) {
    guard !isFlushPlanned else { return }
    isFlushPlanned = true
    context.eventLoop.assumeIsolated().execute { [weak self] in
      self?.isFlushPlanned = false
      self?.flush()
    }
  }

  private func flush() {
    guard let context, context.channel.isActive else { return }
    do {
      var output = context.channel.allocator.buffer(capacity: 0)
      while context.channel.isWritable, let bytes = try session.nextOutput() {
        output.writeBytes(bytes)
        if output.readableBytes >= Self.writeBytes {
          context.writeAndFlush(wrapOutboundOut(output), promise: nil)
          output = context.channel.allocator.buffer(capacity: 0)
        }
      }
      if output.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(output), promise: nil) }
    } catch {
      fail(error.message, context)
    }
    finish(session.takeEnded(), isRetrying: true)
    closeIfDone(context)
  }

  private func finish(_ ended: [EndedCall], isRetrying: Bool) {
    if session.isDraining, !isDrainedTold {
      isDrainedTold = true
      events.drained(self)
    }
    for end in ended {
      switch end.outcome {
      case .status(let status): end.call.end(status)
      case .unprocessed where isRetrying: events.unprocessed(end.call)
      case .unprocessed: end.call.end(Status(.cancelled, "the client was closed"))
      }
    }
  }

  private func closeIfDone(_ context: ChannelHandlerContext) {
    if session.isOver, session.hasCalls { return fail("the server does not speak HTTP/2 as it should", context) }
    if session.isOver || session.isDraining && !session.hasCalls { context.close(promise: nil) }
  }

  private func fail(_ message: String, _ context: ChannelHandlerContext) {
    failure = failure ?? message
    context.close(promise: nil)
  }

  private static let writeBytes = 64 << 10
}
