// Explaining: the request is judged as ever, then each leg's rules are asked once more, statement by statement.

import PolicyLanguage

extension PolicyIndex {
  /// Judges one request and tells why. Takes a time proportional to all statements that could apply, unlike a decision.
  /// - Throws: `RequestError` when the request cannot be judged.
  public func explain(
    _ request: AuthorizationRequest, at now: Instant, to disclosure: Disclosure = Disclosure()
  ) throws(RequestError) -> Explanation {
    let judgement = try judge(request, at: now)
    let legs = zip(judgement.plan.legs, judgement.results).map { leg, result in
      LegNarration(
        evaluation: LegEvaluation(
          leg, caller: judgement.caller, attested: judgement.attested, endpoint: judgement.endpoint, now: now),
        result: result, disclosure: disclosure
      ).explanation()
    }
    let decision = judgement.decision
    return Explanation(
      outcome: decision.outcome, denial: decision.denial, reason: decision.reason, legs: legs, keyARN: decision.keyARN,
      revision: decision.revision)
  }
}
