// Strict JSON (RFC 8259) with positions.
//
// A policy that two parsers read differently is a hole, so everything on which parsers are known to disagree is refused:
// repeated keys (D-4), NUL, lone surrogates, byte order marks, bytes that are not UTF-8, depth. Scanning goes over the
// raw bytes; strings are in JSONScanner+String.swift. Nothing here knows what a policy is.
//
// The document is copied once, and all texts without escapes are parts of that copy.

public enum JSONParser {
  /// Parses one document of at most `depth` nested arrays and objects.
  /// - Throws: the first thing wrong, with its position.
  public static func parse(_ bytes: [UInt8], depth: Int = 64) throws(Diagnostic) -> JSONValue {
    do throws(JSONFault) {
      let document = Text(utf8: bytes)
      return try document.withUnsafeBufferPointer { (buffer) throws(JSONFault) -> JSONValue in
        var scanner = JSONScanner(of: document, bytes: buffer, maximumDepth: depth)
        return try scanner.document()
      }
    } catch {
      let lines = LineMap(bytes)
      var message = error.message
      if let earlier = error.earlier {
        let first = lines.position(of: earlier)
        message += " (first at line \(first.line), column \(first.column))"
      }
      throw Diagnostic(position: lines.position(of: error.offset), message: message)
    }
  }
}

/// What is wrong, before its line is known.
struct JSONFault: Error {
  var offset: Int
  var message: String
  /// Where the thing stands that this one clashes with.
  var earlier: Int?
}

struct JSONScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  /// The same bytes, of which no more is known to be UTF-8 than what has been scanned.
  private let whole: Text.UTF8View
  let maximumDepth: Int
  var offset = 0

  /// - Parameter bytes: those of `document`.
  init(of document: Text, bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
    self.bytes = bytes
    whole = document.utf8
    self.maximumDepth = maximumDepth
  }

  mutating func document() throws(JSONFault) -> JSONValue {
    try refuseForeignEncodings()
    skipWhitespace()
    guard offset < bytes.count else {
      throw JSONFault(offset: offset, message: "found nothing, expected a JSON document")
    }
    let value = try value(depth: 0)
    skipWhitespace()
    guard offset == bytes.count else {
      throw JSONFault(offset: offset, message: "found \(found), expected the end of the document")
    }
    return value
  }

  private func refuseForeignEncodings() throws(JSONFault) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw JSONFault(offset: 0, message: "found a byte order mark, expected UTF-8 without one")
    }
    let isWide =
      bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
      || (bytes.count > 1 && (bytes[0] == 0) != (bytes[1] == 0))
      || (bytes.count > 3 && bytes[..<4].count { $0 == 0 } == 3)
    if isWide {
      throw JSONFault(offset: 0, message: "found UTF-16 or UTF-32, expected UTF-8")
    }
  }

  private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
    let start = offset
    guard start < bytes.count else { throw expected("a JSON value") }
    switch bytes[start] {
    case UInt8(ascii: "\""):
      return JSONValue(.string(try string()), offset: start)
    case UInt8(ascii: "{"):
      return JSONValue(.object(try object(depth: depth + 1)), offset: start)
    case UInt8(ascii: "["):
      return JSONValue(.array(try array(depth: depth + 1)), offset: start)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return JSONValue(.number(try number()), offset: start)
    case UInt8(ascii: "t") where takes("true"): return JSONValue(.bool(true), offset: start)
    case UInt8(ascii: "f") where takes("false"): return JSONValue(.bool(false), offset: start)
    case UInt8(ascii: "n") where takes("null"): return JSONValue(.null, offset: start)
    default:
      throw expected("a JSON value")
    }
  }

  private mutating func object(depth: Int) throws(JSONFault) -> [JSONMember] {
    try open(depth: depth)
    var members: [JSONMember] = []
    guard !closes(UInt8(ascii: "}")) else { return members }
    while true {
      guard peek == UInt8(ascii: "\"") else {
        throw expected(members.isEmpty ? "a key in double quotes or `}`" : "a key in double quotes")
      }
      let keyOffset = offset
      let key = try string()
      skipWhitespace()
      guard peek == UInt8(ascii: ":") else { throw expected("`:` after the key \(key.quoted)") }
      offset += 1
      skipWhitespace()
      members.append(JSONMember(key: key, keyOffset: keyOffset, value: try value(depth: depth)))
      guard try separates(from: UInt8(ascii: "}")) else { break }
    }
    try refuseRepeatedKeys(members)
    return members
  }

  /// D-4. Comparing each with each is quickest for the few members of common objects, and quadratic for many.
  private func refuseRepeatedKeys(_ members: [JSONMember]) throws(JSONFault) {
    if members.count <= 16 {
      for later in members.indices.dropFirst() {
        for earlier in 0..<later where members[earlier].key == members[later].key {
          throw repeated(members[later], after: members[earlier])
        }
      }
    } else {
      var seen = Set<Text>(minimumCapacity: members.count)
      for member in members where !seen.insert(member.key).inserted {
        throw repeated(member, after: members.first { $0.key == member.key })
      }
    }
  }

  private func repeated(_ member: JSONMember, after earlier: JSONMember?) -> JSONFault {
    JSONFault(
      offset: member.keyOffset,
      message: "found \(member.key.quoted) a second time in the same object, expected each key once",
      earlier: earlier?.keyOffset)
  }

  private mutating func array(depth: Int) throws(JSONFault) -> [JSONValue] {
    try open(depth: depth)
    var elements: [JSONValue] = []
    guard !closes(UInt8(ascii: "]")) else { return elements }
    while true {
      elements.append(try value(depth: depth))
      guard try separates(from: UInt8(ascii: "]")) else { return elements }
    }
  }

  private mutating func open(depth: Int) throws(JSONFault) {
    guard depth <= maximumDepth else {
      throw JSONFault(
        offset: offset, message: "found nesting deeper than \(maximumDepth) levels, expected a shallower document")
    }
    offset += 1
  }

  /// Takes the closing bracket of an empty object or array.
  private mutating func closes(_ bracket: UInt8) -> Bool {
    skipWhitespace()
    guard peek == bracket else { return false }
    offset += 1
    return true
  }

  /// After an element: true when a comma calls for another one, false when the bracket closes.
  private mutating func separates(from bracket: UInt8) throws(JSONFault) -> Bool {
    skipWhitespace()
    // For messages alone.
    var closing: String { "`\(Unicode.Scalar(bracket))`" }
    guard peek != bracket else {
      offset += 1
      return false
    }
    guard peek == UInt8(ascii: ",") else { throw expected("`,` or \(closing)") }
    let comma = offset
    offset += 1
    skipWhitespace()
    if peek == bracket {
      throw JSONFault(offset: comma, message: "found a comma before \(closing), expected none after the last element")
    }
    return true
  }

  private mutating func number() throws(JSONFault) -> Text {
    let start = offset
    if peek == UInt8(ascii: "-") { offset += 1 }
    let digits = offset
    try takeDigits(after: "`-`")
    if bytes[digits] == UInt8(ascii: "0"), offset > digits + 1 {
      throw JSONFault(
        offset: start, message: "found the number \(text(from: start).quoted), expected one without leading zeros")
    }
    if peek == UInt8(ascii: ".") {
      offset += 1
      try takeDigits(after: "`.`")
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      offset += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
      try takeDigits(after: "the exponent sign")
    }
    return text(from: start)
  }

  private mutating func takeDigits(after place: String) throws(JSONFault) {
    let start = offset
    while let byte = peek, byte &- UInt8(ascii: "0") < 10 { offset += 1 }
    guard offset > start else { throw expected("a digit after \(place)") }
  }

  private func text(from start: Int) -> Text { text(start..<offset) }

  /// INVARIANT: the bytes have been scanned and are UTF-8.
  func text(_ range: Range<Int>) -> Text { Text(utf8: whole[range]) }

  private mutating func takes(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard offset + count <= bytes.count else { return false }
    for index in 0..<count where bytes[offset + index] != word.utf8Start[index] { return false }
    // `trueish` is one wrong word, not `true` and a rest.
    if offset + count < bytes.count, isWordByte(bytes[offset + count]) { return false }
    offset += count
    return true
  }

  var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipWhitespace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
  }

  private func expected(_ what: String) -> JSONFault {
    JSONFault(offset: offset, message: "found \(found), expected \(what)")
  }

  /// What stands at the current offset, for a message.
  private var found: String {
    guard let byte = peek else { return "the end of the text" }
    switch byte {
    case 0: return "a NUL byte"
    case 0x21...0x7E:
      var end = offset
      while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
      return Text(utf8: Array(bytes[offset..<max(end, offset + 1)])).quoted
    default: return "the byte 0x" + String(byte, radix: 16)
    }
  }
}
