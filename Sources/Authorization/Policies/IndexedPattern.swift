// Patterns of compiled policies: steps that lie in the policy's memory, and the variables among them.

import PolicyLanguage

/// A pattern, perhaps with variables.
struct IndexedPattern: BitwiseCopyable {
  let steps: Run<PatternStep>
  /// One for each step that is a variable, in their order; nil when there are none.
  let variables: UnsafePointer<IndexedVariable>?

  init(steps: Run<PatternStep>) {
    self.steps = steps
    variables = nil
  }

  init(_ pattern: Pattern, in arena: Arena) {
    let base = arena.allocate(PatternStep.self, count: pattern.pieces.count)
    var variables: [Variable] = []
    for (index, piece) in pattern.pieces.enumerated() {
      let step = PatternStep(piece)
      (base + index).initialize(to: PatternStep(step.kind, arena.copy(step.text)))
      if case .variable(let variable) = piece { variables.append(variable) }
    }
    steps = Run(base, count: pattern.pieces.count)
    self.variables =
      variables.isEmpty ? nil : arena.run(variables.map { IndexedVariable($0, in: arena) }).pointer(at: 0)
  }

  var hasVariables: Bool { variables != nil }

  /// Compares with a pattern that has no variables.
  func matches(_ text: BorrowedText, ignoringASCIICase: Bool = false) -> Bool {
    PatternMatcher.matches(text, steps.buffer, ignoringASCIICase: ignoringASCIICase)
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
