// Reads members out of a JSON document and remembers everything that is wrong with it.
//
// A mistake never stops the reading: the author of a suite learns of all of them at once. Whoever reads must ask for
// `diagnostics` before using what was read.

import PolicyLanguage

struct DocumentReader {
  let file: Text
  private let bytes: [UInt8]
  private let lines: LineMap
  private(set) var diagnostics: [Diagnostic] = []

  init(_ bytes: [UInt8], file: Text) {
    self.bytes = bytes
    self.file = file
    lines = LineMap(bytes)
  }

  /// In the document's order.
  var sortedDiagnostics: [Diagnostic] {
    diagnostics.sorted { ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column) }
  }

  /// The document's root.
  /// - Parameter depth: more than a policy may nest, since policies stand inside the document.
  mutating func root(depth: Int) -> JSONValue? {
    do {
      return try JSONParser.parse(bytes, depth: depth)
    } catch {
      var diagnostic = error
      diagnostic.file = file
      diagnostics.append(diagnostic)
      return nil
    }
  }

  func position(of offset: Int) -> SourcePosition { lines.position(of: offset) }

  mutating func refuse(_ message: String, at offset: Int) {
    diagnostics.append(Diagnostic(file: file, position: position(of: offset), message: message))
  }

  /// Members of an object, which may hold only `known` ones.
  mutating func members(of value: JSONValue, _ what: String, known: [Text]) -> [Text: JSONValue] {
    var result: [Text: JSONValue] = [:]
    for member in members(of: value, what) {
      if known.contains(member.key) {
        result[member.key] = member.value
      } else {
        let expected = known.map { "`\($0)`" }.joined(separator: ", ")
        refuse("unknown member `\(member.key)` of \(what), expected one of \(expected)", at: member.keyOffset)
      }
    }
    return result
  }

  /// Members of an object whose keys are the author's own.
  mutating func members(of value: JSONValue, _ what: String) -> [JSONMember] {
    guard case .object(let members) = value.content else {
      refuse("\(what) is \(Self.kind(of: value)), expected an object", at: value.offset)
      return []
    }
    return members
  }

  mutating func elements(of value: JSONValue, _ what: String) -> [JSONValue] {
    guard case .array(let elements) = value.content else {
      refuse("\(what) is \(Self.kind(of: value)), expected an array", at: value.offset)
      return []
    }
    return elements
  }

  mutating func text(_ value: JSONValue, _ what: String) -> Text {
    guard case .string(let text) = value.content else {
      refuse("\(what) is \(Self.kind(of: value)), expected a string", at: value.offset)
      return ""
    }
    return text
  }

  mutating func texts(_ value: JSONValue, _ what: String) -> [Text] {
    elements(of: value, what).map { text($0, "an element of \(what)") }
  }

  /// The bytes of a value as they stand in the document.
  func source(of value: JSONValue) -> [UInt8] {
    var index = value.offset
    switch value.content {
    case .array, .object:
      var depth = 0
      var inString = false
      repeat {
        switch bytes[index] {
        case UInt8(ascii: "\\") where inString: index += 1
        case UInt8(ascii: "\""): inString.toggle()
        case UInt8(ascii: "{") where !inString, UInt8(ascii: "[") where !inString: depth += 1
        case UInt8(ascii: "}") where !inString, UInt8(ascii: "]") where !inString: depth -= 1
        default: break
        }
        index += 1
      } while depth > 0
      return Array(bytes[value.offset..<index])
    case .null: return Array("null".utf8)
    case .bool(let flag): return Array((flag ? "true" : "false").utf8)
    case .number(let number): return Array(number.utf8)
    case .string(let text):
      var writer = JSONWriter()
      writer.value(text)
      return Array(writer.text.utf8)
    }
  }

  static func kind(of value: JSONValue) -> String {
    switch value.content {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
