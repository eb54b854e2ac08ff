// ArnEquals, ArnLike and their negations: six parts, each compared alone (E-13).

import PolicyLanguage

enum ARNCondition {
  /// A value that is no ARN matches nothing, so that a negated operator holds (E-14): not a mismatch of type as E-15 has
  /// it.
  static func compare(
    _ value: BorrowedText, with operands: Run<IndexedARNOperand>, resolving variables: VariableResolution
  ) -> Comparison {
    guard let arn = ARNName(value) else { return .noMatch }
    return operands.first { matches(arn, $0.pointee, resolving: variables) } != nil ? .match : .noMatch
  }

  /// An unresolved variable matches nothing (D-55).
  private static func matches(
    _ arn: ARNName, _ operand: IndexedARNOperand, resolving variables: VariableResolution
  ) -> Bool {
    switch operand {
    case .arn(let pattern): return pattern.pointee.matches(arn, resolving: variables) == .match
    case .steps(let steps): return SplitARNPattern.matches(arn, steps.buffer, in: variables.context.pointee.arena)
    case .expandable(let steps):
      guard let expanded = variables.expanded(steps) else { return false }
      return SplitARNPattern.matches(arn, expanded, in: variables.context.pointee.arena)
    }
  }
}
