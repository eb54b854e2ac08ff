// Control bytes and the backslash as `\xNN`, so that a line of text stays one line and can be read back.

enum EscapedBytes {
  static func append(
    _ value: some Collection<UInt8>, also isSpecial: (UInt8) -> Bool = { _ in false }, to bytes: inout [UInt8]
  ) {
    func mustEscape(_ byte: UInt8) -> Bool {
      byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\") || isSpecial(byte)
    }
    guard value.contains(where: mustEscape) else {
      bytes.append(contentsOf: value)
      return
    }
    for byte in value {
      if mustEscape(byte) {
        bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "x"), digit(byte >> 4), digit(byte & 0xF)])
      } else {
        bytes.append(byte)
      }
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
  }
}
