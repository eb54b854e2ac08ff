// Conditions of compiled policies: the key resolved, the operands in the form that they are compared in.

import PolicyLanguage

/// One condition with its key resolved.
struct IndexedCondition: BitwiseCopyable {
  let key: ConditionKey
  let operands: IndexedOperands
  let comparison: ConditionOperator

  init(_ condition: Condition, in arena: Arena) {
    comparison = condition.comparison
    key = ConditionKey(arena.copy(condition.key))
    operands = IndexedOperands(condition.operands, in: arena)
  }
}

/// As Operands of PolicyLanguage, whose cases say what they mean.
enum IndexedOperands: BitwiseCopyable {
  case patterns(Run<IndexedPattern>)
  case numbers(IndexedNumbers)
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
    case .numbers(let numbers): self = .numbers(IndexedNumbers(numbers, in: arena))
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

/// INVARIANT: the numbers' texts have no owner, so that nothing has to be released.
struct IndexedNumbers: BitwiseCopyable {
  private let base: UnsafePointer<DecimalNumber>
  private let count: UInt32

  init(_ numbers: [DecimalNumber], in arena: Arena) {
    let base = arena.allocate(DecimalNumber.self, count: numbers.count)
    for (index, number) in numbers.enumerated() {
      (base + index).initialize(to: number.copied { arena.copy($0) })
    }
    self.base = UnsafePointer(base)
    count = UInt32(clamping: numbers.count)
  }

  var buffer: UnsafeBufferPointer<DecimalNumber> { UnsafeBufferPointer(start: base, count: Int(count)) }
}

enum IndexedBool: BitwiseCopyable {
  case value(Bool)
  /// Holds a variable, and literals.
  case pattern(Run<PatternStep>)

  init(_ operand: BoolOperand, in arena: Arena) {
    switch operand {
    case .value(let value): self = .value(value)
    case .pattern(let pattern):
      switch IndexedPattern(pattern, in: arena) {
      case .expandable(let steps), .steps(let steps): self = .pattern(steps)
      // The parser makes no such operand; text that is no boolean is unreadable, as no step is.
      case .literal: self = .pattern(Run())
      }
    }
  }
}

enum IndexedARNOperand: BitwiseCopyable {
  case arn(UnsafePointer<IndexedARNPattern>)
  /// Has too few parts, but may end in a `*` for the others.
  case steps(Run<PatternStep>)
  /// Expanded first, then split.
  case expandable(Run<PatternStep>)

  init(_ operand: ARNOperand, in arena: Arena) {
    switch operand {
    case .arn(let pattern): self = .arn(arena.store(IndexedARNPattern(pattern, in: arena)))
    case .pattern(let pattern):
      switch IndexedPattern(pattern, in: arena) {
      case .literal(let text): self = .steps(arena.run(CollectionOfOne(PatternStep(.literal, text))))
      case .steps(let steps): self = .steps(steps)
      case .expandable(let steps): self = .expandable(steps)
      }
    }
  }
}
