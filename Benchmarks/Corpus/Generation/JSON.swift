// A small JSON writer for what the corpus is made of. Two-space indentation, as the AWS CLI's exports have white space too:
// what a loader has to skip belongs to what it costs.

enum JSON {
  case text(String)
  case list([JSON])
  case object([(String, JSON)])

  static func texts(_ values: [String]) -> JSON {
    values.count == 1 ? .text(values[0]) : .list(values.map { .text($0) })
  }

  /// On several lines.
  var indented: String {
    var out = ""
    write(to: &out, indentation: 0)
    out += "\n"
    return out
  }

  /// On one line.
  var compact: String {
    var out = ""
    write(to: &out, indentation: nil)
    return out
  }

  private func write(to out: inout String, indentation: Int?) {
    switch self {
    case .text(let text): Self.quote(text, to: &out)
    case .list(let values):
      Self.bracket("[", "]", values, indentation, to: &out) {
        $0.write(to: &$1, indentation: indentation.map { $0 + 2 })
      }
    case .object(let members):
      Self.bracket("{", "}", members, indentation, to: &out) { member, out in
        Self.quote(member.0, to: &out)
        out += ": "
        member.1.write(to: &out, indentation: indentation.map { $0 + 2 })
      }
    }
  }

  private static func bracket<Element>(
    _ open: String, _ close: String, _ elements: [Element], _ indentation: Int?, to out: inout String,
    _ write: (Element, inout String) -> Void
  ) {
    out += open
    for (index, element) in elements.enumerated() {
      if index > 0 { out += indentation == nil ? ", " : "," }
      if let indentation { out += "\n" + String(repeating: " ", count: indentation + 2) }
      write(element, &out)
    }
    if let indentation, !elements.isEmpty { out += "\n" + String(repeating: " ", count: indentation) }
    out += close
  }

  /// The corpus' own texts hold ASCII without control characters.
  private static func quote(_ text: String, to out: inout String) {
    out += "\""
    for character in text.utf8 {
      if character == UInt8(ascii: "\"") || character == UInt8(ascii: "\\") { out += "\\" }
      out.unicodeScalars.append(Unicode.Scalar(character))
    }
    out += "\""
  }
}
