// Date operators: instants, however they are written; aws:EpochTime works as well as aws:CurrentTime (E-17 to E-19).

import PolicyLanguage

enum DateCondition {
  static func compare(_ value: Text, _ ordering: ConditionOperator.Ordering, _ operands: [Instant]) -> Comparison {
    guard let instant = Instant(value) else { return .unreadable }
    return operands.contains { ordering.holds(instant, $0) } ? .match : .noMatch
  }
}
