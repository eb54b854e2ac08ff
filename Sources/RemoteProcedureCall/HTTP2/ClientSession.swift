// The HTTP/2 session of a client's connection. Every call that a client makes into libnghttp2, and every callback that it
// gets from there, is in this file.
//
// The session does no I/O and knows no timers: bytes go in by `receive`, come out by `nextOutput`, and calls that have
// ended wait in `takeEnded` until its owner fetches them. So no code of a caller runs inside a callback, where the library
// must not be entered again. Windows are replenished by the library as data arrives; what a stream may hold is bounded by
// the message limit of its call.
//
// INVARIANT: a session is used on one event loop only, and `userData` in callbacks is its `streams`, which outlives the
// library's session because both go in `deinit`.

import CNGHTTP2
import NIOCore

/// A call that is over, as far as this connection knows.
struct EndedCall {
  enum Outcome {
    case status(Status)
    /// The server has certainly not begun it: another connection may try.
    case unprocessed
  }
  var call: ClientCall
  var outcome: Outcome
}

final class ClientSession {
  /// The peer broke the protocol, or the library failed; the connection is of no more use.
  struct Failure: Error {
    var message: String
  }

  private let session: OpaquePointer
  private let streams: ClientStreams

  init(maximumHeaderBytes: Int) throws(Failure) {
    streams = ClientStreams(maximumHeaderBytes: maximumHeaderBytes)
    var callbacks: OpaquePointer?
    var created: OpaquePointer?
    guard nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else { throw Failure(message: "out of memory") }
    defer { nghttp2_session_callbacks_del(callbacks) }
    Self.install(callbacks)
    let context = Unmanaged.passUnretained(streams).toOpaque()
    guard nghttp2_session_client_new(&created, callbacks, context) == 0, let created else {
      throw Failure(message: "out of memory")
    }
    session = created
    submitSettings(maximumHeaderBytes: maximumHeaderBytes)
  }

  deinit { nghttp2_session_del(session) }

  /// No new call may be put on this connection: the server says that it goes away, or stream ids have run out.
  var isDraining: Bool { streams.isDraining }
  var hasCalls: Bool { !streams.calls.isEmpty }
  /// Nothing is to be read or written any more: the library has said goodbye, as it does when the peer breaks the protocol.
  var isOver: Bool { nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0 }

  /// Puts a call on a new stream. Returns false when the connection takes none any more.
  func submit(_ call: ClientCall, timeout: TimeAmount?) -> Bool {
    guard !streams.isDraining else { return false }
    var headers = HeaderBlock()
    headers.append(":method", "POST")
    headers.append(":scheme", "http")
    headers.append(":path", call.path)
    headers.append(":authority", "localhost")
    headers.append("te", "trailers")
    headers.append("content-type", "application/grpc")
    headers.append("user-agent", "countersign-swift")
    if let timeout { headers.append("grpc-timeout", Timeout.headerValue(nanoseconds: timeout.nanoseconds)) }
    var body = nghttp2_data_provider()
    body.read_callback = readRequest
    let id = headers.withFields { nghttp2_submit_request(session, nil, $0.baseAddress, $0.count, &body, nil) }
    guard id > 0 else {
      streams.isDraining = true
      return false
    }
    call.streamID = id
    streams.calls[id] = call
    return true
  }

  /// There is more of the call's request.
  func resume(_ call: ClientCall) {
    guard call.isDeferred, let id = call.streamID, streams.calls[id] != nil else { return }
    call.isDeferred = false
    nghttp2_session_resume_data(session, id)
  }

  /// Gives a call up; nothing about it will come from `takeEnded`.
  func cancel(_ call: ClientCall) {
    guard let id = call.streamID, streams.calls.removeValue(forKey: id) != nil else { return }
    nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, NGHTTP2_CANCEL.rawValue)
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let taken = nghttp2_session_mem_recv(session, base.assumingMemoryBound(to: UInt8.self), bytes.count)
    guard taken == bytes.count else { throw Failure(message: Self.describe(taken)) }
  }

  /// Bytes to send, valid until the next call of this session; nil when there is nothing to send now.
  func nextOutput() throws(Failure) -> UnsafeRawBufferPointer? {
    var data: UnsafePointer<UInt8>?
    let count = nghttp2_session_mem_send(session, &data)
    guard count >= 0 else { throw Failure(message: Self.describe(count)) }
    guard count > 0 else { return nil }
    return UnsafeRawBufferPointer(start: data, count: count)
  }

  /// The calls that have ended since it was last asked.
  func takeEnded() -> [EndedCall] {
    defer { streams.ended.removeAll() }
    return streams.ended
  }

  /// The connection is lost: ends all calls.
  func abandon(_ status: Status) -> [EndedCall] {
    streams.isDraining = true
    for (_, call) in streams.calls {
      streams.ended.append(EndedCall(call: call, outcome: call.wasSent ? .status(status) : .unprocessed))
    }
    streams.calls.removeAll()
    return takeEnded()
  }

  /// Says goodbye; the bytes come by `nextOutput`.
  func sayGoodbye() {
    streams.isDraining = true
    nghttp2_session_terminate_session(session, NGHTTP2_NO_ERROR.rawValue)
  }

  private func submitSettings(maximumHeaderBytes: Int) {
    let streamWindow: Int32 = 1 << 20
    let connectionWindow: Int32 = 16 << 20
    let settings = [
      nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(streamWindow)),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: UInt32(clamping: maximumHeaderBytes)),
    ]
    let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
    nghttp2_submit_settings(session, flags, settings, settings.count)
    nghttp2_session_set_local_window_size(session, flags, 0, connectionWindow)
  }

  private static func describe(_ code: Int) -> String {
    String(cString: nghttp2_strerror(Int32(truncatingIfNeeded: code)))
  }

  private static func install(_ callbacks: OpaquePointer) {
    nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      session, frame, name, nameCount, value, valueCount, _, data in
      guard let streams = ClientStreams.of(data), let id = frame?.pointee.hd.stream_id else { return 0 }
      let isTaken = streams.receivedHeader(
        UnsafeBufferPointer(start: name, count: nameCount), UnsafeBufferPointer(start: value, count: valueCount), on: id
      )
      return isTaken ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { session, _, id, bytes, count, data in
      guard let streams = ClientStreams.of(data) else { return 0 }
      if !streams.receivedData(UnsafeRawBufferPointer(start: bytes, count: count), on: id) {
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, NGHTTP2_CANCEL.rawValue)
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { session, frame, data in
      guard let streams = ClientStreams.of(data), let frame else { return 0 }
      let head = frame.pointee.hd
      switch UInt32(head.type) {
      case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue:
        guard UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 else { return 0 }
        if streams.receivedEnd(on: head.stream_id) == .requestUnfinished {
          nghttp2_submit_rst_stream(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), head.stream_id, NGHTTP2_CANCEL.rawValue)
        }
      case NGHTTP2_GOAWAY.rawValue: streams.receivedGoAway()
      default: break
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, data in
      guard let streams = ClientStreams.of(data), let head = frame?.pointee.hd else { return 0 }
      if UInt32(head.type) == NGHTTP2_HEADERS.rawValue { streams.calls[head.stream_id]?.wasSent = true }
      return 0
    }
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, data in
      ClientStreams.of(data)?.closed(id, code: code)
      return 0
    }
  }
}

/// What the callbacks write to.
private final class ClientStreams {
  enum Ending { case complete, requestUnfinished }

  let maximumHeaderBytes: Int
  var calls: [Int32: ClientCall] = [:]
  var ended: [EndedCall] = []
  var isDraining = false

  init(maximumHeaderBytes: Int) { self.maximumHeaderBytes = maximumHeaderBytes }

  static func of(_ userData: UnsafeMutableRawPointer?) -> ClientStreams? {
    userData.map { Unmanaged<ClientStreams>.fromOpaque($0).takeUnretainedValue() }
  }

  func receivedHeader(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, on id: Int32) -> Bool {
    guard let call = calls[id] else { return true }
    call.headerBytes += name.count + value.count + 32
    guard call.headerBytes <= maximumHeaderBytes else {
      end(id, Status(.resourceExhausted, "the server's headers are larger than \(maximumHeaderBytes) bytes"))
      return false
    }
    call.receivedHeader(name, value)
    return true
  }

  /// Returns false when the stream is to be reset.
  func receivedData(_ bytes: UnsafeRawBufferPointer, on id: Int32) -> Bool {
    guard let call = calls[id] else { return true }
    do {
      try call.receivedData(bytes)
      return true
    } catch {
      end(id, error)
      return false
    }
  }

  func receivedEnd(on id: Int32) -> Ending {
    guard let call = calls[id] else { return .complete }
    end(id, call.finalStatus)
    return call.isRequestSent ? .complete : .requestUnfinished
  }

  /// The server takes no new streams: what still waits here for its turn goes elsewhere.
  func receivedGoAway() {
    isDraining = true
    for (id, call) in calls where !call.wasSent {
      calls[id] = nil
      ended.append(EndedCall(call: call, outcome: .unprocessed))
    }
  }

  func closed(_ id: Int32, code: UInt32) {
    guard let call = calls.removeValue(forKey: id) else { return }
    let isUnprocessed = code == NGHTTP2_REFUSED_STREAM.rawValue || !call.wasSent
    ended.append(EndedCall(call: call, outcome: isUnprocessed ? .unprocessed : .status(.reset(by: code))))
  }

  private func end(_ id: Int32, _ status: Status) {
    guard let call = calls.removeValue(forKey: id) else { return }
    ended.append(EndedCall(call: call, outcome: .status(status)))
  }
}

/// Gives the library the next part of a request's body.
private let readRequest: nghttp2_data_source_read_callback = { _, id, buffer, capacity, flags, _, data in
  guard let call = ClientStreams.of(data)?.calls[id], let buffer, let flags else {
    return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
  }
  let count = call.takeRequest(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
  if call.isRequestSent {
    flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
  } else if count == 0 {
    call.isDeferred = true
    return Int(NGHTTP2_ERR_DEFERRED.rawValue)
  }
  return count
}

/// The header fields of one request, laid out in one buffer, which the library copies.
private struct HeaderBlock {
  private var bytes: [UInt8] = []
  private var lengths: [(name: Int, value: Int)] = []

  mutating func append(_ name: String, _ value: String) {
    bytes += Array(name.utf8)
    bytes += Array(value.utf8)
    lengths.append((name.utf8.count, value.utf8.count))
  }

  mutating func withFields<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
    let lengths = lengths
    return bytes.withUnsafeMutableBufferPointer { bytes in
      var fields: [nghttp2_nv] = []
      var position = bytes.baseAddress
      for length in lengths {
        let value = position?.advanced(by: length.name)
        fields.append(
          nghttp2_nv(
            name: position, value: value, namelen: length.name, valuelen: length.value,
            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
        position = value?.advanced(by: length.value)
      }
      return fields.withUnsafeBufferPointer(body)
    }
  }
}
