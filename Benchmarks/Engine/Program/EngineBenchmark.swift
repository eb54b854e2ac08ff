// engine-benchmark: how long the engine takes for one decision, without socket, journal and clock.
//
//     engine-benchmark [--rounds N] [--largest N]         all figures, one JSON object each on standard output
//     engine-benchmark --fixed DECISIONS [--keys N] [--shape small|large|conditions]
//                                                         just so many decisions, for a tool that counts or profiles
//
// All cases are in memory together and take turns in every round, so that each round's ratios are of the same moment.

import AllocationCount
import Authorization
import BenchmarkCorpus
import Glibc

@main
struct EngineBenchmark {
  static func main() throws {
    let options = Options(CommandLine.arguments.dropFirst())
    if let decisions = options.fixed {
      let subject = try Case("fixed", keys: options.keys, shape: options.shape, only: options.question)
      subject.decide(decisions)
      return
    }
    let sizes = [10, 100, 1_000, 10_000, 100_000].filter { $0 <= options.largest }
    let growing = try sizes.map { try Case("\($0)", keys: $0) }
    let mixed = try Case("mixed", keys: min(10_000, options.largest), only: nil)
    let small = try Case("small", keys: 100)
    let large = try Case("large", keys: 100, shape: .large)
    let conditions = try Case("conditions", keys: 1_000, shape: .conditions)
    let all = growing + [mixed, small, large, conditions]
    for subject in all { subject.decide(2_000) }
    for _ in 0..<options.rounds {
      for subject in all { subject.measure() }
    }

    for subject in growing {
      Figure("engine/cross-account-allow/\(subject.name)", "ns", subject.rounds)
        .report(target: subject.name == "10000" ? ("<=", 500) : nil)
    }
    for subject in growing {
      Figure("engine/cross-account-allow-alone/\(subject.name)", "ns", subject.roundsAlone).report()
    }
    for subject in growing + [conditions] {
      Figure("engine/allocations/\(subject.name)", "allocations", [subject.allocationsPerDecision])
        .report(target: ("==", 0))
    }
    if let least = growing.first, let most = growing.last {
      Figure("engine/growth/\(most.name)", "ns", most.rounds)
        .report(beside: Figure("engine/cross-account-allow/\(least.name)", "ns", least.rounds), target: ("<=", 1.5))
    }
    Figure("engine/large-policies", "ns", large.rounds)
      .report(beside: Figure("engine/small-policies", "ns", small.rounds), target: ("<=", 5))
    Figure("engine/conditions", "ns", conditions.rounds).report(target: ("<=", 2_000))
    Figure("engine/mixed/\(min(10_000, options.largest))", "ns", mixed.rounds).report()
  }
}

struct Options {
  var rounds = 15
  var largest = 100_000
  var fixed: Int?
  var keys = 10_000
  var shape = Corpus.Shape.small
  /// Of the five kinds of question that a corpus has the one that is asked; nil for all.
  var question: Int? = 0

  init(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let name = rest.popFirst() {
      let value = rest.popFirst() ?? ""
      switch (name, Int(value)) {
      case ("--rounds", let number?): rounds = number
      case ("--largest", let number?): largest = number
      case ("--fixed", let number?): fixed = number
      case ("--keys", let number?): keys = number
      case ("--question", let number): question = number
      case ("--shape", _): shape = Corpus.Shape(rawValue: value) ?? .small
      default:
        tell("engine-benchmark: unknown argument \(name) \(value)\n")
        exit(64)
      }
    }
  }
}
