// From the answers of all legs to one decision: every leg must be allowed; the first reason of the list over all legs is
// told; a deny is explicit if one was found anywhere.

import PolicyLanguage

extension Judgement {
  func decision(in arena: Arena) -> UnsafePointer<DecisionView> {
    var reason = Reason.allowed
    for place in 0..<results.count { reason = reason.orEarlier(results.pointer(at: place).pointee.reason) }
    // The leg that decided speaks for the whole; where it has no owner, the first one that has.
    let deciding = results.first { $0.pointee.reason == reason } ?? results.pointer(at: 0)
    let owning = deciding.pointee.owner == nil ? results.first { $0.pointee.owner != nil } : deciding
    let isExplicit = results.first { $0.pointee.denial == .explicit } != nil
    let decision = arena.allocate(DecisionView.self)
    decision.initialize(
      to: DecisionView(
        outcome: reason == .allowed ? .allow : .deny,
        denial: reason == .allowed ? nil : isExplicit ? .explicit : .implicit,
        reason: reason,
        callerAccount: caller.pointee.accountID,
        ownerAccount: owning?.pointee.owner?.account ?? "",
        owner: owning?.pointee.owner,
        caller: deciding.pointee.caller,
        legs: results.count > 1 ? results : Run(),
        keyARN: plan.keyARN,
        resource: plan.resource,
        region: plan.region,
        reducedPrincipal: caller.pointee.reducedPrincipal,
        revision: revision))
    return UnsafePointer(decision)
  }
}

extension Decision {
  /// - Parameter owner: keeps all that the decision speaks of; nil when whoever asked does.
  init(_ view: DecisionView, keptBy owner: AnyObject?) {
    self.init(
      outcome: view.outcome, denial: view.denial, reason: view.reason,
      callerAccount: Text(view.callerAccount, keptBy: owner), ownerAccount: Text(view.ownerAccount, keptBy: owner),
      owner: view.owner?.verdict(keptBy: owner), caller: view.caller?.verdict(keptBy: owner),
      legs: view.legs.map { $0.leg(keptBy: owner) }, keyARN: Text(view.keyARN, keptBy: owner),
      resource: Text(view.resource, keptBy: owner), region: Text(view.region, keptBy: owner),
      reducedPrincipal: Text(view.reducedPrincipal, keptBy: owner), revision: Text(view.revision, keptBy: owner))
  }
}

extension SideFinding {
  fileprivate func verdict(keptBy owner: AnyObject?) -> SideVerdict {
    SideVerdict(
      account: Text(account, keptBy: owner), outcome: outcome, reason: reason,
      statements: DecidingStatements(statements, keptBy: owner))
  }
}

extension LegResult {
  fileprivate func leg(keptBy keeper: AnyObject?) -> Leg {
    Leg(
      action: Text(action, keptBy: keeper), resource: Text(resource, keptBy: keeper), outcome: outcome,
      denial: denial, reason: reason, owner: owner?.verdict(keptBy: keeper), caller: caller?.verdict(keptBy: keeper))
  }
}
