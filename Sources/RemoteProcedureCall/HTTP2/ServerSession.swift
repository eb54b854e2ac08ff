// One HTTP/2 connection of the server: the only owner of its nghttp2 session.
//
// The session does no I/O and keeps no time: the connection's handler feeds it bytes, drains what it wants sent and tells it
// the time. nghttp2's callbacks (ServerCallbacks.swift) only take notes; what they noted is worked off by `settle` after
// nghttp2 has returned, so that a service never runs inside a C callback and can never re-enter nghttp2 while it receives or
// sends. That is also why the pointer is private: only the functions of this file call nghttp2 with it.
//
// INVARIANT: nghttp2 holds an unretained pointer to this object, and `deinit` frees the nghttp2 session: the session cannot
// outlive the object, and callbacks run only inside functions called on a live one.

import CNGHTTP2
import NIOCore

/// A server's HTTP/2 session. Confined to its connection's event loop.
final class ServerSession {
  /// Bytes that nghttp2 may want sent at a time: a frame of its largest size with its header and padding.
  static let largestOutput = (16 << 10) + 512
  /// Messages that a service is told of at a time: what it prepares for them shall still be there when they come.
  private static let largestAnnouncement = 32

  private let session: OpaquePointer
  let eventLoop: any EventLoop
  let peer: PeerCredentials
  let limits: SessionLimits
  let methods: MethodTable
  /// Told of every limit reached.
  let report: (Limit, String) -> Void
  /// Asks the connection to drain the session soon: something was submitted outside of `receive`.
  var outputWanted: () -> Void = {}

  /// The time of the event being handled: read once for each, see `tick`.
  private(set) var now: NIODeadline
  /// When `sweep` has to be called at the latest.
  private(set) var due = NIODeadline.distantFuture
  /// Why the connection must be cut, once it must.
  private(set) var cut: Limit?
  /// The client's first SETTINGS frame has arrived.
  private(set) var isEstablished = false
  private(set) var openStreams = 0
  /// Calls made since the start.
  var startedCalls = 0
  /// Bytes of answers that wait on all streams.
  var outgoingBytes = 0
  // INVARIANT: exclusivity is not checked where it is asked for with every frame, see ServerStream.
  @exclusivity(unchecked) var allowance: FrameAllowance
  /// Memory of all streams' queues, and the connection's share of what all connections may have.
  private(set) var bufferedBytes = 0
  @exclusivity(unchecked) var share: BufferShare
  /// Out of `limits.requestBudget`.
  var reservedBytes = 0
  /// Streams that wait for the budget, in order: slot and id.
  var waiting: [(index: Int, id: Int32)] = []

  @exclusivity(unchecked) private var streams: [ServerStream] = []
  /// The one that was looked for last. INVARIANT: one of `streams`, which only grows.
  private var latest: Unmanaged<ServerStream>?
  @exclusivity(unchecked) private var free: [Int] = []
  @exclusivity(unchecked) private var noted: [Int] = []
  private var isSettling = false
  /// What `receive` was given, while it runs.
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)
  private var unconsumed = 0
  @exclusivity(unchecked) private var frameCounter = FrameCounter()
  /// Frames to be charged to the allowance.
  private var debt = 0
  private enum Drain { case none, noticed, acknowledged, announced }
  private var drain = Drain.none

  init(
    eventLoop: any EventLoop, peer: PeerCredentials, limits: SessionLimits, methods: MethodTable, pool: BufferPool,
    report: @escaping (Limit, String) -> Void
  ) throws(ServerError) {
    guard let session = ServerCallbacks.makeSession(limits) else {
      throw .system(call: "nghttp2_session_server_new", path: "", errno: 12)
    }
    self.session = session
    self.eventLoop = eventLoop
    self.peer = peer
    self.limits = limits
    self.methods = methods
    share = BufferShare(of: pool)
    now = eventLoop.now
    self.report = report
    allowance = FrameAllowance(
      capacity: limits.controlFrameBurst, perSecond: limits.controlFramesPerSecond, now: now)
    nghttp2_session_set_user_data(session, Unmanaged.passUnretained(self).toOpaque())
    check(ServerCallbacks.submitSettings(session, limits))
    check(nghttp2_session_set_local_window_size(session, 0, 0, Int32(clamping: limits.connectionWindow)))
  }

  deinit {
    for stream in streams { stream.call?.stream = nil }
    nghttp2_session_del(session)
  }

  // MARK: What the connection's handler calls

  /// Reads the loop's clock, unless an event that has read it is being handled.
  func tick() {
    if !isSettling { now = eventLoop.now }
  }

  /// Takes bytes from the socket and runs what they complete.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    guard cut == nil, let base = bytes.baseAddress else { return }
    precondition(!isSettling, "a service cannot receive")
    tick()
    input = bytes
    defer { input = UnsafeRawBufferPointer(start: nil, count: 0) }
    debt += frameCounter.cost(of: bytes)
    let taken = nghttp2_session_mem_recv(session, base.assumingMemoryBound(to: UInt8.self), bytes.count)
    if taken < 0 { fail(Int32(clamping: taken)) }
    if unconsumed > 0 {
      check(nghttp2_session_consume_connection(session, unconsumed))
      unconsumed = 0
    }
    settle()
    if !allowance.charge(debt, now: now) { terminate(.controlFrames) }
    debt = 0
  }

  /// Fills `room` with what is to be sent, as long as a whole frame fits for certain.
  /// - Returns: bytes written
  func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
    var filled = 0
    while room.count - filled >= Self.largestOutput {
      var data: UnsafePointer<UInt8>?
      let count = nghttp2_session_mem_send(session, &data)
      if count < 0 { fail(Int32(clamping: count)) }
      guard count > 0, let data else { break }
      // Valid until the next call only: copied at once.
      UnsafeMutableRawBufferPointer(rebasing: room[filled...]).copyMemory(
        from: UnsafeRawBufferPointer(start: data, count: count))
      filled += count
    }
    return filled
  }

  /// Works off what the callbacks noted. True when there was anything.
  @discardableResult
  func settle() -> Bool {
    guard !isSettling else { return false }
    isSettling = true
    defer { isSettling = false }
    if drain == .acknowledged { announceDrain() }
    var next = 0
    var announced = 0
    while next < noted.count {
      if next == announced { announced = announce(noted[next...].prefix(Self.largestAnnouncement)) }
      let stream = streams[noted[next]]
      next += 1
      stream.isNoted = false
      if stream.isClosed {
        release(stream)
      } else if stream.id != 0 {
        advance(stream)
        // The socket's bytes are lent until here.
        stream.reader.compact()
        weigh(stream)
      }
    }
    guard next > 0 else { return false }
    noted.removeAll(keepingCapacity: true)
    if !share.cover(bufferedBytes) { shed(streams) }
    return true
  }

  /// Tells the service of the first stream's method what the streams will hand to it.
  /// - Returns: the place behind the streams
  private func announce(_ places: ArraySlice<Int>) -> Int {
    guard places.count > 1, let method = streams[places[places.startIndex]].head.method,
      let announce = methods.methods[method].announce
    else { return places.endIndex }
    withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: places.count) { messages in
      var count = 0
      for place in places {
        let stream = streams[place]
        guard stream.head.method == method, stream.remoteEnded, !stream.endDelivered, !stream.isClosed,
          let message = stream.reader.frontMessage
        else { continue }
        messages.initializeElement(at: count, to: message)
        count += 1
      }
      if count > 1 { announce(UnsafeBufferPointer(rebasing: messages[..<count])) }
    }
    return places.endIndex
  }

  /// Nothing more will be sent or is waited for: the connection can be closed.
  var isOver: Bool { nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0 }

  /// Ends calls whose time is up, and sets `due` anew.
  func sweep() {
    tick()
    due = .distantFuture
    for stream in streams where stream.id != 0 && !stream.isClosed {
      let next = expire(stream)
      if next < due { due = next }
    }
    settle()
  }

  func wake(at time: NIODeadline) {
    if time < due { due = time }
  }

  /// First step of a graceful end: the client learns that it should open no more streams here. The second follows when it
  /// has answered the PING sent along, since then no request sent before it knew can be under way.
  func beginDrain() {
    guard drain == .none else { return }
    drain = .noticed
    check(nghttp2_submit_shutdown_notice(session))
    check(nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), ServerCallbacks.drainPing))
  }

  /// Second step: streams opened from now on are refused; those open are served to their end.
  func announceDrain() {
    guard drain != .announced else { return }
    drain = .announced
    let last = nghttp2_session_get_last_proc_stream_id(session)
    check(
      nghttp2_submit_goaway(
        session, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, UInt32(NGHTTP2_NO_ERROR.rawValue), nil, 0))
  }

  func ping() {
    check(nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil))
  }

  /// Ends the connection for a limit: what is queued and a GOAWAY may still be sent, nothing is taken any more.
  func terminate(_ limit: Limit, _ detail: String = "", code: nghttp2_error_code = NGHTTP2_ENHANCE_YOUR_CALM) {
    guard cut == nil else { return }
    cut = limit
    report(limit, detail)
    _ = nghttp2_session_terminate_session(session, UInt32(code.rawValue))
  }

  /// The connection is gone: every call that still goes on is cancelled.
  func close() {
    for stream in streams where stream.id != 0 {
      stream.isClosed = true
      release(stream)
    }
  }

  // MARK: What the rules of calls need (Server/CallRules.swift)

  /// Sends response headers; messages follow out of `stream.outgoing`, then trailers.
  func submitHeaders(_ stream: ServerStream) {
    var source = nghttp2_data_provider()
    source.read_callback = ServerCallbacks.readAnswer
    HeaderFields.withFields { fields in
      fields.add(":status", "200")
      fields.add("content-type", "application/grpc")
      check(nghttp2_submit_response(session, stream.id, fields.baseAddress, fields.count, &source))
    }
    outputWanted()
  }

  /// Sends a response that is nothing but headers. `build` adds them and submits while their values live.
  func submitOnlyHeaders(
    _ stream: ServerStream, _ build: (inout HeaderFields, _ submit: (HeaderFields) -> Void) -> Void
  ) {
    HeaderFields.withFields { fields in
      build(&fields) { check(nghttp2_submit_response(session, stream.id, $0.baseAddress, $0.count, nil)) }
    }
    outputWanted()
  }

  /// Lets nghttp2 ask for the stream's bytes again.
  func resume(_ stream: ServerStream) {
    guard stream.isDeferred else { return }
    stream.isDeferred = false
    check(nghttp2_session_resume_data(session, stream.id))
    outputWanted()
  }

  func reset(_ stream: ServerStream, _ code: nghttp2_error_code) {
    check(nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, UInt32(code.rawValue)))
    outputWanted()
  }

  /// Lets the client send `count` bytes more on the stream.
  func credit(_ stream: ServerStream, _ count: Int) {
    check(nghttp2_session_consume_stream(session, stream.id, count))
    outputWanted()
  }

  /// The stream with this id. Callbacks come in bunches for one stream, so the last one is tried first.
  private func uncounted(_ id: Int32) -> Unmanaged<ServerStream>? {
    if let latest, latest._withUnsafeGuaranteedRef({ $0.id }) == id { return latest }
    // A slot's index plus one.
    guard let slot = nghttp2_session_get_stream_user_data(session, id),
      let found = stream(at: Int(bitPattern: slot) - 1, id: id)
    else { return nil }
    latest = .passUnretained(found)
    return latest
  }

  func find(_ id: Int32) -> ServerStream? { uncounted(id)?.takeUnretainedValue() }

  /// Counts the memory that a stream has now.
  func weigh(_ stream: ServerStream) {
    let weight = stream.reader.capacity + stream.outgoing.capacity
    bufferedBytes += weight - stream.weight
    stream.weight = weight
  }

  /// A stream in a slot, if it still is the one meant.
  func stream(at index: Int, id: Int32) -> ServerStream? {
    guard streams.indices.contains(index), streams[index].id == id else { return nil }
    return streams[index]
  }

  // MARK: Slots

  /// Takes notes of a stream for `settle`.
  func note(_ stream: ServerStream) {
    guard !stream.isNoted else { return }
    stream.isNoted = true
    noted.append(stream.index)
  }

  /// Has a stream's news worked off soon, outside of the service's function that asks for it.
  func advanceSoon(_ stream: ServerStream) {
    note(stream)
    outputWanted()
  }

  private func open(_ id: Int32) -> ServerStream {
    let stream: ServerStream
    if let index = free.popLast() {
      stream = streams[index]
    } else {
      stream = ServerStream(session: self, index: streams.count, maximumMessageSize: limits.maximumMessageSize)
      streams.append(stream)
    }
    stream.open(id: id, now: now)
    latest = .passUnretained(stream)
    openStreams += 1
    wake(at: now + limits.requestTimeout)
    return stream
  }

  private func release(_ stream: ServerStream) {
    guard stream.id != 0 else { return }
    abandon(stream)
    // Buffers of a few slots are kept for the usual load; after a burst the rest is given back.
    stream.recycle(keepingStorage: free.count < 32)
    weigh(stream)
    free.append(stream.index)
    openStreams -= 1
  }

  // MARK: Outcomes of nghttp2

  /// A submission fails only because the stream or session is on its way out, which is no news, or for want of memory.
  private func check(_ result: Int32) {
    if nghttp2_is_fatal(result) != 0 { fail(result) }
  }

  private func fail(_ error: Int32) {
    switch nghttp2_error(rawValue: error) {
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC: terminate(.notHTTP2, code: NGHTTP2_PROTOCOL_ERROR)
    case NGHTTP2_ERR_FLOODED: terminate(.queuedAcks)
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: terminate(.continuations)
    case NGHTTP2_ERR_TOO_MANY_SETTINGS: terminate(.settings)
    case NGHTTP2_ERR_NOMEM: terminate(.memory, code: NGHTTP2_INTERNAL_ERROR)
    default: terminate(.protocolError, String(cString: nghttp2_strerror(error)), code: NGHTTP2_PROTOCOL_ERROR)
    }
  }

  // MARK: Notes of the callbacks. No I/O, no service, no nghttp2 call that receives or sends.

  /// - Returns: the slot's index
  func headersBegin(_ id: Int32) -> Int {
    allowance.earn(FrameAllowance.perRequest)
    return open(id).index
  }

  /// - Returns: false to reset the stream
  func header(
    _ id: Int32, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, isTrailer: Bool
  ) -> Bool {
    uncounted(id)?._withUnsafeGuaranteedRef { header($0, name, value, isTrailer: isTrailer) } ?? false
  }

  private func header(
    _ stream: ServerStream, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, isTrailer: Bool
  ) -> Bool {
    stream.head.count(name, value)
    if stream.head.size > limits.maximumHeaderListSize {
      return violates(.headerListSize)
    }
    if stream.head.fieldCount > limits.maximumHeaderFields {
      return violates(.headerFields)
    }
    if !isTrailer { stream.head.read(name, value, methods: methods) }
    return true
  }

  private func violates(_ limit: Limit) -> Bool {
    report(limit, "")
    violation()
    return false
  }

  /// A stream broke a rule. Many that do are a flood.
  func violation() { debt += FrameAllowance.perViolation }

  /// A stream too many was refused, which the client may not have known.
  func refusal() { debt += 1 }

  func headersEnd(_ id: Int32, endOfStream: Bool) {
    guard let stream = find(id) else { return }
    stream.headIsComplete = true
    if endOfStream { stream.remoteEnded = true }
    note(stream)
  }

  func data(_ id: Int32, _ chunk: UnsafeRawBufferPointer) {
    unconsumed += chunk.count
    guard let stream = find(id), !stream.isFinished else { return }
    // Read where they lie, by `settle` at the latest, which runs before `receive` returns.
    stream.reader.lend(chunk)
    if !input.contains(chunk) { stream.reader.compact() }
    stream.unconsumed += chunk.count
    note(stream)
  }

  func dataEnds(_ id: Int32) {
    guard let stream = find(id) else { return }
    stream.remoteEnded = true
    note(stream)
  }

  func settingsArrived() { isEstablished = true }

  func drainWasAcknowledged() {
    if drain == .noticed { drain = .acknowledged }
  }

  /// A frame of an answer has gone out.
  func answerFrameWasSent(_ id: Int32, isLast: Bool) {
    allowance.earn(FrameAllowance.perAnswerFrame)
    guard isLast, let stream = find(id), !stream.remoteEnded else { return }
    // The client need not send the rest of its request: nobody will read it.
    reset(stream, NGHTTP2_NO_ERROR)
  }

  /// nghttp2 ends the connection by itself.
  func goAwayWasSent(code: UInt32) {
    switch nghttp2_error_code(code) {
    case NGHTTP2_NO_ERROR: break
    // The only uses that nghttp2 has for these two by itself.
    case NGHTTP2_INTERNAL_ERROR: terminate(.resets)
    case NGHTTP2_ENHANCE_YOUR_CALM: terminate(.settings)
    default: terminate(.protocolError, String(cString: nghttp2_http2_strerror(code)))
    }
  }

  func closed(_ id: Int32) {
    guard let stream = find(id) else { return }
    stream.isClosed = true
    note(stream)
  }

  /// Moves waiting bytes of an answer into a DATA frame.
  /// - Returns: bytes moved, or nil when there are none yet
  func readAnswer(_ stream: ServerStream, into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, isLast: Bool)? {
    let count = min(buffer.count, stream.outgoing.count)
    if count > 0 {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: stream.outgoing.bytes[..<count]))
      stream.outgoing.drop(count)
      outgoingBytes -= count
      stream.progressAt = now
      if stream.isStalled && stream.outgoing.count <= limits.outgoingPerStream / 2 { note(stream) }
    }
    guard stream.outgoing.isEmpty else { return (count, false) }
    stream.outgoing.reset(keepingCapacity: ByteQueue.keptCapacity)
    weigh(stream)
    if stream.isFinished { return (count, true) }
    if count > 0 { return (count, false) }
    stream.isDeferred = true
    return nil
  }
}

extension UnsafeRawBufferPointer {
  /// Whether all of `part` lies in these bytes.
  fileprivate func contains(_ part: UnsafeRawBufferPointer) -> Bool {
    guard let start = baseAddress, let other = part.baseAddress else { return part.isEmpty }
    return other >= start && other + part.count <= start + count
  }
}
