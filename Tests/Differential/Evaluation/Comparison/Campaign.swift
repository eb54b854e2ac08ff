// Many worlds, many questions to each, both evaluators, and what came of it.

import PolicyDirectory

/// Counts of one run.
public struct Tally: Sendable {
  public var pairs = 0
  public var allowed = 0
  public var deniedExplicitly = 0
  public var deniedImplicitly = 0
  public var refused = 0
  public var rules = RuleCounts()
  public var differences: [Difference] = []
  /// Worlds that the loader refused: a fault of the generator.
  public var refusedWorlds: [String] = []
  /// By reason, for a look at the spread.
  public var reasons: [String: Int] = [:]

  public init() {}

  public mutating func add(_ other: Tally) {
    pairs += other.pairs
    allowed += other.allowed
    deniedExplicitly += other.deniedExplicitly
    deniedImplicitly += other.deniedImplicitly
    refused += other.refused
    rules.add(other.rules)
    differences += other.differences
    refusedWorlds += other.refusedWorlds
    reasons.merge(other.reasons, uniquingKeysWith: +)
  }

  fileprivate mutating func count(_ answer: Answer, _ refusal: String) {
    pairs += 1
    switch answer {
    case .refused:
      refused += 1
      reasons["INVALID_ARGUMENT (\(refusal))", default: 0] += 1
    case .decided(let isAllowed, let denial, let reason, _):
      reasons[reason, default: 0] += 1
      if isAllowed {
        allowed += 1
      } else if denial == "EXPLICIT" {
        deniedExplicitly += 1
      } else {
        deniedImplicitly += 1
      }
    }
  }
}

public enum Campaign {
  /// Asks `questions` random questions to the random world of that seed.
  /// - Parameter shrinksMost: differences beyond so many are counted but not shrunk.
  public static func world(seed: UInt64, questions: Int, shrinksMost: Int = 3) -> Tally {
    var tally = Tally()
    var generator = WorldGenerator(dice: Dice(seed: seed))
    let world = generator.world()
    let loader = PolicyLoader()
    let engine: Engine
    do {
      engine = try Engine(world, loader)
    } catch {
      tally.refusedWorlds.append("seed \(seed): \(error.diagnostics.prefix(3).map(\.description))")
      return tally
    }
    let rules = RuleRecorder()
    for number in 0..<questions {
      let question = generator.question(world)
      let evaluator = NaiveEvaluator(world, question, rules)
      let naive = evaluator.answer()
      let real = engine.answer(question)
      tally.count(naive, evaluator.refusal)
      guard naive != real else { continue }
      tally.differences.append(
        tally.differences.count < shrinksMost
          ? shrunk(world, question, name: "found by seed \(seed), question \(number)", loader)
          : Difference(engine: real.short, naive: naive.short, suite: ""))
    }
    tally.rules = rules.counts
    return tally
  }

  private static func shrunk(
    _ world: World, _ question: Question, name: String, _ loader: PolicyLoader
  ) -> Difference {
    func answers(_ world: World, _ question: Question) -> (engine: Answer, naive: Answer)? {
      guard let engine = try? Engine(world, loader) else { return nil }
      return (engine.answer(question), NaiveEvaluator(world, question, RuleRecorder()).answer())
    }
    // The same difference all the way: a request that lost its grant would soon differ in something else.
    let first = answers(world, question)
    let (world, question) = Shrinker { world, question in
      answers(world, question).map {
        $0.engine != $0.naive && $0.engine.short == first?.engine.short && $0.naive.short == first?.naive.short
      } ?? false
    }.shrink(world, question)
    guard let answers = answers(world, question) else { return Difference(engine: "", naive: "", suite: "") }
    return Difference(world, question, engine: answers.engine, naive: answers.naive, name: name)
  }
}
