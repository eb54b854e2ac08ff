// Whether a condition holds: absent keys, quantifiers and several values (E.2, E.3). What one value is compared with is
// each operator family's own file.

import PolicyLanguage

/// What comparing one value of the request with the values of a condition gave.
enum Comparison: Sendable {
  /// At least one value of the condition matches.
  case match
  case noMatch
  /// The request's value is not of the operator's type (E-15).
  case unreadable
}

struct ConditionEvaluation {
  let context: RequestContext
  /// The policy that asks.
  let kind: PolicyKind
  let effect: Effect

  /// All conditions must hold (E-5); none at all hold (E-21).
  func hold(_ conditions: [IndexedCondition]) -> Bool {
    conditions.allSatisfy(holds)
  }

  func holds(_ condition: IndexedCondition) -> Bool {
    switch context.values(of: condition.key, in: kind) {
    case .absent: isAbsentEnough(condition)
    case .one(let values): holds(condition, for: values)
    case .several(let candidates): candidates.contains { holds(condition, for: $0) }
    case .unknown: failingClosed
    }
  }

  /// What a condition gives that cannot be judged: it never helps to allow and never hinders a deny.
  // UNDOCUMENTED: E-15 (section I, 7)
  private var failingClosed: Bool { effect == .deny }

  /// E.2.
  private func isAbsentEnough(_ condition: IndexedCondition) -> Bool {
    if case .null(let operands) = condition.operands { return NullCondition.holds(isPresent: false, operands) }
    if case .unreadable = condition.operands, !condition.comparison.ifExists { return failingClosed }
    let comparison = condition.comparison
    if comparison.ifExists || comparison.quantifier == .forAllValues { return true }
    // UNDOCUMENTED: E.2, ForAnyValue with a negated operator on an absent key (section I, 7)
    return comparison.isNegated && comparison.quantifier == .none
  }

  private func holds(_ condition: IndexedCondition, for values: ContextValues) -> Bool {
    let comparison = condition.comparison
    let candidates: [Text]
    switch values {
    case .single(let value): candidates = [value]
    case .set(let set): candidates = set
    }
    if case .null(let operands) = condition.operands {
      return NullCondition.holds(isPresent: !candidates.isEmpty, operands)
    }
    // E-12: for the set operators an empty string alone is an empty set, and an empty set is an absent key.
    let isNothing =
      candidates.isEmpty || comparison.quantifier != .none && candidates.count == 1 && candidates[0].isEmpty
    if isNothing { return isAbsentEnough(condition) }

    var matching = 0
    for candidate in candidates {
      switch compare(candidate, with: condition) {
      case .match: matching += 1
      case .noMatch: break
      // E-15: an operator that is not negated does not match what it cannot read, in a Deny neither.
      case .unreadable: if comparison.isNegated { return failingClosed }
      }
    }
    switch (comparison.quantifier, comparison.isNegated) {
    case (.none, false), (.forAnyValue, false):
      // UNDOCUMENTED: E-11, several values without a set operator (section I, 7)
      return matching > 0
    case (.none, true), (.forAllValues, true): return matching == 0
    case (.forAllValues, false): return matching == candidates.count
    case (.forAnyValue, true): return matching < candidates.count
    }
  }

  private func compare(_ value: Text, with condition: IndexedCondition) -> Comparison {
    switch (condition.operands, condition.comparison.family) {
    case (.patterns(let patterns), let family):
      StringCondition.compare(value, with: patterns, ignoringCase: family == .stringIgnoreCase, resolving: resolve)
    case (.numbers(let numbers), .numeric(let ordering)): NumericCondition.compare(value, ordering, numbers)
    case (.dates(let dates), .date(let ordering)): DateCondition.compare(value, ordering, dates)
    case (.bools(let bools), _): BoolCondition.compare(value, with: bools, resolving: resolve)
    case (.binaries(let binaries), _): BinaryCondition.compare(value, with: binaries)
    case (.networks(let networks), _): AddressCondition.compare(value, with: networks)
    case (.arns(let arns), _): ARNCondition.compare(value, with: arns, resolving: resolve)
    case (.unreadable, _), (.null, _), (.numbers, _), (.dates, _): .unreadable
    }
  }

  private func resolve(_ variable: Variable) -> Text? { context.value(of: variable, in: kind) }
}
