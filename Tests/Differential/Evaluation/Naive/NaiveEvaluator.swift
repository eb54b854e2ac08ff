// The naive evaluator: one question answered by walking through the rules, written from the rules alone and sharing no
// code with the engine. It prepares nothing, keeps nothing, and is as slow as it is plain.

final class NaiveEvaluator {
  let world: World
  let question: Question
  let rules: RuleRecorder

  /// Why the question was refused, for the tally.
  private(set) var refusal = ""

  init(_ world: World, _ question: Question, _ rules: RuleRecorder) {
    self.world = world
    self.question = question
    self.rules = rules
  }

  func answer() -> Answer {
    do {
      try checkContext()
      let caller = try findCaller()
      let plan = try plan(caller)
      return decide(plan, caller)
    } catch {
      refusal = (error as? NaiveRefusal)?.why ?? ""
      return .refused
    }
  }

  /// What became of one leg.
  struct Outcome {
    /// Of all that stands against it; empty means allowed.
    var reasons: [String] = []
    var isExplicit = false
    /// F-54: the SourceArn constraints of the grants that would do, and whether no grant is needed.
    var needsNoGrant = true
    var grantSources: [String?] = []
  }

  private func decide(_ plan: NaivePlan, _ caller: NaiveCaller) -> Answer {
    rules.hit(.f64)
    var reasons: [String] = []
    var isExplicit = false
    var outcomes: [Outcome] = []
    for step in plan.steps {
      switch step {
      case .keyNotFound:
        rules.hit(.keyNotFound)
        reasons.append("KEY_NOT_FOUND")
      case .grantNotFound:
        reasons.append("GRANT_NOT_FOUND")
      case .leg(let leg):
        if !caller.isKnown {
          rules.hit(.unknownPrincipal)
          reasons.append("UNKNOWN_PRINCIPAL")
        } else {
          let outcome = judge(leg, caller)
          outcomes.append(outcome)
          reasons += outcome.reasons
          isExplicit = isExplicit || outcome.isExplicit
        }
      }
    }
    // F-54, F-58: for ReEncrypt by two grants, both must carry the same SourceArn.
    if question.operation == "kms:ReEncrypt", reasons.isEmpty, outcomes.count == 2 {
      if outcomes[0].needsNoGrant != outcomes[1].needsNoGrant { rules.hit(.f58) }
      if !outcomes[0].needsNoGrant, !outcomes[1].needsNoGrant {
        rules.hit(.f58)
        var hasPair = false
        for left in outcomes[0].grantSources {
          for right in outcomes[1].grantSources where left.map({ Array($0.utf8) }) == right.map({ Array($0.utf8) }) {
            hasPair = true
          }
        }
        if !hasPair { reasons.append("GRANT_CONSTRAINT") }
      }
    }
    if reasons.isEmpty { return .decided(isAllowed: true, denial: "", reason: "ALLOWED", keyARN: plan.keyARN) }
    return .decided(
      isAllowed: false, denial: isExplicit ? "EXPLICIT" : "IMPLICIT", reason: NaiveReasons.first(of: reasons),
      keyARN: plan.keyARN)
  }
}
