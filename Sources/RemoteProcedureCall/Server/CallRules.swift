// gRPC's rules for one call on the server: from headers to handler, from messages to the service, from status to trailers.
//
// These functions run between nghttp2's receiving and sending, never inside its callbacks (see ServerSession.settle). A
// service's code may run in any of them and may end its own call or another there, so each looks again at what it holds
// after it has called out.

import CNGHTTP2
import NIOCore

extension ServerSession {
  /// Does what a stream's news allow.
  func advance(_ stream: ServerStream) {
    if stream.isFinished { return }
    guard stream.headIsComplete else { return }
    if !stream.hasBegun { begin(stream) }
    guard !stream.isFinished, let method = stream.head.method else { return }
    if stream.isStalled && stream.outgoing.count <= limits.outgoingPerStream / 2 {
      stream.isStalled = false
      stream.handler?.writable()
      if stream.isFinished { return }
    }
    // Paid for when it has come: when it is taken is not up to the client.
    allowance.earn(stream.reader.countMessages() * FrameAllowance.perMessage)
    switch methods.methods[method].kind {
    case .unary(let serve): advanceUnary(stream, serve)
    case .streaming: advanceStreaming(stream)
    }
    if !stream.isFinished { watch(stream) }
  }

  // MARK: The beginning

  /// Judges the headers and makes a call of them.
  private func begin(_ stream: ServerStream) {
    stream.hasBegun = true
    let head = stream.head
    guard head.isPost else { return refuse(stream, httpStatus: "405") }
    guard head.isGRPC else { return refuse(stream, httpStatus: "415") }
    guard let method = head.method else { return finish(stream, Status(.unimplemented, "unknown method")) }
    guard head.isUncompressed else {
      return finish(stream, Status(.unimplemented, "only grpc-encoding `identity` is spoken here"))
    }
    switch head.timeout {
    case .none: break
    case .malformed: return finish(stream, Status(.internal, "malformed grpc-timeout"))
    case .nanoseconds(0): return finish(stream, .deadlineExceeded)
    case .nanoseconds(let nanoseconds): stream.deadline = now + .nanoseconds(nanoseconds)
    }
    guard outgoingBytes <= limits.outgoingPerConnection else {
      report(.outgoingBytes, "")
      return finish(stream, Status(.resourceExhausted, "too many answers of this connection wait to be read"))
    }
    guard share.cover(bufferedBytes) else {
      report(.bufferedBytes, "")
      return finish(stream, Status(.resourceExhausted, "the server has no memory left for answers to this connection"))
    }
    startedCalls += 1
    let call = stream.call ?? Call(eventLoop: eventLoop, peer: peer, deadline: nil)
    call.deadline = stream.deadline
    call.stream = stream
    stream.call = call
    if case .streaming(let makeHandler) = methods.methods[method].kind {
      let handler = makeHandler(call)
      // The service may have ended the call already.
      if !stream.isFinished { stream.handler = handler }
    }
  }

  // MARK: Messages

  private func advanceUnary(_ stream: ServerStream, _ serve: (UnsafeRawBufferPointer, Call) -> Void) {
    guard !stream.endDelivered else { return }
    switch stream.reader.front {
    case .message(let size):
      guard stream.reader.count == MessageReader.prefixSize + size else {
        return fail(stream, Status(.unimplemented, "a unary call takes one message, the client sent more"))
      }
      guard stream.remoteEnded else { return }
      guard let message = stream.reader.next(), let call = stream.call else { return }
      stream.endDelivered = true
      releaseReservation(stream)
      serve(message, call)
    case .incomplete:
      guard stream.remoteEnded else { return }
      fail(
        stream,
        stream.reader.isEmpty
          ? Status(.unimplemented, "a unary call takes one message, the client sent none") : .truncated)
    case let front: refuse(stream, front)
    }
  }

  private func advanceStreaming(_ stream: ServerStream) {
    // A client that does not take its answers is not asked for more questions: what it sends stays in its window.
    while stream.isReceiving, let message = stream.reader.next() {
      stream.incompleteSince = nil
      stream.handler?.received(message)
      if stream.isFinished { return }
    }
    switch stream.reader.front {
    case .message: break
    case .incomplete:
      guard stream.isReceiving, stream.remoteEnded, !stream.endDelivered else { break }
      stream.endDelivered = true
      guard stream.reader.isEmpty else { return fail(stream, .truncated) }
      stream.handler?.receivedEnd()
    case let front: refuse(stream, front)
    }
  }

  /// Ends a call whose next message cannot be taken.
  private func refuse(_ stream: ServerStream, _ front: MessageReader.Front) {
    switch front {
    case .oversize(let size):
      report(.messageSize, "")
      fail(
        stream,
        Status(.resourceExhausted, "message of \(size) bytes is longer than the limit of \(limits.maximumMessageSize)"))
    case .compressed:
      fail(stream, Status(.internal, "a message has its compressed flag set under grpc-encoding `identity`"))
    case .malformed(let flag): fail(stream, Status(.internal, "a message begins with flag \(flag), expected 0"))
    case .incomplete, .message: break
    }
  }

  // MARK: Answers

  /// Sends one message and the end.
  func reply(_ stream: ServerStream, size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) {
    guard !stream.isFinished else { return }
    tick()
    append(stream, size: size, write: write)
    finish(stream, .ok)
  }

  /// Keeps one message for the end.
  func hold(_ stream: ServerStream, size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) {
    guard !stream.isFinished else { return }
    append(stream, size: size, write: write)
  }

  /// Sends one message. False when the service should wait for `writable`.
  func send(_ stream: ServerStream, size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
    guard !stream.isFinished else { return false }
    tick()
    guard stream.outgoing.count <= limits.outgoingPerStream + limits.maximumMessageSize else {
      report(.outgoingBytes, "")
      fail(stream, Status(.resourceExhausted, "the client reads too slowly"))
      return false
    }
    append(stream, size: size, write: write)
    if stream.headersSent { resume(stream) } else { sendHeaders(stream) }
    stream.isStalled = stream.outgoing.count >= limits.outgoingPerStream
    wake(at: now + limits.stallTimeout)
    return !stream.isStalled
  }

  private func sendHeaders(_ stream: ServerStream) {
    stream.headersSent = true
    submitHeaders(stream)
  }

  private func append(_ stream: ServerStream, size: Int, write: (UnsafeMutableRawBufferPointer) -> Void) {
    if stream.outgoing.isEmpty { stream.progressAt = now }
    let room = stream.outgoing.append(zeros: MessageReader.prefixSize + size)
    room.storeBytes(of: UInt32(clamping: size).bigEndian, toByteOffset: 1, as: UInt32.self)
    write(UnsafeMutableRawBufferPointer(rebasing: room[MessageReader.prefixSize...]))
    outgoingBytes += MessageReader.prefixSize + size
    weigh(stream)
  }

  /// Ends a call with a status.
  func finish(_ stream: ServerStream, _ status: Status) {
    guard !stream.isFinished, !stream.isClosed else { return }
    tick()
    // What was held for a good end.
    if status.code != .ok && !stream.headersSent { dropOutgoing(stream) }
    if stream.outgoing.isEmpty || !stream.headersSent { stream.progressAt = now }
    stream.status = status
    stream.handler = nil
    stream.call?.stream = nil
    stream.reader.reset()
    stream.incompleteSince = nil
    wake(at: now + limits.stallTimeout)
    if stream.headersSent {
      resume(stream)
    } else if !stream.outgoing.isEmpty {
      sendHeaders(stream)
    } else {
      stream.headersSent = true
      let refusesEncoding = !stream.head.isUncompressed
      submitOnlyHeaders(stream) { fields, submit in
        fields.add(":status", "200")
        fields.add("content-type", "application/grpc")
        if refusesEncoding { fields.add("grpc-accept-encoding", "identity") }
        status.withFields(&fields, submit)
      }
    }
    releaseReservation(stream)
    weigh(stream)
  }

  /// Ends a call on the server's own account: the service is told.
  func fail(_ stream: ServerStream, _ status: Status) {
    let handler = stream.handler
    // What the client has not taken by now would keep the status from it.
    dropOutgoing(stream)
    finish(stream, status)
    handler?.cancelled()
  }

  /// Answers a request that is not gRPC in HTTP's own terms.
  private func refuse(_ stream: ServerStream, httpStatus: StaticString) {
    stream.status = Status(.unknown)
    stream.headersSent = true
    stream.reader.reset()
    submitOnlyHeaders(stream) { fields, submit in
      fields.add(":status", httpStatus)
      if !stream.head.isPost { fields.add("allow", "POST") }
      submit(fields)
    }
  }

  private func dropOutgoing(_ stream: ServerStream) {
    guard !stream.outgoing.isEmpty else { return }
    outgoingBytes -= stream.outgoing.count
    stream.outgoing.reset(keepingCapacity: ByteQueue.keptCapacity)
    weigh(stream)
  }

  // MARK: The end

  /// Cuts a closed stream's call off. The service hears of it unless it had finished.
  func abandon(_ stream: ServerStream) {
    let handler = stream.handler
    stream.handler = nil
    stream.call?.stream = nil
    if stream.status == nil { stream.status = Status(.cancelled) }
    dropOutgoing(stream)
    releaseReservation(stream)
    handler?.cancelled()
  }

  /// Ends what is overdue on a stream.
  /// - Returns: when to look again
  func expire(_ stream: ServerStream) -> NIODeadline {
    var next = NIODeadline.distantFuture
    if !stream.isFinished {
      if let deadline = stream.deadline {
        if deadline <= now { fail(stream, .deadlineExceeded) } else { next = min(next, deadline) }
      }
      if !stream.isFinished, let since = stream.incompleteSince {
        let end = since + limits.requestTimeout
        if end > now {
          next = min(next, end)
        } else if stream.headIsComplete {
          report(.requestTime, "")
          fail(stream, stream.awaited > 0 ? .noBudget : .incomplete)
        } else {
          // Nothing but more of these headers may come on the whole connection.
          terminate(.halfSentHeaders)
        }
      }
    }
    if stream.isFinished || stream.headersSent && !stream.outgoing.isEmpty {
      let end = stream.progressAt + limits.stallTimeout
      if end > now {
        next = min(next, end)
      } else {
        report(.answerStall, "")
        reset(stream, NGHTTP2_CANCEL)
        next = min(next, now + limits.stallTimeout)
      }
    }
    return next
  }
}

extension Status {
  static let deadlineExceeded = Status(.deadlineExceeded, "deadline exceeded")
  static let incomplete = Status(.deadlineExceeded, "the request was not complete in time")
  static let noBudget = Status(.resourceExhausted, "too many long messages of this connection are under way")
  static let truncated = Status(.internal, "the request ended inside a message")

  /// Adds `grpc-status` and `grpc-message` while `body` submits them.
  func withFields<R>(_ fields: inout HeaderFields, _ body: (HeaderFields) -> R) -> R {
    fields.add("grpc-status", code.headerValue)
    if message.isEmpty { return body(fields) }
    let encoded = PercentEncoding.encode(message)
    return encoded.withUnsafeBufferPointer { value in
      fields.add("grpc-message", copying: value)
      return body(fields)
    }
  }
}
