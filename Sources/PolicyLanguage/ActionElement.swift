// Action and NotAction (D.4): which operations a statement speaks of.

/// The Action or NotAction element.
public struct ActionElement: Sendable {
  public var isNegated: Bool
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
