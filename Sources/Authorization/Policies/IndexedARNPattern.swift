// ARNs with wildcards in compiled policies: five patterns, each for a part of its own (D-42, E-13).

import PolicyLanguage

struct IndexedARNPattern: BitwiseCopyable {
  let partition: IndexedPattern
  let service: IndexedPattern
  let region: IndexedPattern
  let account: IndexedPattern
  let resource: IndexedPattern

  init(_ pattern: ARNPattern, in arena: Arena) {
    partition = IndexedPattern(pattern.partition, in: arena)
    service = IndexedPattern(pattern.service, in: arena)
    region = IndexedPattern(pattern.region, in: arena)
    account = IndexedPattern(pattern.account, in: arena)
    resource = IndexedPattern(pattern.resource, in: arena)
  }

  /// Whether all its variables have values.
  func isResolved(by variables: VariableResolution) -> Bool {
    variables.steps(of: partition) != nil && variables.steps(of: service) != nil && variables.steps(of: region) != nil
      && variables.steps(of: account) != nil && variables.steps(of: resource) != nil
  }

  /// Compares part by part, with case (D-47). An unresolved variable is told even where another part differs: it makes a
  /// NotResource not apply in an Allow (D-55).
  func matches(_ arn: ARNName, resolving variables: VariableResolution) -> PatternMatch {
    guard let partition = variables.steps(of: partition), let service = variables.steps(of: service),
      let region = variables.steps(of: region), let account = variables.steps(of: account),
      let resource = variables.steps(of: resource)
    else { return .unresolved }
    let isMatch =
      PatternMatcher.matches(arn.service, service) && PatternMatcher.matches(arn.account, account)
      && PatternMatcher.matches(arn.region, region) && PatternMatcher.matches(arn.partition, partition)
      && PatternMatcher.matches(arn.resource, resource)
    return isMatch ? .match : .noMatch
  }
}

/// A pattern that becomes an ARN only when its variables are known.
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
