// Whether a condition holds: absent keys, quantifiers and several values (E.2, E.3). What one value is compared with is
// each operator family's own file.

import PolicyLanguage

/// What comparing one value of the request with the values of a condition gave.
enum Comparison {
  /// At least one value of the condition matches.
  case match
  case noMatch
  /// The request's value is not of the operator's type (E-15).
  case unreadable
}

struct ConditionEvaluation {
  let context: UnsafePointer<RequestContext>
  /// The policy that asks.
  let kind: PolicyKind
  let effect: Effect

  /// All conditions must hold (E-5); none at all hold (E-21).
  func hold(_ conditions: Run<IndexedCondition>) -> Bool {
    conditions.first { !holds($0) } == nil
  }

  func holds(_ condition: UnsafePointer<IndexedCondition>) -> Bool {
    let mark = context.pointee.arena.mark
    defer { context.pointee.arena.release(to: mark) }
    switch context.pointee.values(of: condition.pointee.key, in: kind) {
    case .absent: return isAbsentEnough(condition)
    case .single(let value): return withUnsafePointer(to: value) { holds(condition, for: Run($0, count: 1)) }
    case .set(let values): return holds(condition, for: values)
    case .several(let candidates): return candidates.first { holds(condition, for: Run($0, count: 1)) } != nil
    case .unknown: return failingClosed
    }
  }

  /// What a condition gives that cannot be judged: it never helps to allow and never hinders a deny.
  // UNDOCUMENTED: E-15 (section I, 7)
  private var failingClosed: Bool { effect == .deny }

  /// E.2.
  private func isAbsentEnough(_ condition: UnsafePointer<IndexedCondition>) -> Bool {
    let comparison = condition.pointee.comparison
    switch condition.pointee.operands {
    case .null(let operands): return NullCondition.holds(isPresent: false, operands)
    case .unreadable where !comparison.ifExists: return failingClosed
    default: break
    }
    if comparison.ifExists || comparison.quantifier == .forAllValues { return true }
    // UNDOCUMENTED: E.2, ForAnyValue with a negated operator on an absent key (section I, 7)
    return comparison.isNegated && comparison.quantifier == .none
  }

  private func holds(_ condition: UnsafePointer<IndexedCondition>, for candidates: Run<BorrowedText>) -> Bool {
    let comparison = condition.pointee.comparison
    if case .null(let operands) = condition.pointee.operands {
      return NullCondition.holds(isPresent: !candidates.isEmpty, operands)
    }
    // E-12: for the set operators an empty string alone is an empty set, and an empty set is an absent key.
    let isNothing =
      candidates.isEmpty || comparison.quantifier != .none && candidates.count == 1 && candidates[0].isEmpty
    if isNothing { return isAbsentEnough(condition) }

    var matching = 0
    for place in 0..<candidates.count {
      switch compare(candidates[place], with: condition) {
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

  private func compare(_ value: BorrowedText, with condition: UnsafePointer<IndexedCondition>) -> Comparison {
    let variables = VariableResolution(context: context, kind: kind)
    // The text of variables is made for one comparison and given back, however many values a request has.
    let mark = context.pointee.arena.mark
    defer { context.pointee.arena.release(to: mark) }
    switch (condition.pointee.operands, condition.pointee.comparison.family) {
    case (.patterns(let patterns), let family):
      return StringCondition.compare(
        value, with: patterns, ignoringCase: family == .stringIgnoreCase, resolving: variables)
    case (.numbers(let numbers), .numeric(let ordering)):
      return NumericCondition.compare(value, ordering, numbers.buffer)
    case (.dates(let dates), .date(let ordering)): return DateCondition.compare(value, ordering, dates)
    case (.bools(let bools), _): return BoolCondition.compare(value, with: bools, resolving: variables)
    case (.binaries(let binaries), _): return BinaryCondition.compare(value, with: binaries)
    case (.networks(let networks), _): return AddressCondition.compare(value, with: networks)
    case (.arns(let arns), _): return ARNCondition.compare(value, with: arns, resolving: variables)
    case (.unreadable, _), (.null, _), (.numbers, _), (.dates, _): return .unreadable
    }
  }
}
