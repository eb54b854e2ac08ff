// JSON strings: UTF-8 is validated while scanning, escapes are decoded to bytes.

extension JSONScanner {
  /// Reads the string whose opening quote is at `offset`.
  mutating func string() throws(JSONFault) -> Text {
    let quote = offset
    offset += 1
    let start = offset
    while true {
      // Nearly all of nearly every text.
      var end = offset
      while end < bytes.count, isPlain(bytes[end]) { end += 1 }
      offset = end
      guard end < bytes.count else { break }
      switch bytes[end] {
      case UInt8(ascii: "\""):
        offset += 1
        return text(start..<end)
      case UInt8(ascii: "\\"):
        return try escapedString(quote: quote)
      default:
        offset += try width(of: bytes[end])
      }
    }
    throw unterminated(quote)
  }

  /// The slower way, from the first backslash on.
  private mutating func escapedString(quote: Int) throws(JSONFault) -> Text {
    var decoded = Array(bytes[(quote + 1)..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return Text(utf8: decoded)
      case UInt8(ascii: "\\"):
        try escape(into: &decoded, quote: quote)
      default:
        let width = try width(of: byte)
        decoded.append(contentsOf: bytes[offset..<(offset + width)])
        offset += width
      }
    }
    throw unterminated(quote)
  }

  private mutating func escape(into decoded: inout [UInt8], quote: Int) throws(JSONFault) {
    guard offset + 1 < bytes.count else { throw unterminated(quote) }
    switch bytes[offset + 1] {
    case UInt8(ascii: "\""): decoded.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): decoded.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): decoded.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"): return try unicodeEscape(into: &decoded)
    default:
      throw JSONFault(
        offset: offset, message: "found an unknown escape, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
    }
    offset += 2
  }

  /// `\uXXXX`, or two of them that are a surrogate pair.
  private mutating func unicodeEscape(into decoded: inout [UInt8]) throws(JSONFault) {
    let start = offset
    var code = try hexadecimal(at: start)
    offset += 6
    if code == 0 {
      throw JSONFault(offset: start, message: "found \\u0000, expected text without NUL")
    }
    if code & 0xF800 == 0xD800 {
      guard code < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
        bytes[offset + 1] == UInt8(ascii: "u"), case let low = try hexadecimal(at: offset), low & 0xFC00 == 0xDC00
      else {
        throw JSONFault(offset: start, message: "found a lone surrogate, expected a pair such as \\ud83d\\ude00")
      }
      offset += 6
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    // Neither a surrogate nor beyond U+10FFFF any more.
    if let scalar = Unicode.Scalar(code) { decoded.append(contentsOf: String(scalar).utf8) }
  }

  private func hexadecimal(at start: Int) throws(JSONFault) -> UInt32 {
    var code: UInt32 = 0
    for index in (start + 2)..<(start + 6) {
      guard index < bytes.count, let digit = hexadecimalDigit(bytes[index]) else {
        throw JSONFault(offset: start, message: "found an incomplete \\u escape, expected four hexadecimal digits")
      }
      code = code << 4 | digit
    }
    return code
  }

  /// Bytes that the character at `offset` takes, 1 to 4; refuses control characters and what is not UTF-8.
  private func width(of byte: UInt8) throws(JSONFault) -> Int {
    if byte < 0x80 {
      guard byte >= 0x20 else {
        let name = byte == 0 ? "a NUL byte" : "the control character 0x" + String(byte, radix: 16)
        throw JSONFault(
          offset: offset, message: "found \(name) in a string, expected it \(byte == 0 ? "to be absent" : "escaped")")
      }
      return 1
    }
    // RFC 3629: the second byte's range keeps out overlong forms, surrogates and what is beyond U+10FFFF.
    let width: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch byte {
    case 0xC2...0xDF: width = 2
    case 0xE0: (width, second) = (3, 0xA0...0xBF)
    case 0xED: (width, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: width = 3
    case 0xF0: (width, second) = (4, 0x90...0xBF)
    case 0xF4: (width, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: width = 4
    default: width = 0
    }
    guard width > 0, offset + width <= bytes.count, second.contains(bytes[offset + 1]),
      (2..<width).allSatisfy({ bytes[offset + $0] & 0xC0 == 0x80 })
    else {
      throw JSONFault(
        offset: offset, message: "found the byte 0x\(String(byte, radix: 16)), which is not UTF-8 here, expected UTF-8")
    }
    return width
  }

  private func unterminated(_ quote: Int) -> JSONFault {
    JSONFault(offset: quote, message: "found a string without an end, expected a closing double quote")
  }
}

/// ASCII that stands for itself in a string.
private func isPlain(_ byte: UInt8) -> Bool {
  byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
}

func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
  switch byte {
  case 0x30...0x39: UInt32(byte - 0x30)
  case 0x41...0x46: UInt32(byte - 0x41 + 10)
  case 0x61...0x66: UInt32(byte - 0x61 + 10)
  default: nil
  }
}
