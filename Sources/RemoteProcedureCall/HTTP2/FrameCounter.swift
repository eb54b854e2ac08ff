// Counts the frames in a client's bytes by their headers alone.
//
// nghttp2 does not tell of frames that it ignores (types it does not know, DATA of streams that are gone), yet a flood of
// them costs as much as any other. Frames are delimited by nothing but their length, so following them takes a few lines.

/// Follows the frames of one direction of a connection, after the client's preface.
struct FrameCounter: Sendable {
  /// The preface: 24 bytes that nghttp2 checks.
  private var skip = 24
  private var header: (length: Int, type: UInt8) = (0, 0)
  private var headerCount = 0

  /// What the frames beginning in `bytes` are charged, see FrameAllowance.
  mutating func cost(of bytes: UnsafeRawBufferPointer) -> Int {
    var cost = 0
    var index = 0
    while index < bytes.count {
      if skip > 0 {
        let step = min(skip, bytes.count - index)
        skip -= step
        index += step
        continue
      }
      // Nine bytes: length, type, flags, stream. Most come in one piece.
      if headerCount == 0, bytes.count - index >= 9 {
        let word = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
        index += 9
        skip = Int(word >> 8)
        cost += Self.cost(type: UInt8(truncatingIfNeeded: word), length: skip)
        continue
      }
      let byte = bytes[index]
      index += 1
      headerCount += 1
      switch headerCount {
      case 1...3: header.length = (headerCount == 1 ? 0 : header.length << 8) | Int(byte)
      case 4: header.type = byte
      case 9:
        cost += Self.cost(type: header.type, length: header.length)
        skip = header.length
        headerCount = 0
      default: break
      }
    }
    return cost
  }

  /// HEADERS are judged as requests. Large DATA is paid for by its bytes; small DATA by the messages that it brings.
  private static func cost(type: UInt8, length: Int) -> Int {
    switch type {
    case 0 where length >= 1_024: 0
    case 1: 0
    default: 1
    }
  }
}
