// Numeric operators: exact decimals, so that 10 equals 10.0 (E-17).

import PolicyLanguage

enum NumericCondition {
  static func compare(
    _ value: BorrowedText, _ ordering: ConditionOperator.Ordering, _ operands: UnsafeBufferPointer<DecimalNumber>
  ) -> Comparison {
    guard let number = DecimalNumber(Text(value, keptBy: nil)) else { return .unreadable }
    return operands.contains { ordering.holds(number, $0) } ? .match : .noMatch
  }
}

extension ConditionOperator.Ordering {
  /// The request's value stands on the left: NumericLessThan asks whether it is less than the policy's.
  func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
    switch self {
    case .equals: left == right
    case .lessThan: left < right
    case .lessThanEquals: left <= right
    case .greaterThan: left > right
    case .greaterThanEquals: left >= right
    }
  }
}
