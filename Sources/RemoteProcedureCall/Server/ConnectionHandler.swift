// One connection of the server on its channel: bytes in to the session, bytes out of it, and one timer.
//
// Output is drained once for each read, into as few writes as it takes. While the socket is full nothing is drained and
// nothing is read, so a client that does not read its answers is not asked for more questions; how long that may last is
// limited. A connection stays on its event loop for life.

import NIOCore

/// The channel handler of a server's connection.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  /// Asks a connection to end gracefully until then.
  struct Drain: Sendable {
    var by: NIODeadline
  }

  private let session: ServerSession
  private let calls: CallCounter
  private let eventLoop: any EventLoop
  // INVARIANT: exclusivity is not checked: the clock is pure and calls nobody.
  @exclusivity(unchecked) private var clock: ConnectionClock
  private var context: ChannelHandlerContext?
  /// The channel holds bytes that the socket did not take.
  private var isBacklogged = false
  private var readWanted = false
  private var isWorking = false
  private var flushScheduled = false
  private var timer: Scheduled<Void>?
  private var timerAt = NIODeadline.distantFuture
  private var countedCalls = 0

  init(
    eventLoop: any EventLoop, peer: PeerCredentials, limits: SessionLimits, times: ConnectionTimes,
    methods: MethodTable, pool: BufferPool, log: IncidentLog
  ) throws(ServerError) {
    self.eventLoop = eventLoop
    calls = log.calls(on: eventLoop)
    clock = ConnectionClock(times, now: eventLoop.now)
    session = try ServerSession(
      eventLoop: eventLoop, peer: peer, limits: limits, methods: methods, pool: pool
    ) { limit, detail in
      log.report(limit, detail, peer, now: eventLoop.now)
    }
    session.outputWanted = { [unowned self] in scheduleFlush() }
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { work {} }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
  }

  func channelActive(context: ChannelHandlerContext) {
    work {}
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    isWorking = true
    bytes.withUnsafeReadableBytes { session.receive($0) }
    isWorking = false
    clock.received(session.now)
    if session.isEstablished { clock.established(session.now) }
    if session.cut != nil { work {} }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    work {}
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    work {}
    context.fireChannelWritabilityChanged()
  }

  func read(context: ChannelHandlerContext) {
    if context.channel.isWritable { context.read() } else { readWanted = true }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let drain = event as? Drain {
      beginDrain(by: drain.by)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  // MARK: Work

  /// Does something with the session and sends what comes of it.
  private func work(_ body: () -> Void) {
    guard let context, !isWorking else { return }
    isWorking = true
    session.tick()
    body()
    drainSession(context)
    isWorking = false
    account()
    if session.cut != nil || session.isOver {
      context.close(promise: nil)
      return
    }
    let isWritable = context.channel.isWritable
    clock.writable(isWritable, session.now)
    if isWritable && readWanted {
      readWanted = false
      context.read()
    }
    arm()
  }

  private func drainSession(_ context: ChannelHandlerContext) {
    let output = OutputBuffer.ofThisThread
    repeat {
      var isAll = false
      while !isAll, context.channel.isWritable {
        var bytes = output.take(from: session, copying: isBacklogged, isAll: &isAll)
        guard bytes.readableBytes > 0 else {
          output.giveBack(&bytes)
          break
        }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        isBacklogged = !output.giveBack(&bytes)
      }
      // Sending closes streams and makes room in others.
    } while session.settle() && session.wantsToSend
  }

  private func scheduleFlush() {
    guard !isWorking, !flushScheduled, let context else { return }
    flushScheduled = true
    // Not at once: answers that are handed over in the same turn of the loop leave in one write.
    let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.execute {
      handler.value.flushScheduled = false
      handler.value.work {}
    }
  }

  private func account() {
    let started = session.startedCalls
    clock.worked(session.now, openCalls: session.openStreams, hadCalls: started != countedCalls)
    if started != countedCalls {
      calls.add(started - countedCalls)
      countedCalls = started
    }
  }

  private func beginDrain(by end: NIODeadline) {
    work {
      if session.isEstablished {
        session.beginDrain()
        clock.draining(session.now, by: end)
      } else {
        // Nobody has asked anything yet.
        context?.close(promise: nil)
      }
    }
  }

  private func end() {
    timer?.cancel()
    timer = nil
    context = nil
    isWorking = true
    session.close()
  }

  // MARK: Time

  /// Makes the timer fire no later than anything is due.
  private func arm() {
    let due = min(clock.due, session.due)
    guard due < timerAt, context != nil else { return }
    timer?.cancel()
    timerAt = due
    let handler = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(deadline: due) { handler.value.fire() }
  }

  private func fire() {
    timer = nil
    timerAt = .distantFuture
    work {
      if session.due <= session.now { session.sweep() }
      while let event = clock.next(session.now) {
        switch event {
        case .cut(let limit): session.terminate(limit)
        case .drain: session.beginDrain()
        case .announce: session.announceDrain()
        case .ping: session.ping()
        }
      }
    }
  }
}
