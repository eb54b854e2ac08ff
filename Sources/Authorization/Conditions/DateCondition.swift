// Date operators: instants, however they are written; aws:EpochTime works as well as aws:CurrentTime (E-17 to E-19).

import PolicyLanguage

enum DateCondition {
  static func compare(
    _ value: BorrowedText, _ ordering: ConditionOperator.Ordering, _ operands: Run<Instant>
  ) -> Comparison {
    guard let instant = Instant(Text(value, keptBy: nil)) else { return .unreadable }
    return operands.first { ordering.holds(instant, $0.pointee) } != nil ? .match : .noMatch
  }
}
