// Patterns of compiled policies. Most are plain text and compared as such; the others are steps, behind which their
// variables lie.

import PolicyLanguage

enum IndexedPattern: BitwiseCopyable {
  case literal(BorrowedText)
  /// With wildcards, without variables.
  case steps(Run<PatternStep>)
  /// With variables: one IndexedVariable for each such step lies behind the steps, in their order.
  case expandable(Run<PatternStep>)

  init(_ pattern: Pattern, in arena: Arena) {
    if let literal = pattern.literal {
      self = .literal(arena.copy(literal))
      return
    }
    let count = pattern.pieces.count
    var variables: [Variable] = []
    let steps: UnsafeMutablePointer<PatternStep>
    if pattern.hasVariables {
      for piece in pattern.pieces {
        if case .variable(let variable) = piece { variables.append(variable) }
      }
      let size = count * MemoryLayout<PatternStep>.stride + variables.count * MemoryLayout<IndexedVariable>.stride
      let room = UnsafeMutableRawPointer(arena.allocate(UInt64.self, count: (size + 7) / 8))
      steps = room.bindMemory(to: PatternStep.self, capacity: count)
      let behind = (room + count * MemoryLayout<PatternStep>.stride).bindMemory(
        to: IndexedVariable.self, capacity: variables.count)
      for (place, variable) in variables.enumerated() {
        (behind + place).initialize(to: IndexedVariable(variable, in: arena))
      }
    } else {
      steps = arena.allocate(PatternStep.self, count: count)
    }
    for (place, piece) in pattern.pieces.enumerated() {
      let step = PatternStep(piece)
      (steps + place).initialize(to: PatternStep(step.kind, arena.copy(step.text)))
    }
    let run = Run(UnsafePointer(steps), count: count)
    self = pattern.hasVariables ? .expandable(run) : .steps(run)
  }

  /// Of an expandable pattern.
  static func variables(behind steps: Run<PatternStep>) -> UnsafePointer<IndexedVariable>? {
    steps.buffer.baseAddress.map {
      UnsafeRawPointer($0 + steps.count).assumingMemoryBound(to: IndexedVariable.self)
    }
  }

  var hasVariables: Bool {
    if case .expandable = self { true } else { false }
  }
}

/// A policy variable whose key is resolved.
struct IndexedVariable: BitwiseCopyable {
  let key: ConditionKey
  let defaultValue: BorrowedText?

  init(_ variable: Variable, in arena: Arena) {
    key = ConditionKey(arena.copy(variable.key))
    defaultValue = variable.defaultValue.map { arena.copy($0) }
  }
}
