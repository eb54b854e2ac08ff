// The whole decision on one leg (F-1, F-19): every policy that applies is asked, on both sides, before anything is
// concluded, so that an explicit deny is always found and each side learns its own verdict.
//
// Order changes only the reason that is told, never the decision (F.2): the first of the contract's list that applies.

import PolicyLanguage

/// The answer to one leg, with what later rules tie legs together by.
struct LegResult: Sendable {
  var leg: Leg
  /// The allow on the owner's side, if any.
  var permission = OwnerPermission()
  /// Without its grants the leg would be denied.
  var isAllowedOnlyByGrant = false
}

/// What one side found.
private struct SideFindings {
  var reason = Reason.allowed
  var denies: [DecidingStatement] = []
  var allows: [DecidingStatement] = []

  mutating func note(_ other: Reason) { reason = reason.orEarlier(other) }

  mutating func note(_ other: Reason, denied statement: DecidingStatement) {
    note(other)
    denies.append(statement)
  }

  func verdict(of account: Text) -> SideVerdict {
    SideVerdict(
      account: account, outcome: reason == .allowed ? .allow : .deny, reason: reason,
      statements: !denies.isEmpty ? denies : reason == .allowed ? allows : [])
  }
}

struct LegEvaluation {
  let leg: PlannedLeg
  let question: Question
  let endpoint: EndpointPolicy?

  private var owner = SideFindings()
  private var caller = SideFindings()
  private var isExplicit = false
  let isCrossAccount: Bool

  init(_ leg: PlannedLeg, caller: Caller, attested: AttestedContext, endpoint: EndpointPolicy?, now: Instant) {
    self.leg = leg
    self.endpoint = endpoint
    isCrossAccount = CrossAccountRule.isCrossAccount(caller, owner: leg.ownerAccount)
    question = Question(
      action: leg.action, resource: leg.resource, caller: caller,
      context: RequestContext(
        attested: attested, caller: caller, now: now, region: leg.region, resource: leg.facts, service: leg.service))
  }

  mutating func evaluate() -> LegResult {
    if let failure = leg.failure {
      owner.note(failure)
      caller.note(failure)
      return result(OwnerPermission(), reason: failure)
    }
    guard question.caller.isKnown else {
      owner.note(.unknownPrincipal)
      caller.note(.unknownPrincipal)
      return result(OwnerPermission(), reason: .unknownPrincipal)
    }
    if isCrossAccount, !leg.isUsableAcrossAccounts { owner.note(.notCrossAccountOperation) }
    askOwnersPolicies()
    let identity = IdentityPolicyRule.finding(question)
    let boundary = PermissionsBoundaryRule.finding(question)
    let session = SessionPolicyRule.finding(question)
    noteDenies(identity: identity, boundary: boundary, session: session)
    askCeilings()

    let permission = ownersPermission()
    if let source = permission.source { owner.allows.append(source) }
    let need = needOfCaller(permission)
    if need >= .everything, question.caller.hasIdentityPolicies {
      if let allow = identity?.allow { caller.allows.append(allow) } else { caller.note(.noIdentityPolicyAllow) }
    }
    if need >= .limits {
      if let boundary {
        if let allow = boundary.allow { caller.allows.append(allow) } else { caller.note(.noBoundaryAllow) }
      }
      switch session {
      case .unlimited: break
      case .nothingAllowed: caller.note(.noSessionPolicyAllow)
      case .limited(let finding):
        if let allow = finding.allow { caller.allows.append(allow) } else { caller.note(.noSessionPolicyAllow) }
      }
    }
    var reason = owner.reason.orEarlier(caller.reason)
    // A grant that only a constraint kept from allowing explains the denial better than what else was missing.
    if reason != .allowed, let refusal = permission.refusal { reason = reason.orEarlier(refusal) }
    var result = result(permission, reason: reason)
    result.isAllowedOnlyByGrant =
      !permission.grantSources.isEmpty
      && !isMet(policyPermission().need, identity: identity, boundary: boundary, session: session)
    return result
  }

  /// Whether the caller's side adds what a permission leaves to it.
  private func isMet(
    _ need: CallerNeed?, identity: PolicyFinding?, boundary: PolicyFinding?, session: SessionPolicyRule.Finding
  ) -> Bool {
    guard let need else { return false }
    if need >= .everything, question.caller.hasIdentityPolicies, identity?.allow == nil { return false }
    guard need >= .limits else { return true }
    if let boundary, boundary.allow == nil { return false }
    switch session {
    case .unlimited: return true
    case .nothingAllowed: return false
    case .limited(let finding): return finding.allow != nil
    }
  }

  private mutating func askOwnersPolicies() {
    if let policy = leg.policy,
      let deny = ResourcePolicyRule.deny(policy.statements, question, kind: policy.kind)
    {
      isExplicit = true
      owner.note(policy.kind == .keyPolicy ? .explicitDenyKeyPolicy : .explicitDenyResourcePolicy, denied: deny)
    }
    if leg.obeysResourceControlPolicies,
      let deny = ResourceControlPolicyRule.deny(leg.facts.organization, question)
    {
      isExplicit = true
      owner.note(.explicitDenyRCP, denied: deny)
    }
  }

  private mutating func noteDenies(
    identity: PolicyFinding?, boundary: PolicyFinding?, session: SessionPolicyRule.Finding
  ) {
    if let deny = identity?.deny {
      isExplicit = true
      caller.note(.explicitDenyIdentityPolicy, denied: deny)
    }
    if let deny = boundary?.deny {
      isExplicit = true
      caller.note(.explicitDenyBoundary, denied: deny)
    }
    if case .limited(let finding) = session, let deny = finding.deny {
      isExplicit = true
      caller.note(.explicitDenySessionPolicy, denied: deny)
    }
  }

  /// SCPs, endpoint policy and Region: they never allow, they only have to.
  private mutating func askCeilings() {
    if let finding = ServiceControlPolicyRule.finding(question) {
      if let deny = finding.deny {
        isExplicit = true
        caller.note(.explicitDenySCP, denied: deny)
      }
      if finding.allowsAtEveryLevel { caller.allows += finding.allows } else { caller.note(.noSCPAllow) }
    }
    if let endpoint {
      let finding = EndpointPolicyRule.finding(endpoint, question)
      if let deny = finding.deny {
        isExplicit = true
        noteEndpoint(.explicitDenyEndpointPolicy, deny: deny, of: endpoint)
      }
      if let allow = finding.allow {
        if endpoint.account == question.caller.accountID { caller.allows.append(allow) }
      } else {
        noteEndpoint(.noEndpointPolicyAllow, deny: nil, of: endpoint)
      }
    }
    if !RegionRule.isEnabled(leg.region, for: question.caller) { caller.note(.regionNotEnabled) }
  }

  /// The endpoint limits the caller's network, so the verdict is the caller's; its statements are told only to the
  /// account that owns it.
  private mutating func noteEndpoint(_ reason: Reason, deny: DecidingStatement?, of endpoint: EndpointPolicy) {
    if question.caller.kind == .service {
      owner.note(reason)
    } else {
      caller.note(reason)
    }
    guard let deny else { return }
    if endpoint.account == question.caller.accountID {
      caller.denies.append(deny)
    } else if endpoint.account == leg.ownerAccount {
      owner.denies.append(deny)
    }
  }

  private func ownersPermission() -> OwnerPermission {
    let permission = policyPermission()
    guard let service = leg.service else { return permission }
    return permission.orElse(service.permissionBesidePolicy(question))
  }

  func policyPermission() -> OwnerPermission {
    guard let policy = leg.policy else { return OwnerPermission() }
    return ResourcePolicyRule.permission(
      policy.statements, question, kind: policy.kind, isCrossAccount: isCrossAccount)
  }

  /// What the caller's side must add; notes what is missing on the owner's.
  private mutating func needOfCaller(_ permission: OwnerPermission) -> CallerNeed {
    if let need = permission.need {
      // Within one account an identity policy may stand in for a resource policy that asks more than it.
      return need
    }
    if ownerMustAllow { owner.note(permission.refusal ?? leg.ownerLack) }
    return .everything
  }

  /// Whether the owner's side has to allow; where it has not, the caller's identity policies may do so alone.
  var ownerMustAllow: Bool {
    switch leg.ownerRule {
    // A service has no policies of its own, so nothing can allow it here (F-18, F-37).
    case .none: question.caller.kind == .service
    case .requiredAcrossAccounts: isCrossAccount || question.caller.kind == .service
    case .required: true
    }
  }

  private func result(_ permission: OwnerPermission, reason: Reason) -> LegResult {
    // The account that an ARN names is involved whether or not the directory knows it or its key.
    let ownerVerdict = leg.ownerAccount.map { owner.verdict(of: $0) }
    let callerVerdict: SideVerdict? =
      question.caller.kind == .service ? nil : caller.verdict(of: question.caller.accountID)
    let isAllowed = reason == .allowed
    return LegResult(
      leg: Leg(
        action: leg.action.text, resource: leg.resourceText, outcome: isAllowed ? .allow : .deny,
        denial: isAllowed ? nil : isExplicit ? .explicit : .implicit, reason: reason, owner: ownerVerdict,
        caller: callerVerdict),
      permission: permission)
  }
}

extension Caller {
  /// Root users and services have no identity policies and are not limited by their lack (F-17, F-24, F-37).
  var hasIdentityPolicies: Bool { kind != .root && kind != .service }
}
