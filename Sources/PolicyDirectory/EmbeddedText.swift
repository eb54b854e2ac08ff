// A document inside a JSON string, as `aws kms get-key-policy` prints it: {"Policy": "{\n  \"Version\": ..."}.
//
// Every byte of the inner text knows the byte of the file that it was decoded from, so that mistakes, and the statements
// that decide, are told by their place in the file that the user has open.

import PolicyLanguage

struct EmbeddedText {
  let bytes: [UInt8]
  /// Offset in the file of each byte of `bytes`, and of the closing quote.
  private let offsets: [Int]
  private let innerLines: LineMap

  /// - Parameter value: a string that was parsed from `file`.
  init?(_ value: JSONValue, in file: [UInt8]) {
    guard let text = value.string else { return nil }
    bytes = Array(text.utf8)
    offsets = Self.offsets(of: value.offset, in: file)
    innerLines = LineMap(bytes)
    guard offsets.count == bytes.count + 1 else { return nil }
  }

  /// The inner document, with all offsets those of the file.
  /// - Throws: the first thing wrong, at its place in the file.
  func parse(lines: LineMap) throws(Diagnostic) -> JSONValue {
    do throws(Diagnostic) {
      return moved(try JSONParser.parse(bytes))
    } catch {
      throw moved(error, lines: lines)
    }
  }

  /// The same mistake at its place in the file.
  func moved(_ diagnostic: Diagnostic, lines: LineMap) -> Diagnostic {
    var line = 1
    var offset = 0
    while line < diagnostic.position.line, offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "\n") { line += 1 }
      offset += 1
    }
    offset += diagnostic.position.column - 1
    var moved = diagnostic
    moved.position = lines.position(of: offsets[min(offset, bytes.count)])
    return moved
  }

  /// Lines of the inner text, for checks that want them before `moved(_:lines:)`.
  var lines: LineMap { innerLines }

  private func moved(_ value: JSONValue) -> JSONValue {
    var value = value
    value.offset = offsets[value.offset]
    switch value.content {
    case .array(let elements):
      value.content = .array(elements.map(moved))
    case .object(let members):
      value.content = .object(
        members.map { JSONMember(key: $0.key, keyOffset: offsets[$0.keyOffset], value: moved($0.value)) })
    case .null, .bool, .number, .string:
      break
    }
    return value
  }

  /// Walks the string whose opening quote is at `quote` once more; the parser has found it well-formed.
  private static func offsets(of quote: Int, in file: [UInt8]) -> [Int] {
    var offsets: [Int] = []
    var at = quote + 1
    while at < file.count, file[at] != UInt8(ascii: "\"") {
      guard file[at] == UInt8(ascii: "\\"), at + 1 < file.count else {
        offsets.append(at)
        at += 1
        continue
      }
      guard file[at + 1] == UInt8(ascii: "u") else {
        offsets.append(at)
        at += 2
        continue
      }
      let code = hexadecimal(file, at + 2)
      let isPair = code & 0xF800 == 0xD800
      let width = isPair ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3
      offsets += Array(repeating: at, count: width)
      at += isPair ? 12 : 6
    }
    return offsets + [at]
  }

  private static func hexadecimal(_ file: [UInt8], _ start: Int) -> UInt32 {
    file.dropFirst(start).prefix(4).reduce(0) { code, byte in
      code << 4 | UInt32(byte.isDigit ? byte - UInt8(ascii: "0") : (byte | 0x20) - UInt8(ascii: "a") + 10)
    }
  }
}
