// Explaining: the request is judged as ever, then each leg's rules are asked once more, statement by statement.

import PolicyLanguage

extension PolicyIndex {
  /// Judges one request and tells why. Takes a time proportional to all statements that could apply, unlike a decision.
  /// - Throws: `RequestError` when the request cannot be judged.
  public func explain(
    _ request: AuthorizationRequest, at now: Instant, to disclosure: Disclosure = Disclosure()
  ) throws(RequestError) -> Explanation {
    let workspace = DecisionWorkspace()
    let judgement = try withUnsafePointer(to: request) { request throws(RequestError) in
      try judge(request, at: now, in: workspace.arena)
    }
    defer { withExtendedLifetime((workspace, request)) {} }
    let caller = Text(copying: judgement.caller.pointee.accountID)
    // An owner of one of several keys is not told what is asked of the others' keys.
    let told = judgement.results.indices.filter { place in
      disclosure.tellsOwner(judgement.results[place].owner.map { Text(copying: $0.account) })
        || disclosure.tellsCaller(caller)
    }
    let legs = told.map { place in
      LegNarration(
        evaluation: LegEvaluation(
          judgement.plan.legs.pointer(at: place), caller: judgement.caller, attested: judgement.attested,
          endpoint: judgement.endpoint, now: now, arena: workspace.arena),
        result: judgement.results[place], disclosure: disclosure
      ).explanation()
    }
    let decision = Decision(judgement.decision(in: workspace.arena).pointee, keptBy: nil)
    let isKeyTold = disclosure.tellsCaller(caller) || disclosure.tellsOwner(ARN(decision.keyARN)?.account)
    return Explanation(
      outcome: decision.outcome, denial: decision.denial, reason: decision.reason, legs: legs,
      keyARN: isKeyTold ? Text(copying: decision.keyARN) : "", revision: revision)
  }
}
