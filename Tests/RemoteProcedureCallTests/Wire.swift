// HTTP/2 by hand, so that tests can send what no honest client would: frames as bytes, headers without compression.

import CNGHTTP2
import RemoteProcedureCall

/// A frame as it stands on the wire.
struct Frame: Equatable {
  enum Kind: UInt8 {
    case data = 0
    case headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }
  static let end: UInt8 = 1
  static let ack: UInt8 = 1
  static let endHeaders: UInt8 = 4

  var type: UInt8
  var flags: UInt8
  var stream: Int32
  var payload: [UInt8]

  var kind: Kind? { Kind(rawValue: type) }
  var bytes: [UInt8] {
    let count = payload.count
    return [
      UInt8(truncatingIfNeeded: count >> 16), UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count),
    ]
      + [type, flags] + Wire.bigEndian(UInt32(bitPattern: stream)) + payload
  }
  /// The error code of a RST_STREAM or GOAWAY.
  var errorCode: UInt32? {
    switch kind {
    case .reset where payload.count == 4: Wire.number(payload[...])
    case .goAway where payload.count >= 8: Wire.number(payload[4..<8])
    default: nil
    }
  }

  init(_ kind: Kind, flags: UInt8 = 0, stream: Int32 = 0, _ payload: [UInt8] = []) {
    self.init(type: kind.rawValue, flags: flags, stream: stream, payload: payload)
  }
  init(type: UInt8, flags: UInt8, stream: Int32, payload: [UInt8]) {
    self.type = type
    self.flags = flags
    self.stream = stream
    self.payload = payload
  }
}

enum Wire {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }
  static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

  static func settings(_ entries: [(id: UInt8, value: UInt32)] = []) -> Frame {
    Frame(.settings, entries.flatMap { [0, $0.id] + bigEndian($0.value) })
  }

  /// Literal fields, never indexed, without Huffman coding.
  static func block(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { [0x10] + literal($0.0) + literal($0.1) }
  }

  static func literal(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
    var length: [UInt8] = [127]
    var rest = bytes.count - 127
    while rest >= 128 {
      length.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return length + [UInt8(rest)] + bytes
  }

  static func fields(_ path: String, _ more: [(String, String)] = []) -> [(String, String)] {
    [
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("te", "trailers"),
      ("content-type", "application/grpc"),
    ] + more
  }

  static func headers(_ stream: Int32, _ fields: [(String, String)], ends: Bool = false) -> Frame {
    Frame(.headers, flags: Frame.endHeaders | (ends ? Frame.end : 0), stream: stream, block(fields))
  }

  static func request(_ stream: Int32, _ path: String, _ more: [(String, String)] = []) -> Frame {
    headers(stream, fields(path, more))
  }

  static func message(_ bytes: [UInt8], flag: UInt8 = 0) -> [UInt8] { [flag] + bigEndian(UInt32(bytes.count)) + bytes }

  static func data(_ stream: Int32, _ bytes: [UInt8], ends: Bool = false) -> Frame {
    Frame(.data, flags: ends ? Frame.end : 0, stream: stream, bytes)
  }

  /// `bytes` in as many frames as they take.
  static func frames(_ stream: Int32, _ bytes: [UInt8], ends: Bool = false) -> [Frame] {
    stride(from: 0, to: bytes.count, by: 16_384).map { start in
      let end = min(start + 16_384, bytes.count)
      return data(stream, Array(bytes[start..<end]), ends: ends && end == bytes.count)
    }
  }

  /// A whole unary call.
  static func call(_ stream: Int32, _ path: String, _ message: [UInt8], _ more: [(String, String)] = []) -> [Frame] {
    [request(stream, path, more)] + frames(stream, Self.message(message), ends: true)
  }

  static func windowUpdate(_ stream: Int32, _ increment: UInt32) -> Frame {
    Frame(.windowUpdate, stream: stream, bigEndian(increment))
  }

  static func reset(_ stream: Int32, _ code: UInt32 = 8) -> Frame { Frame(.reset, stream: stream, bigEndian(code)) }
  static func ping(_ payload: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]) -> Frame { Frame(.ping, payload) }
}

/// Takes frames and header blocks apart.
final class FrameReader {
  private var rest: [UInt8] = []
  private let inflater: OpaquePointer

  init() {
    var inflater: OpaquePointer?
    precondition(nghttp2_hd_inflate_new(&inflater) == 0)
    self.inflater = inflater!
  }
  deinit { nghttp2_hd_inflate_del(inflater) }

  /// Bytes of a frame that is not whole yet.
  var pending: Int { rest.count }

  func read(_ bytes: [UInt8]) -> [Frame] {
    rest += bytes
    var frames: [Frame] = []
    var start = 0
    while rest.count - start >= 9 {
      let length = Int(Wire.number(rest[start..<start + 3]))
      guard rest.count - start >= 9 + length else { break }
      frames.append(
        Frame(
          type: rest[start + 3], flags: rest[start + 4],
          stream: Int32(bitPattern: Wire.number(rest[start + 5..<start + 9]) & 0x7FFF_FFFF),
          payload: Array(rest[start + 9..<start + 9 + length])))
      start += 9 + length
    }
    rest.removeFirst(start)
    return frames
  }

  /// The fields of a block; nil when it is malformed. Blocks must be given in the order in which they came.
  func fields(_ block: [UInt8]) -> [(String, String)]? {
    var fields: [(String, String)] = []
    var start = 0
    while true {
      var field = nghttp2_nv()
      var flags: Int32 = 0
      let used = block.withUnsafeBufferPointer { bytes in
        nghttp2_hd_inflate_hd2(inflater, &field, &flags, bytes.baseAddress.map { $0 + start }, bytes.count - start, 1)
      }
      guard used >= 0 else { return nil }
      start += used
      if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
        fields.append(
          (
            String(decoding: UnsafeBufferPointer(start: field.name, count: field.namelen), as: UTF8.self),
            String(decoding: UnsafeBufferPointer(start: field.value, count: field.valuelen), as: UTF8.self)
          ))
      }
      if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
        nghttp2_hd_inflate_end_headers(inflater)
        return fields
      }
    }
  }
}
