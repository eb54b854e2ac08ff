// Patterns that become ARNs only when their variables are known: split when a question asks, for a variable may bring its
// own colons.

import PolicyLanguage

enum SplitARNPattern {
  /// Splits steps without variables at the first five colons of their literals and compares part by part. What has too
  /// few parts matches nothing, unless the last is a `*` behind the service, which stands for all that follows (D-46).
  static func matches(_ arn: ARNName, _ steps: PatternSteps, in arena: Arena) -> Bool {
    // Each colon makes one step two at most.
    let split = arena.allocate(PatternStep.self, count: steps.count + 5)
    var count = 0
    var parts = 0
    return withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: 6) { ranges in
      var start = 0
      func add(_ step: PatternStep) {
        if step.kind == .literal, step.text.isEmpty { return }
        (split + count).initialize(to: step)
        count += 1
      }
      func endPart() {
        ranges.initializeElement(at: parts, to: start..<count)
        parts += 1
        start = count
      }
      for step in steps {
        guard step.kind == .literal else {
          add(step)
          continue
        }
        var rest = step.text
        while parts < 5, let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
          add(PatternStep(.literal, rest.prefix(colon)))
          endPart()
          rest = rest.dropFirst(colon + 1)
        }
        add(PatternStep(.literal, rest))
      }
      endPart()
      func part(at index: Int) -> PatternSteps {
        PatternSteps(start: split + ranges[index].lowerBound, count: ranges[index].count)
      }
      func fits(_ value: BorrowedText, _ index: Int) -> Bool {
        index >= parts || PatternMatcher.matches(value, part(at: index))
      }
      guard PatternMatcher.matches("arn", part(at: 0)) else { return false }
      if parts < 6 {
        guard parts >= 4, ranges[parts - 1].count == 1, part(at: parts - 1)[0].kind == .anyRun else { return false }
      }
      return fits(arn.partition, 1) && fits(arn.service, 2) && fits(arn.region, 3) && fits(arn.account, 4)
        && fits(arn.resource, 5)
    }
  }
}
