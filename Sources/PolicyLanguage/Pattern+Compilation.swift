// Text to pattern: wildcards, variables and the escapes `${*}`, `${?}`, `${$}`.
//
// A `${` that begins no variable (no closing brace, no name, a default without quotes) is plain text: no rule calls it
// malformed, and text that no request holds makes the value match nothing. PolicyRemarks points it out.

extension Pattern {
  /// Compiles a text as an author wrote it.
  /// - Parameters:
  ///   - wildcards: whether `*` and `?` mean more than themselves.
  ///   - variables: whether `${...}` does, that is whether the document's version is 2012-10-17 (D-51, D-57).
  public init(_ text: Text, wildcards: Bool, variables: Bool) {
    let bytes = text.utf8
    var pieces: [PatternPiece] = []
    var start = 0
    var index = 0
    func flush(_ end: Int) {
      if end > start { pieces.append(.literal(Text(utf8: bytes[start..<end]))) }
    }
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "*") where wildcards, UInt8(ascii: "?") where wildcards:
        flush(index)
        pieces.append(bytes[index] == UInt8(ascii: "*") ? .anyRun : .anyCharacter)
        index += 1
        start = index
      case UInt8(ascii: "$") where variables:
        guard let (piece, end) = Pattern.variable(in: bytes, at: index) else {
          index += 1
          continue
        }
        flush(index)
        pieces.append(piece)
        index = end
        start = index
      default:
        index += 1
      }
    }
    flush(bytes.count)
    self.init(pieces: pieces)
  }

  /// The variable or escape that begins with the `$` at `start`, and the offset behind its closing brace.
  private static func variable(in bytes: Text.UTF8View, at start: Int) -> (PatternPiece, Int)? {
    let brace = UInt8(ascii: "}")
    guard start + 3 < bytes.count, bytes[start + 1] == UInt8(ascii: "{") else { return nil }
    let first = bytes[start + 2]
    if bytes[start + 3] == brace, first == UInt8(ascii: "*") || first == UInt8(ascii: "?") || first == UInt8(ascii: "$")
    {
      return (.literal(Text(utf8: [first])), start + 4)
    }
    var index = start + 2
    while index < bytes.count, bytes[index] != brace, bytes[index] != UInt8(ascii: ",") { index += 1 }
    guard index < bytes.count, index > start + 2 else { return nil }
    let key = Text(utf8: bytes[(start + 2)..<index]).lowercased
    if bytes[index] == brace { return (.variable(Variable(key: key)), index + 1) }

    // `, 'default'`
    func skipSpaces() {
      while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
    }
    index += 1
    skipSpaces()
    guard index < bytes.count, bytes[index] == UInt8(ascii: "'") else { return nil }
    let valueStart = index + 1
    guard let valueEnd = bytes[valueStart...].firstIndex(of: UInt8(ascii: "'")) else { return nil }
    index = valueEnd + 1
    skipSpaces()
    guard index < bytes.count, bytes[index] == brace else { return nil }
    return (.variable(Variable(key: key, defaultValue: Text(utf8: bytes[valueStart..<valueEnd]))), index + 1)
  }
}
