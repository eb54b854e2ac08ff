// Policy variables at question time: the only text that a question makes of a policy.

import PolicyLanguage

/// Where the variables of one policy get their values from.
struct VariableResolution: BitwiseCopyable {
  let context: UnsafePointer<RequestContext>
  /// The policy that asks.
  let kind: PolicyKind

  func matches(_ text: BorrowedText, _ pattern: IndexedPattern, ignoringASCIICase: Bool = false) -> PatternMatch {
    switch pattern {
    case .literal(let literal):
      return (ignoringASCIICase ? literal.equalsIgnoringASCIICase(text) : literal == text) ? .match : .noMatch
    case .steps(let steps):
      return PatternMatcher.matches(text, steps.buffer, ignoringASCIICase: ignoringASCIICase) ? .match : .noMatch
    case .expandable(let steps):
      guard let expanded = expanded(steps) else { return .unresolved }
      return PatternMatcher.matches(text, expanded, ignoringASCIICase: ignoringASCIICase) ? .match : .noMatch
    }
  }

  /// Whether all variables of the pattern have values.
  func resolves(_ pattern: IndexedPattern) -> Bool {
    if case .expandable(let steps) = pattern { expanded(steps) != nil } else { true }
  }

  // UNDOCUMENTED: D-58, wildcard characters in a substituted value (section I, 8)
  /// The steps of an expandable pattern, with the values of its variables as literal text (D-58); nil when one has neither
  /// value nor default.
  func expanded(_ pattern: Run<PatternStep>) -> PatternSteps? {
    guard var variable = IndexedPattern.variables(behind: pattern) else { return pattern.buffer }
    let steps = context.pointee.arena.allocate(PatternStep.self, count: pattern.count)
    var count = 0
    for place in 0..<pattern.count {
      var step = pattern[place]
      if step.kind == .variable {
        guard let value = context.pointee.value(of: variable, in: kind) else { return nil }
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
