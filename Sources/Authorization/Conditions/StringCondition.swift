// StringEquals, StringEqualsIgnoreCase, StringLike and their negations. Wildcards were settled when the policy was
// compiled: only StringLike has any.

import PolicyLanguage

enum StringCondition {
  /// A pattern with an unresolved variable matches nothing (D-55).
  static func compare(
    _ value: Text, with patterns: [Pattern], ignoringCase: Bool, resolving: (Variable) -> Text?
  ) -> Comparison {
    let matches = patterns.contains {
      $0.matches(value, ignoringASCIICase: ignoringCase, resolving: resolving) == .match
    }
    return matches ? .match : .noMatch
  }
}
