// Policy variables at question time: the only text that a question makes of a policy.

import PolicyLanguage

/// Where the variables of one policy get their values from.
struct VariableResolution: BitwiseCopyable {
  let context: UnsafePointer<RequestContext>
  /// The policy that asks.
  let kind: PolicyKind

  // UNDOCUMENTED: D-58, wildcard characters in a substituted value (section I, 8)
  /// The steps of a pattern, with the values of its variables as literal text (D-58); nil when one has neither value nor
  /// default.
  func steps(of pattern: IndexedPattern) -> PatternSteps? {
    guard var variable = pattern.variables else { return pattern.steps.buffer }
    let steps = context.pointee.arena.allocate(PatternStep.self, count: pattern.steps.count)
    var count = 0
    for step in pattern.steps {
      var step = step
      if step.kind == .variable {
        guard let value = context.pointee.value(of: variable.pointee, in: kind) else { return nil }
        step = PatternStep(.literal, value)
        variable += 1
      }
      // Two `*` around an empty value are one.
      if step.kind == .literal, step.text.isEmpty { continue }
      if step.kind == .anyRun, count > 0, steps[count - 1].kind == .anyRun { continue }
      (steps + count).initialize(to: step)
      count += 1
    }
    return PatternSteps(start: steps, count: count)
  }
}
