// Conditions of compiled policies: the key resolved, the operands in the form that they are compared in.

import PolicyLanguage

/// One condition with its key resolved.
struct IndexedCondition: BitwiseCopyable {
  let comparison: ConditionOperator
  let key: ConditionKey
  let operands: IndexedOperands

  init(_ condition: Condition, in arena: Arena) {
    comparison = condition.comparison
    key = ConditionKey(arena.copy(condition.key))
    operands = IndexedOperands(condition.operands, in: arena)
  }
}

/// As Operands of PolicyLanguage, whose cases say what they mean.
enum IndexedOperands: BitwiseCopyable {
  case patterns(Run<IndexedPattern>)
  /// INVARIANT: the numbers' texts have no owner, so that nothing has to be released.
  case numbers(UnsafeBufferPointer<DecimalNumber>)
  case dates(Run<Instant>)
  case bools(Run<IndexedBool>)
  case binaries(Run<BorrowedText>)
  case networks(Run<IPNetwork>)
  case arns(Run<IndexedARNOperand>)
  case null(Run<Bool>)
  case unreadable

  init(_ operands: Operands, in arena: Arena) {
    switch operands {
    case .patterns(let patterns): self = .patterns(arena.run(patterns.map { IndexedPattern($0, in: arena) }))
    case .numbers(let numbers):
      let base = arena.allocate(DecimalNumber.self, count: numbers.count)
      for (index, number) in numbers.enumerated() {
        (base + index).initialize(to: number.copied { arena.copy($0) })
      }
      self = .numbers(UnsafeBufferPointer(start: base, count: numbers.count))
    case .dates(let dates): self = .dates(arena.run(dates))
    case .bools(let bools): self = .bools(arena.run(bools.map { IndexedBool($0, in: arena) }))
    case .binaries(let binaries):
      self = .binaries(
        arena.run(binaries.map { $0.withUnsafeBufferPointer { arena.copy(Text(borrowing: $0)) } }))
    case .networks(let networks): self = .networks(arena.run(networks))
    case .arns(let arns): self = .arns(arena.run(arns.map { IndexedARNOperand($0, in: arena) }))
    case .null(let bools): self = .null(arena.run(bools))
    case .unreadable: self = .unreadable
    }
  }
}

enum IndexedBool: BitwiseCopyable {
  case value(Bool)
  case pattern(IndexedPattern)

  init(_ operand: BoolOperand, in arena: Arena) {
    switch operand {
    case .value(let value): self = .value(value)
    case .pattern(let pattern): self = .pattern(IndexedPattern(pattern, in: arena))
    }
  }
}

enum IndexedARNOperand: BitwiseCopyable {
  case arn(UnsafePointer<IndexedARNPattern>)
  /// Expanded first, then split.
  case pattern(IndexedPattern)

  init(_ operand: ARNOperand, in arena: Arena) {
    switch operand {
    case .arn(let pattern): self = .arn(arena.store(IndexedARNPattern(pattern, in: arena)))
    case .pattern(let pattern): self = .pattern(IndexedPattern(pattern, in: arena))
    }
  }
}
