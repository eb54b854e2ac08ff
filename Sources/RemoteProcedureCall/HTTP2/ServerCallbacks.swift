// nghttp2's callbacks for a server: where C calls Swift.
//
// Each turns C's arguments into Swift's and tells the session, which takes a note. The rules that keep this sound:
// - The session's user data is an unretained pointer to the live `ServerSession` whose function is running (see there).
// - A stream's user data is its slot's index plus one, not a pointer: a stale one gives a checked look-up.
// - No pointer that nghttp2 passes escapes its callback, but those into the bytes that the session itself was given to receive.
// - No callback receives, sends or frees the session, and none runs a service.

import CCountersign
import CNGHTTP2

enum ServerCallbacks {
  /// The payload of the PING that goes along with a shutdown notice.
  static let drainPing: [UInt8] = Array("drained?".utf8)

  /// A server session with all limits that nghttp2 enforces by itself; nil for want of memory.
  static func makeSession(_ limits: SessionLimits) -> OpaquePointer? {
    var callbacks: OpaquePointer?
    guard nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else { return nil }
    defer { nghttp2_session_callbacks_del(callbacks) }
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders)
    nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader)
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onDataChunk)
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrameReceived)
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, onInvalidFrame)
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, onFrameSent)
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onStreamClose)

    var option: OpaquePointer?
    guard nghttp2_option_new(&option) == 0, let option else { return nil }
    defer { nghttp2_option_del(option) }
    nghttp2_option_set_no_auto_window_update(option, 1)
    nghttp2_option_set_no_closed_streams(option, 1)
    nghttp2_option_set_max_outbound_ack(option, limits.maximumQueuedAcks)
    nghttp2_option_set_max_settings(option, limits.maximumSettings)
    nghttp2_option_set_max_continuations(option, limits.maximumContinuations)
    nghttp2_option_set_stream_reset_rate_limit(option, limits.resetBurst, limits.resetsPerSecond)

    var session: OpaquePointer?
    var memory = nghttp2_mem(
      mem_user_data: nil, malloc: countersign_block_allocate, free: countersign_block_free,
      calloc: countersign_block_clear, realloc: countersign_block_resize)
    guard nghttp2_session_server_new3(&session, callbacks, nil, option, &memory) == 0 else { return nil }
    return session
  }

  static func submitSettings(_ session: OpaquePointer, _ limits: SessionLimits) -> Int32 {
    let entries = [
      (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maximumConcurrentStreams),
      (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindow),
      (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.maximumHeaderListSize),
      (NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 0),
    ].map { nghttp2_settings_entry(settings_id: Int32($0.0.rawValue), value: UInt32(clamping: $0.1)) }
    return nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), entries, entries.count)
  }

  /// Fills a DATA frame out of a stream's waiting bytes, and hands over the trailers with the last of them.
  static let readAnswer: nghttp2_data_source_read_callback = { session, id, buffer, length, flags, _, userData in
    guard let buffer, let flags else { return ssize_t(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
    let count = withOwner(userData) { owner in
      owner.with(id) { stream in
        let room = UnsafeMutableRawBufferPointer(start: buffer, count: length)
        guard let read = owner.readAnswer(stream, into: room) else { return ssize_t(NGHTTP2_ERR_DEFERRED.rawValue) }
        if read.isLast {
          flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)
          let result = HeaderFields.withFields { fields in
            (stream.status ?? .ok).withFields(&fields) { nghttp2_submit_trailer(session, id, $0.baseAddress, $0.count) }
          }
          if result != 0 { return ssize_t(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
        }
        return read.count
      }
    }
    return count ?? ssize_t(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
  }

  // MARK: The callbacks

  private static func withOwner<R>(_ userData: UnsafeMutableRawPointer?, _ body: (ServerSession) -> R) -> R {
    // INVARIANT: set by ServerSession's init before any callback can run, and never changed; callbacks run inside functions
    // called on a live session, which needs no counting to stay alive.
    Unmanaged<ServerSession>.fromOpaque(userData.unsafelyUnwrapped)._withUnsafeGuaranteedRef(body)
  }

  private static let onBeginHeaders: nghttp2_on_begin_headers_callback = { session, frame, userData in
    guard let frame, frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST else { return 0 }
    let id = frame.pointee.hd.stream_id
    let slot = withOwner(userData) { $0.headersBegin(id) }
    return nghttp2_session_set_stream_user_data(session, id, UnsafeMutableRawPointer(bitPattern: slot + 1))
  }

  private static let onHeader: nghttp2_on_header_callback = {
    _, frame, name, nameLength, value, valueLength, _, userData in
    guard let frame else { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }
    let goesOn = withOwner(userData) {
      $0.header(
        frame.pointee.hd.stream_id, UnsafeRawBufferPointer(start: name, count: nameLength),
        UnsafeRawBufferPointer(start: value, count: valueLength),
        isTrailer: frame.pointee.headers.cat != NGHTTP2_HCAT_REQUEST)
    }
    return goesOn ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
  }

  private static let onDataChunk: nghttp2_on_data_chunk_recv_callback = { _, _, id, data, length, userData in
    withOwner(userData) { $0.data(id, UnsafeRawBufferPointer(start: data, count: length)) }
    return 0
  }

  private static let onFrameReceived: nghttp2_on_frame_recv_callback = { _, frame, userData in
    guard let frame else { return 0 }
    let header = frame.pointee.hd
    let ends = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    let isAck = header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
    withOwner(userData) { owner in
      switch nghttp2_frame_type(UInt32(header.type)) {
      case NGHTTP2_HEADERS: owner.headersEnd(header.stream_id, endOfStream: ends)
      case NGHTTP2_DATA where ends: owner.dataEnds(header.stream_id)
      case NGHTTP2_SETTINGS where !isAck: owner.settingsArrived()
      case NGHTTP2_PING where isAck:
        let payload = frame.pointee.ping.opaque_data
        let isDrain = withUnsafeBytes(of: payload) { $0.elementsEqual(drainPing) }
        if isDrain { owner.drainWasAcknowledged() }
      default: break
      }
    }
    return 0
  }

  private static let onInvalidFrame: nghttp2_on_invalid_frame_recv_callback = { _, _, error, userData in
    withOwner(userData) { error == NGHTTP2_ERR_REFUSED_STREAM.rawValue ? $0.refusal() : $0.violation() }
    return 0
  }

  private static let onFrameSent: nghttp2_on_frame_send_callback = { _, frame, userData in
    guard let frame else { return 0 }
    let header = frame.pointee.hd
    switch nghttp2_frame_type(UInt32(header.type)) {
    case NGHTTP2_HEADERS, NGHTTP2_DATA:
      let ends = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
      withOwner(userData) { $0.answerFrameWasSent(header.stream_id, isLast: ends) }
    case NGHTTP2_GOAWAY: withOwner(userData) { $0.goAwayWasSent(code: frame.pointee.goaway.error_code) }
    default: break
    }
    return 0
  }

  private static let onStreamClose: nghttp2_on_stream_close_callback = { _, id, _, userData in
    withOwner(userData) { $0.closed(id) }
    return 0
  }
}
