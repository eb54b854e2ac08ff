// From the answers of all legs to one decision: every leg must be allowed; the first reason of the list over all legs is
// told; a deny is explicit if one was found anywhere.

import PolicyLanguage

extension Judgement {
  /// - Parameter owner: keeps all that the decision speaks of; nil when whoever asked does.
  // Inlined, so that with no owner there is nothing to retain.
  @inline(__always) func decision(keptBy owner: AnyObject?) -> Decision {
    var reason = Reason.allowed
    for place in 0..<results.count { reason = reason.orEarlier(results.pointer(at: place).pointee.reason) }
    // The leg that decided speaks for the whole; where it has no owner, the first one that has.
    let deciding = results.first { $0.pointee.reason == reason } ?? results.pointer(at: 0)
    let owning = deciding.pointee.owner == nil ? results.first { $0.pointee.owner != nil } : deciding
    let isExplicit = results.first { $0.pointee.denial == .explicit } != nil
    return Decision(
      outcome: reason == .allowed ? .allow : .deny,
      denial: reason == .allowed ? nil : isExplicit ? .explicit : .implicit,
      reason: reason,
      callerAccount: Text(caller.pointee.accountID, keptBy: owner),
      ownerAccount: Text(owning?.pointee.owner?.account ?? "", keptBy: owner),
      owner: owning?.pointee.owner?.verdict(keptBy: owner),
      caller: deciding.pointee.caller?.verdict(keptBy: owner),
      legs: results.count > 1 ? results.map { $0.leg(keptBy: owner) } : [],
      keyARN: Text(plan.keyARN, keptBy: owner),
      resource: Text(plan.resource, keptBy: owner),
      region: Text(plan.region, keptBy: owner),
      principalUniqueID: caller.pointee.uniqueID.map { Text($0, keptBy: owner) },
      reducedPrincipal: Text(caller.pointee.reducedPrincipal, keptBy: owner),
      revision: Text(revision, keptBy: owner))
  }
}

extension SideFinding {
  @inline(__always) fileprivate func verdict(keptBy owner: AnyObject?) -> SideVerdict {
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
