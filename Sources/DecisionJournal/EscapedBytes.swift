// Control bytes and the backslash as `\xNN`, so that a line of text stays one line and can be read back.

enum EscapedBytes {
  /// - Parameter extra: one more byte to escape; none unless given.
  static func append(_ value: UnsafeRawBufferPointer, extra: UInt8 = 0, to bytes: inout EntryBytes) {
    guard ByteScan.mustEscape(value, extra: extra) else { return bytes.append(value) }
    for byte in value {
      if mustEscape(byte, extra: extra) {
        bytes.append("\\x")
        bytes.append(digit(byte >> 4))
        bytes.append(digit(byte & 0xF))
      } else {
        bytes.append(byte)
      }
    }
  }

  static func mustEscape(_ byte: UInt8, extra: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\") || byte == extra
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
  }
}
