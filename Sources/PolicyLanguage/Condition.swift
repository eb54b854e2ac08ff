// Conditions (section E): an operator, the key that it asks, and the values that it compares with.
//
// Whether a condition holds is decided in Authorization, one file for each operator family.

/// One key under one operator: `"StringEquals": {"aws:username": ["a", "b"]}` with its values.
public struct Condition: Sendable {
  public var comparison: ConditionOperator
  /// The condition key in lower case (C-1).
  public var key: Text
  public var operands: Operands
  /// Where the key stands in its file.
  public var position: SourcePosition
  public init(comparison: ConditionOperator, key: Text, operands: Operands, position: SourcePosition) {
    self.comparison = comparison
    self.key = key
    self.operands = operands
    self.position = position
  }
}

/// An operator with its prefix and suffix (E.1).
public struct ConditionOperator: BitwiseCopyable, Sendable, Hashable {
  public enum Quantifier: BitwiseCopyable, Sendable, Hashable {
    case none
    case forAllValues
    case forAnyValue
  }
  public enum Ordering: BitwiseCopyable, Sendable, Hashable {
    case equals
    case lessThan
    case lessThanEquals
    case greaterThan
    case greaterThanEquals
  }
  public enum Family: BitwiseCopyable, Sendable, Hashable {
    case string
    case stringIgnoreCase
    case stringLike
    case numeric(Ordering)
    case date(Ordering)
    case bool
    case binary
    case ipAddress
    /// ArnEquals and ArnLike are one (E.1).
    case arn
    case null
  }
  public var quantifier: Quantifier
  public var family: Family
  /// StringNotEquals, NotIpAddress and the like: true for an absent key (E.2).
  public var isNegated: Bool
  /// ...IfExists
  public var ifExists: Bool
  public init(quantifier: Quantifier = .none, family: Family, isNegated: Bool = false, ifExists: Bool = false) {
    self.quantifier = quantifier
    self.family = family
    self.isNegated = isNegated
    self.ifExists = ifExists
  }
}
