// JSON on one line, written member by member.
//
// Escapes are those that RFC 8259 demands and no others: all text here is valid UTF-8 already, so it stands as it is. U+2028
// and U+2029, which some readers take for line ends, are escaped too, and U+007F, so that a line stays a line everywhere.

import PolicyLanguage

/// Builds one JSON text; the caller keeps objects and arrays balanced.
public struct JSONWriter: Sendable {
  private var bytes: [UInt8] = []
  private var needsComma = false

  public init() {}

  public var text: Text { Text(utf8: bytes) }

  public mutating func beginObject() { begin("{") }
  public mutating func endObject() { end("}") }
  public mutating func beginArray() { begin("[") }
  public mutating func endArray() { end("]") }

  /// The key of a member whose value is written next.
  public mutating func key(_ key: Text) {
    value(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  public mutating func null() { literal("null") }
  public mutating func value(_ value: Bool) { literal(value ? "true" : "false") }
  public mutating func value(_ number: some BinaryInteger) { literal(String(number)) }

  public mutating func value(_ text: Text) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    appendEscaped(text.utf8)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  public mutating func member(_ key: Text, _ text: Text?) {
    self.key(key)
    if let text { value(text) } else { null() }
  }

  public mutating func member(_ key: Text, _ flag: Bool) {
    self.key(key)
    value(flag)
  }

  public mutating func member(_ key: Text, _ number: some BinaryInteger) {
    self.key(key)
    value(number)
  }

  private mutating func appendEscaped(_ utf8: Text.UTF8View) {
    var index = 0
    while index < utf8.count {
      let byte = utf8[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
      case UInt8(ascii: "\r"): bytes += Array("\\r".utf8)
      case UInt8(ascii: "\t"): bytes += Array("\\t".utf8)
      case 0..<0x20, 0x7F: appendUnicodeEscape(UInt16(byte))
      case 0xE2 where utf8[index...].starts(with: [0xE2, 0x80, 0xA8]):
        appendUnicodeEscape(0x2028)
        index += 2
      case 0xE2 where utf8[index...].starts(with: [0xE2, 0x80, 0xA9]):
        appendUnicodeEscape(0x2029)
        index += 2
      default: bytes.append(byte)
      }
      index += 1
    }
  }

  private mutating func appendUnicodeEscape(_ unit: UInt16) {
    let digits = Array("0123456789abcdef".utf8)
    bytes += Array("\\u".utf8)
    for shift in [12, 8, 4, 0] { bytes.append(digits[Int(unit >> UInt16(shift)) & 15]) }
  }

  private mutating func begin(_ bracket: Unicode.Scalar) {
    separate()
    bytes.append(UInt8(ascii: bracket))
    needsComma = false
  }

  private mutating func end(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  private mutating func literal(_ word: String) {
    separate()
    bytes += Array(word.utf8)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }
}
