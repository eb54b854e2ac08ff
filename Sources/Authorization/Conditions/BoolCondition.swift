// Bool: `true` and `false` without regard to case.

import PolicyLanguage

enum BoolCondition {
  // UNDOCUMENTED: E-16 (case), D-52 (variables under Bool; section I, 8)
  static func compare(
    _ value: BorrowedText, with operands: Run<IndexedBool>, resolving variables: VariableResolution
  ) -> Comparison {
    guard let bool = Bool(policyText: Text(value, keptBy: nil)) else { return .unreadable }
    var isUnreadable = false
    for operand in operands {
      switch operand {
      case .value(let expected):
        if expected == bool { return .match }
      case .pattern(let steps):
        // An unresolved variable matches nothing (D-55). Bool has no wildcards, so that all steps are literals.
        guard let expanded = variables.expanded(steps) else { continue }
        let text = variables.context.pointee.arena.join(expanded.lazy.map(\.text))
        guard let expected = Bool(policyText: Text(text, keptBy: nil)) else {
          isUnreadable = true
          continue
        }
        if expected == bool { return .match }
      }
    }
    return isUnreadable ? .unreadable : .noMatch
  }
}
