// From the answers of all legs to one decision: every leg must be allowed; the first reason of the list over all legs is
// told; a deny is explicit if one was found anywhere.

import PolicyLanguage

enum DecisionAssembly {
  static func decision(_ results: [LegResult], of plan: Plan, caller: Caller, revision: Text) -> Decision {
    let legs = results.map(\.leg)
    let reason = legs.reduce(Reason.allowed) { $0.orEarlier($1.reason) }
    // The leg that decided speaks for the whole; where it has no owner, the first one that has.
    let deciding = legs.first { $0.reason == reason } ?? legs.first
    let owner = deciding?.owner ?? legs.lazy.compactMap(\.owner).first
    let ownerAccount = owner?.account ?? plan.legs.lazy.compactMap(\.ownerAccount).first ?? ""
    let isAllowed = reason == .allowed
    return Decision(
      outcome: isAllowed ? .allow : .deny,
      denial: isAllowed ? nil : legs.contains { $0.denial == .explicit } ? .explicit : .implicit, reason: reason,
      callerAccount: caller.accountID, ownerAccount: ownerAccount, owner: owner, caller: deciding?.caller,
      legs: legs.count > 1 ? legs : [], keyARN: plan.keyARN, resource: plan.resource, region: plan.region,
      principalUniqueID: caller.uniqueID, reducedPrincipal: caller.reducedPrincipal, revision: revision)
  }
}
