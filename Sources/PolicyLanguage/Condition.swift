// Conditions (section E): operators, their operands compiled to the type that the operator reads, and the key they ask.
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
public struct ConditionOperator: Sendable, Hashable {
  public enum Quantifier: Sendable, Hashable {
    case none
    case forAllValues
    case forAnyValue
  }
  public enum Ordering: Sendable, Hashable {
    case equals
    case lessThan
    case lessThanEquals
    case greaterThan
    case greaterThanEquals
  }
  public enum Family: Sendable, Hashable {
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

/// The values of a condition, compiled for the operator's family.
public enum Operands: Sendable {
  /// string, stringIgnoreCase and stringLike; wildcards are pieces only for stringLike.
  case patterns([Pattern])
  case numbers([DecimalNumber])
  case dates([Instant])
  /// Bool expands variables too (D-52), so an operand may be a pattern.
  case bools([BoolOperand])
  case binaries([[UInt8]])
  case networks([IPNetwork])
  case arns([ARNOperand])
  /// Null: true when the key must be absent.
  case null([Bool])
}

public enum BoolOperand: Sendable, Hashable {
  case value(Bool)
  case pattern(Pattern)
}

/// An operand of an ARN operator: compared part by part. Variables may stand anywhere in it.
public enum ARNOperand: Sendable, Hashable {
  case arn(ARNPattern)
  /// Holds a variable that may bring its own colons: expanded first, then split.
  case pattern(Pattern)
}
