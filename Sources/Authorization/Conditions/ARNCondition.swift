// ArnEquals, ArnLike and their negations: six parts, each compared alone (E-13).

import PolicyLanguage

enum ARNCondition {
  /// A value that is no ARN matches nothing, so that a negated operator holds (E-14): not a mismatch of type as E-15 has
  /// it.
  static func compare(_ value: Text, with operands: [ARNOperand], resolving: (Variable) -> Text?) -> Comparison {
    guard let arn = ARN(value) else { return .noMatch }
    return operands.contains { $0.matches(arn, resolving: resolving) == .match } ? .match : .noMatch
  }
}
