// countersign-fuzz: compares the engine with the naive evaluator for as long as it is told.
//
// Prints pairs a second, the split of the answers and which rules were reached; each difference is printed as a suite of
// one case, ready for Tests/Conformance/found. Exit 1 when there is one.

import ArgumentParser
import DifferentialEvaluation

@main
struct Fuzz: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "countersign-fuzz", abstract: "Compare the engine with the naive evaluator on random policies.")

  @Option(help: "How many pairs at most.") var pairs = 1_000_000
  @Option(help: "Where the random worlds begin.") var seed: UInt64 = 1
  @Option(help: "For how many seconds at most.") var seconds: Int?
  @Option(help: "Questions to each world.") var questions = 200
  @Option(help: "Worlds at a time.") var tasks = 2
  @Option(help: "Stop after so many differences.") var differences = 5

  func run() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let end = seconds.map { start + .seconds($0) }
    let worlds = UInt64((pairs + questions - 1) / questions)
    var total = Tally()
    await withTaskGroup(of: Tally.self) { group in
      var next: UInt64 = 0
      func add() {
        guard next < worlds, end.map({ clock.now < $0 }) ?? true else { return }
        let seed = seed + next
        let questions = questions
        next += 1
        group.addTask { Campaign.world(seed: seed, questions: questions) }
      }
      for _ in 0..<tasks { add() }
      while let tally = await group.next() {
        total.add(tally)
        if total.differences.count < differences { add() }
      }
    }
    report(total, taking: clock.now - start)
    if !total.differences.isEmpty || !total.refusedWorlds.isEmpty { throw ExitCode.failure }
  }

  private func report(_ total: Tally, taking time: Duration) {
    for world in total.refusedWorlds.prefix(5) { print("refused world: \(world)") }
    for difference in total.differences.filter({ !$0.suite.isEmpty }).prefix(differences) {
      print("DIFFERENCE\n  engine: \(difference.engine)\n  naive:  \(difference.naive)\n\(difference.suite)\n")
    }
    var kinds: [String: Int] = [:]
    for difference in total.differences { kinds[difference.kind, default: 0] += 1 }
    for (kind, count) in kinds.sorted(by: { $0.value > $1.value }) { print("\(count) times \(kind)") }
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    func percent(_ count: Int) -> String {
      let tenths = total.pairs == 0 ? 0 : count * 1000 / total.pairs
      return "\(tenths / 10).\(tenths % 10) %"
    }
    print("rules: " + Rule.allCases.map { "\($0.id) \(total.rules[$0])" }.joined(separator: ", "))
    print("reasons:")
    for (reason, count) in total.reasons.sorted(by: { $0.value > $1.value }) {
      print("  \(reason): \(count) (\(percent(count)))")
    }
    let missed = Rule.allCases.filter { total.rules[$0] == 0 }.map(\.id)
    print("not reached: \(missed.isEmpty ? "none" : missed.joined(separator: " "))")
    print(
      "\(total.pairs) pairs from seed \(seed), \(total.differences.count) differences, "
        + "\(Int(Double(total.pairs) / max(seconds, 0.001))) pairs/s; allowed \(percent(total.allowed)), denied explicitly "
        + "\(percent(total.deniedExplicitly)), implicitly \(percent(total.deniedImplicitly)), refused "
        + "\(percent(total.refused))")
  }
}
