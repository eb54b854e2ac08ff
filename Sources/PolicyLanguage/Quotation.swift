// Text of users inside messages: between backticks, on one line, and not longer than a reader wants.
//
// A message may end up on a terminal or in a log, so nothing that the text holds may start a line of its own, move a
// cursor or reverse the reading direction. This is for messages only; what identifies something is never quoted.

extension Text {
  /// The text in backticks; control and direction characters are escaped, what goes beyond 100 characters is cut.
  public var quoted: String {
    // A character takes four bytes at most.
    let head = String(decoding: utf8.prefix(404), as: UTF8.self).unicodeScalars.prefix(101)
    return "`" + escaped(head.prefix(100)) + (head.count > 100 ? "...`" : "`")
  }

  /// The whole text with control and direction characters escaped.
  public var printable: String { escaped(description.unicodeScalars) }

  private func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    scalars.reduce(into: "") { result, scalar in
      result += scalar.isHarmlessInMessage ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
}

extension Unicode.Scalar {
  /// False for what would break a line, steer a terminal or reorder the text around it.
  fileprivate var isHarmlessInMessage: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
    default: true
    }
  }
}
