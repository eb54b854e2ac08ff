// Explaining: the request is judged as ever, then each leg's rules are asked once more, statement by statement.

import PolicyLanguage

extension PolicyIndex {
  /// Judges one request and tells why. Takes a time proportional to all statements that could apply, unlike a decision.
  /// - Throws: `RequestError` when the request cannot be judged.
  public func explain(
    _ request: AuthorizationRequest, at now: Instant, to disclosure: Disclosure = Disclosure()
  ) throws(RequestError) -> Explanation {
    let judgement = try judge(request, at: now)
    // An owner of one of several keys is not told what is asked of the others' keys.
    let told = zip(judgement.plan.legs, judgement.results).filter { _, result in
      disclosure.tellsOwner(result.leg.owner?.account) || disclosure.tellsCaller(judgement.caller.accountID)
    }
    let legs = told.map { leg, result in
      LegNarration(
        evaluation: LegEvaluation(
          leg, caller: judgement.caller, attested: judgement.attested, endpoint: judgement.endpoint, now: now),
        result: result, disclosure: disclosure
      ).explanation()
    }
    let decision = judgement.decision
    let isKeyTold =
      disclosure.tellsCaller(judgement.caller.accountID) || disclosure.tellsOwner(ARN(decision.keyARN)?.account)
    return Explanation(
      outcome: decision.outcome, denial: decision.denial, reason: decision.reason, legs: legs,
      keyARN: isKeyTold ? decision.keyARN : "",
      revision: decision.revision)
  }
}
