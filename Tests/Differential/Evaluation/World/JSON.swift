// A tiny JSON writer for generated worlds. Own code: nothing of the product writes what the product is tested with.

indirect enum JSON {
  case text(String)
  /// A number or boolean, as spelled.
  case bare(String)
  case list([JSON])
  case object([(String, JSON)])

  static func texts(_ values: [String]) -> JSON { .list(values.map { .text($0) }) }

  /// One string stands for a list of one, as AWS writes it (D-8).
  static func oneOrMany(_ values: [JSON]) -> JSON {
    if values.count == 1 { return values[0] }
    return .list(values)
  }

  var rendered: String {
    var out = ""
    write(to: &out)
    return out
  }

  private func write(to out: inout String) {
    switch self {
    case .text(let text): Self.quote(text, to: &out)
    case .bare(let bare): out += bare
    case .list(let values):
      out += "["
      for (index, value) in values.enumerated() {
        if index > 0 { out += ", " }
        value.write(to: &out)
      }
      out += "]"
    case .object(let members):
      out += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { out += ", " }
        Self.quote(member.0, to: &out)
        out += ": "
        member.1.write(to: &out)
      }
      out += "}"
    }
  }

  private static func quote(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\u{100}"..."\u{FFFF}":
        // A key policy takes such characters only as escapes (D-12).
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
