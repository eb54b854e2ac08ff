// Control bytes and the backslash as `\xNN`, so that a line of text stays one line and can be read back.

enum EscapedBytes {
  static func append(_ value: UnsafeRawBufferPointer, alsoSpace: Bool = false, to bytes: inout EntryBytes) {
    guard ByteScan.mustEscape(value, alsoSpace: alsoSpace) else { return bytes.append(value) }
    for byte in value {
      if mustEscape(byte, alsoSpace: alsoSpace) {
        bytes.append("\\x")
        bytes.append(digit(byte >> 4))
        bytes.append(digit(byte & 0xF))
      } else {
        bytes.append(byte)
      }
    }
  }

  static func mustEscape(_ byte: UInt8, alsoSpace: Bool) -> Bool {
    byte < (alsoSpace ? 0x21 : 0x20) || byte == 0x7F || byte == UInt8(ascii: "\\")
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
  }
}
