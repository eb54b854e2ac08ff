// The values of a condition, compiled to the type that its operator reads (E.1).

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
  /// A value holds a variable where the operator expands none (D-52) and is nothing that it can read. The whole condition
  /// is false in an Allow and true in a Deny, whatever its other values are (as E-15).
  case unreadable
}

public enum BoolOperand: Sendable, Hashable {
  case value(Bool)
  case pattern(Pattern)
}

/// An operand of an ARN operator: compared part by part. Variables may stand anywhere in it.
public enum ARNOperand: Sendable, Hashable {
  case arn(ARNPattern)
  /// Holds a variable that may bring its own colons: expanded first, then split. Also what has too few parts, which
  /// matches nothing.
  case pattern(Pattern)
}

extension BoolOperand {
  /// `true` or `false` without regard to case (E-16), or, in 2012-10-17, text with a variable.
  init?(_ text: Text, version: PolicyVersion) {
    if let value = Bool(policyText: text) {
      self = .value(value)
      return
    }
    let pattern = Pattern(text, wildcards: false, variables: version == .v2012)
    guard pattern.hasVariables else { return nil }
    self = .pattern(pattern)
  }
}

extension Bool {
  /// `true` or `false` without regard to case (E-16); nil for everything else.
  public init?(policyText text: Text) {
    defer { withExtendedLifetime(text) {} }
    if BorrowedText(text).equalsIgnoringASCIICase("true") {
      self = true
    } else if BorrowedText(text).equalsIgnoringASCIICase("false") {
      self = false
    } else {
      return nil
    }
  }
}

extension ARNOperand {
  /// Nil when the text is neither `*` nor begins with something that matches `arn:`, and holds no variable.
  init?(_ text: Text, version: PolicyVersion) {
    guard text != "*" else {
      self = .arn(.any)
      return
    }
    let pattern = Pattern(text, wildcards: true, variables: version == .v2012)
    if !pattern.hasVariables, let arn = ARNPattern(splitting: pattern) {
      self = .arn(arn)
      return
    }
    let scheme = text.utf8.firstIndex(of: UInt8(ascii: ":")).map { text.utf8[..<$0] }
    let isARN = scheme.map { Pattern(Text(utf8: $0), wildcards: true, variables: false).matches("arn") } ?? false
    guard pattern.hasVariables || isARN else { return nil }
    self = .pattern(pattern)
  }

  /// Compares part by part (E-13). A request value that is no ARN matches nothing and is not asked about here (E-14).
  public func matches(_ arn: ARN, resolving: (Variable) -> Text?) -> PatternMatch {
    switch self {
    case .arn(let pattern):
      return pattern.matches(arn, resolving: resolving)
    case .pattern(let pattern):
      guard let expanded = pattern.expanded(resolving: resolving) else { return .unresolved }
      guard let split = ARNPattern(splitting: expanded) else { return .noMatch }
      return split.matches(arn, resolving: resolving)
    }
  }
}

extension Operands {
  /// What a family reads, for the message of a refusal.
  static func expectation(of family: ConditionOperator.Family) -> String {
    switch family {
    case .string, .stringIgnoreCase, .stringLike: "text"
    case .numeric: "a number such as `10` or `2.5`"
    case .date: "a date such as `2026-01-01T00:00:00Z`, or seconds since 1970"
    case .bool, .null: "`true` or `false`"
    case .binary: "base64 with padding"
    case .ipAddress: "an address or a network such as `192.0.2.0/24` or `2001:db8::/32`"
    case .arn: "an ARN, or `*`"
    }
  }

  /// Compiles the values of one condition. `refuse` is called with the place of each one that the family cannot read and
  /// that holds no variable; the result then does not matter.
  init(
    _ values: [Text], family: ConditionOperator.Family, version: PolicyVersion, refuse: (Int) -> Void
  ) {
    var holdsForeignVariable = false
    func compile<Value>(_ read: (Text) -> Value?) -> [Value] {
      values.enumerated().compactMap { index, text in
        if let value = read(text) { return value }
        if Pattern(text, wildcards: false, variables: version == .v2012).hasVariables {
          holdsForeignVariable = true
        } else {
          refuse(index)
        }
        return nil
      }
    }
    let compiled: Operands =
      switch family {
      case .string, .stringIgnoreCase:
        .patterns(compile { Pattern($0, wildcards: false, variables: version == .v2012) })
      case .stringLike: .patterns(compile { Pattern($0, wildcards: true, variables: version == .v2012) })
      case .numeric: .numbers(compile { DecimalNumber($0) })
      case .date: .dates(compile { Instant($0) })
      case .bool: .bools(compile { BoolOperand($0, version: version) })
      case .binary: .binaries(compile { Base64.decode($0) })
      case .ipAddress: .networks(compile { IPNetwork($0) })
      case .arn: .arns(compile { ARNOperand($0, version: version) })
      case .null: .null(compile { Bool(policyText: $0) })
      }
    self = holdsForeignVariable ? .unreadable : compiled
  }
}
