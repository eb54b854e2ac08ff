// The engine against the naive evaluator, from fixed seeds; `make fuzz` goes on from others for as long as it is told.

import DifferentialEvaluation
import Testing

@Suite struct DifferentialTests {
  static let worlds: UInt64 = 500
  static let questions = 400

  /// Two worlds at a time.
  private func all(_ body: @escaping @Sendable (UInt64) -> Tally) async -> Tally {
    await withTaskGroup(of: Tally.self) { group in
      for task in 0..<UInt64(2) {
        group.addTask {
          var tally = Tally()
          for seed in stride(from: task + 1, through: Self.worlds, by: 2) { tally.add(body(seed)) }
          return tally
        }
      }
      return await group.reduce(into: Tally()) { $0.add($1) }
    }
  }

  @Test("200,000 random pairs have the same answer from both evaluators, and every rule is reached")
  func pairs() async {
    let tally = await all { Campaign.world(seed: $0, questions: Self.questions, shrinksMost: 1) }
    for world in tally.refusedWorlds { Issue.record("a generated world does not load: \(world)") }
    for difference in tally.differences {
      Issue.record("engine: \(difference.engine); naive: \(difference.naive)\n\(difference.suite)")
    }
    #expect(tally.pairs == Int(Self.worlds) * Self.questions)
    // A generator that only ever met refusals would prove nothing.
    #expect(tally.allowed * 5 > tally.pairs)
    #expect(tally.deniedExplicitly * 50 > tally.pairs)
    for rule in Rule.allCases { #expect(tally.rules[rule] > 0, "\(rule.id) was not reached") }
    print(
      "differential: \(tally.pairs) pairs, \(tally.allowed) allowed, \(tally.deniedExplicitly) denied explicitly, "
        + "\(tally.deniedImplicitly) implicitly, \(tally.refused) refused, \(Rule.allCases.count) rules reached")
  }

  @Test("no Deny allows more, no lost Allow or grant does, and order, duplicates and names change nothing")
  func properties() {
    for seed in UInt64(1)...40 {
      for broken in Properties.broken(seed: seed, questions: 60) { Issue.record("\(broken)") }
    }
  }
}
