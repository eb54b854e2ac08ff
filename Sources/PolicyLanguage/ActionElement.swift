// Action and NotAction (D.4): which operations a statement speaks of.

/// The Action or NotAction element.
public struct ActionElement: Sendable {
  public var isNegated: Bool
  /// Empty only in a key policy statement that has neither element: it matches nothing (D-13).
  public var patterns: [ActionPattern]
  public init(isNegated: Bool = false, patterns: [ActionPattern]) {
    self.isNegated = isNegated
    self.patterns = patterns
  }
}

/// `*` alone, or `service:name` with wildcards in the name; both parts compare without ASCII case (D-37).
public enum ActionPattern: Sendable, Hashable {
  case any
  /// Both in lower case.
  case named(service: Text, name: Pattern)
}

extension ActionElement {
  /// Whether the element covers an action (D-38, D-39). Both parts in lower case.
  public func matches(service: Text, name: Text) -> Bool {
    patterns.contains { $0.matches(service: service, name: name) } != isNegated
  }
}

extension ActionPattern {
  /// Nil unless the text is `*` or `service:name` with wildcards in the name only (D-38).
  ///
  /// A name takes any printable character but those of a variable, because names of actions that we do not know are
  /// accepted (D-40).
  public init?(_ text: Text) {
    if text == "*" {
      self = .any
      return
    }
    let bytes = text.lowercased.utf8
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let service = bytes[..<colon]
    let name = bytes[(colon + 1)...]
    guard !service.isEmpty, !name.isEmpty, service.allSatisfy(isServiceByte), name.allSatisfy(isNameByte) else {
      return nil
    }
    self = .named(
      service: Text(utf8: service), name: Pattern(Text(utf8: name), wildcards: true, variables: false))
  }

  /// Both parts in lower case.
  public func matches(service: Text, name: Text) -> Bool {
    switch self {
    case .any: true
    case .named(let ownService, let pattern): ownService == service && pattern.matches(name)
    }
  }
}

private func isServiceByte(_ byte: UInt8) -> Bool {
  (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    || byte == UInt8(ascii: ".")
}

private func isNameByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "$"), UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""),
    UInt8(ascii: "`"):
    false
  default: byte > 0x20 && byte < 0x7F
  }
}
