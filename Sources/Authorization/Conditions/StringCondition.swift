// StringEquals, StringEqualsIgnoreCase, StringLike and their negations. Wildcards were settled when the policy was
// compiled: only StringLike has any.

import PolicyLanguage

enum StringCondition {
  /// A pattern with an unresolved variable matches nothing (D-55).
  static func compare(
    _ value: BorrowedText, with patterns: Run<IndexedPattern>, ignoringCase: Bool,
    resolving variables: VariableResolution
  ) -> Comparison {
    let match = patterns.first { pattern in
      guard let steps = variables.steps(of: pattern.pointee) else { return false }
      return PatternMatcher.matches(value, steps, ignoringASCIICase: ignoringCase)
    }
    return match != nil ? .match : .noMatch
  }
}
