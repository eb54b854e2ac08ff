// From the answers of all legs to one decision: every leg must be allowed; the first reason of the list over all legs is
// told; a deny is explicit if one was found anywhere.

import PolicyLanguage

extension Judgement {
  /// - Parameter owner: keeps all that the decision speaks of; nil when whoever asked does.
  func decision(keptBy owner: AnyObject?) -> Decision {
    func text(_ text: BorrowedText) -> Text { Text(text, keptBy: owner) }

    var reason = Reason.allowed
    for result in results { reason = reason.orEarlier(result.reason) }
    // The leg that decided speaks for the whole; where it has no owner, the first one that has.
    let deciding = results.first { $0.pointee.reason == reason } ?? results.first { _ in true }
    let ownerSide = deciding?.pointee.owner ?? results.first { $0.pointee.owner != nil }?.pointee.owner
    let isAllowed = reason == .allowed
    return Decision(
      outcome: isAllowed ? .allow : .deny, denial: isAllowed ? nil : isExplicit ? .explicit : .implicit,
      reason: reason, callerAccount: text(caller.pointee.accountID), ownerAccount: text(ownerSide?.account ?? ""),
      owner: ownerSide.map { SideVerdict($0, keptBy: owner) },
      caller: deciding?.pointee.caller.map { SideVerdict($0, keptBy: owner) },
      legs: results.count > 1 ? results.map { Leg($0, keptBy: owner) } : [], keyARN: text(plan.keyARN),
      resource: text(plan.resource), region: text(plan.region), principalUniqueID: caller.pointee.uniqueID.map(text),
      reducedPrincipal: text(caller.pointee.reducedPrincipal), revision: text(revision))
  }

  private var isExplicit: Bool { results.first { $0.pointee.denial == .explicit } != nil }
}

extension SideVerdict {
  fileprivate init(_ side: SideFinding, keptBy owner: AnyObject?) {
    self.init(
      account: Text(side.account, keptBy: owner), outcome: side.outcome, reason: side.reason,
      statements: DecidingStatements(side.statements, keptBy: owner))
  }
}

extension Leg {
  fileprivate init(_ result: LegResult, keptBy owner: AnyObject?) {
    self.init(
      action: Text(result.action, keptBy: owner), resource: Text(result.resource, keptBy: owner),
      outcome: result.outcome, denial: result.denial, reason: result.reason,
      owner: result.owner.map { SideVerdict($0, keptBy: owner) },
      caller: result.caller.map { SideVerdict($0, keptBy: owner) })
  }
}
