// StringEquals, StringEqualsIgnoreCase, StringLike and their negations. Wildcards were settled when the policy was
// compiled: only StringLike has any.

import PolicyLanguage

enum StringCondition {
  /// A pattern with an unresolved variable matches nothing (D-55).
  static func compare(
    _ value: BorrowedText, with patterns: Run<IndexedPattern>, ignoringCase: Bool,
    resolving variables: VariableResolution
  ) -> Comparison {
    let match = patterns.first {
      variables.matches(value, $0.pointee, ignoringASCIICase: ignoringCase) == .match
    }
    return match != nil ? .match : .noMatch
  }
}
