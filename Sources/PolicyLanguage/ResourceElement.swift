// Resource and NotResource (D.5): which resources a statement speaks of.

/// The Resource or NotResource element.
public struct ResourceElement: Sendable {
  public var isNegated: Bool
  public var patterns: [ResourcePattern]
  public init(isNegated: Bool = false, patterns: [ResourcePattern]) {
    self.isNegated = isNegated
    self.patterns = patterns
  }
}

public enum ResourcePattern: Sendable, Hashable {
  /// `*`: every resource, and also "no resource" (D-41).
  case any
  /// Compared part by part (D-42); variables only in `resource` (D-52).
  case arn(ARNPattern)
  /// Accepted, matches nothing: a wildcard in the service part, a variable before the fifth colon, or too few parts.
  case unmatchable(Text)
}

extension ResourcePattern {
  /// Nil when the text is neither `*` nor begins with `arn:`, which is refused (D-48).
  public init?(_ text: Text, version: PolicyVersion) {
    if text == "*" {
      self = .any
      return
    }
    guard text.hasPrefix("arn:") else { return nil }
    let pattern = Pattern(text, wildcards: true, variables: version == .v2012)
    guard let arn = ARNPattern(splitting: pattern), !arn.service.hasWildcards, !arn.hasVariablesBeforeResource else {
      self = .unmatchable(text)
      return
    }
    self = .arn(arn)
  }

  /// - Parameter arn: the resource asked for; nil for an operation without one, which only `*` matches (B-11, D-41).
  public func matches(_ arn: ARN?, resolving: (Variable) -> Text?) -> PatternMatch {
    switch self {
    case .any: .match
    case .unmatchable: .noMatch
    case .arn(let pattern): arn.map { pattern.matches($0, resolving: resolving) } ?? .noMatch
    }
  }
}
