// From the answers of all legs to one decision: every leg must be allowed; the first reason of the list over all legs is
// told; a deny is explicit if one was found anywhere.

import PolicyLanguage

extension Decision {
  /// - Parameter owner: keeps all that the decision speaks of; nil when whoever asked does.
  init(_ judgement: Judgement, keptBy owner: AnyObject?) {
    let results = judgement.results
    let caller = judgement.caller
    var reason = Reason.allowed
    for place in 0..<results.count { reason = reason.orEarlier(results.pointer(at: place).pointee.reason) }
    // The leg that decided speaks for the whole; where it has no owner, the first one that has.
    let deciding = results.first { $0.pointee.reason == reason } ?? results.pointer(at: 0)
    let owning = deciding.pointee.owner == nil ? results.first { $0.pointee.owner != nil } : deciding
    let isExplicit = results.first { $0.pointee.denial == .explicit } != nil

    outcome = reason == .allowed ? .allow : .deny
    denial = reason == .allowed ? nil : isExplicit ? .explicit : .implicit
    self.reason = reason
    callerAccount = Text(caller.pointee.accountID, keptBy: owner)
    ownerAccount = Text(owning?.pointee.owner?.account ?? "", keptBy: owner)
    self.owner = SideVerdict(owning?.pointee.owner, keptBy: owner)
    self.caller = SideVerdict(deciding.pointee.caller, keptBy: owner)
    legs = results.count > 1 ? results.map { Leg($0, keptBy: owner) } : []
    keyARN = Text(judgement.plan.keyARN, keptBy: owner)
    resource = Text(judgement.plan.resource, keptBy: owner)
    region = Text(judgement.plan.region, keptBy: owner)
    principalUniqueID = caller.pointee.uniqueID.map { Text($0, keptBy: owner) }
    reducedPrincipal = Text(caller.pointee.reducedPrincipal, keptBy: owner)
    revision = Text(judgement.revision, keptBy: owner)
  }
}

extension SideVerdict {
  fileprivate init?(_ side: SideFinding?, keptBy owner: AnyObject?) {
    guard let side else { return nil }
    account = Text(side.account, keptBy: owner)
    outcome = side.outcome
    reason = side.reason
    statements = DecidingStatements(side.statements, keptBy: owner)
  }
}

extension Leg {
  fileprivate init(_ result: LegResult, keptBy owner: AnyObject?) {
    self.init(
      action: Text(result.action, keptBy: owner), resource: Text(result.resource, keptBy: owner),
      outcome: result.outcome, denial: result.denial, reason: result.reason,
      owner: SideVerdict(result.owner, keptBy: owner), caller: SideVerdict(result.caller, keptBy: owner))
  }
}
