// The whole decision on one leg (F-1, F-19): every policy that applies is asked, on both sides, before anything is
// concluded, so that an explicit deny is always found and each side learns its own verdict.
//
// Order changes only the reason that is told, never the decision (F.2): the first of the contract's list that applies.

import PolicyLanguage

struct LegEvaluation {
  let leg: UnsafePointer<PlannedLeg>
  let question: Question
  let endpoint: EndpointPolicy?

  private var owner: SideFindings
  private var callerSide: SideFindings
  private var isExplicit = false
  let isCrossAccount: Bool

  init(
    _ leg: UnsafePointer<PlannedLeg>, caller: UnsafePointer<Caller>, attested: UnsafePointer<AttestedContext>,
    endpoint: EndpointPolicy?, now: Instant, arena: Arena
  ) {
    self.leg = leg
    self.endpoint = endpoint
    owner = SideFindings(in: arena)
    callerSide = SideFindings(in: arena)
    isCrossAccount = CrossAccountRule.isCrossAccount(caller.pointee, owner: leg.pointee.ownerAccount)
    let context = RequestContext(leg: leg, caller: caller, attested: attested, now: now, arena: arena)
    question = Question(leg: leg, caller: caller, context: arena.store(context))
  }

  mutating func evaluate() -> LegResult {
    if let failure = leg.pointee.failure {
      owner.note(failure)
      callerSide.note(failure)
      return result(OwnerPermission(), reason: failure)
    }
    guard question.caller.pointee.isKnown else {
      owner.note(.unknownPrincipal)
      callerSide.note(.unknownPrincipal)
      return result(OwnerPermission(), reason: .unknownPrincipal)
    }
    if isCrossAccount, !leg.pointee.isUsableAcrossAccounts { owner.note(.notCrossAccountOperation) }
    askOwnersPolicies()
    let identity = IdentityPolicyRule.finding(question)
    let boundary = PermissionsBoundaryRule.finding(question)
    let session = SessionPolicyRule.finding(question)
    noteDenies(identity: identity, boundary: boundary, session: session)
    askCeilings()

    let permission = ownersPermission()
    if let source = permission.source { owner.add(allow: source) }
    let need = needOfCaller(permission)
    if need >= .everything, question.caller.pointee.hasIdentityPolicies {
      if let allow = identity?.allow { callerSide.add(allow: allow) } else { callerSide.note(.noIdentityPolicyAllow) }
    }
    if need >= .limits {
      if let boundary {
        if let allow = boundary.allow { callerSide.add(allow: allow) } else { callerSide.note(.noBoundaryAllow) }
      }
      switch session {
      case .unlimited: break
      case .nothingAllowed: callerSide.note(.noSessionPolicyAllow)
      case .limited(let finding):
        if let allow = finding.allow { callerSide.add(allow: allow) } else { callerSide.note(.noSessionPolicyAllow) }
      }
    }
    var reason = owner.reason.orEarlier(callerSide.reason)
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
    if need >= .everything, question.caller.pointee.hasIdentityPolicies, identity?.allow == nil { return false }
    guard need >= .limits else { return true }
    if let boundary, boundary.allow == nil { return false }
    switch session {
    case .unlimited: return true
    case .nothingAllowed: return false
    case .limited(let finding): return finding.allow != nil
    }
  }

  private mutating func askOwnersPolicies() {
    if let policy = leg.pointee.policy,
      let deny = ResourcePolicyRule.deny(policy.statements, question, kind: policy.kind)
    {
      isExplicit = true
      owner.note(policy.kind == .keyPolicy ? .explicitDenyKeyPolicy : .explicitDenyResourcePolicy, denied: deny)
    }
    if leg.pointee.obeysResourceControlPolicies,
      let deny = ResourceControlPolicyRule.deny(leg.pointee.facts.organization, question)
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
      callerSide.note(.explicitDenyIdentityPolicy, denied: deny)
    }
    if let deny = boundary?.deny {
      isExplicit = true
      callerSide.note(.explicitDenyBoundary, denied: deny)
    }
    if case .limited(let finding) = session, let deny = finding.deny {
      isExplicit = true
      callerSide.note(.explicitDenySessionPolicy, denied: deny)
    }
  }

  /// SCPs, endpoint policy and Region: they never allow, they only have to.
  private mutating func askCeilings() {
    if let finding = ServiceControlPolicyRule.finding(question) {
      if let deny = finding.deny {
        isExplicit = true
        callerSide.note(.explicitDenySCP, denied: deny)
      }
      if finding.allowsAtEveryLevel {
        for allow in finding.allows.run { callerSide.add(allow: allow) }
      } else {
        callerSide.note(.noSCPAllow)
      }
    }
    if let endpoint {
      let finding = EndpointPolicyRule.finding(endpoint, question)
      if let deny = finding.deny {
        isExplicit = true
        noteEndpoint(.explicitDenyEndpointPolicy, deny: deny, of: endpoint)
      }
      if let allow = finding.allow {
        if endpoint.account == question.caller.pointee.accountID { callerSide.add(allow: allow) }
      } else {
        noteEndpoint(.noEndpointPolicyAllow, deny: nil, of: endpoint)
      }
    }
    if !RegionRule.isEnabled(leg.pointee.region, for: question.caller.pointee) { callerSide.note(.regionNotEnabled) }
  }

  /// The endpoint limits the caller's network, so the verdict is the caller's; its statements are told only to the
  /// account that owns it.
  private mutating func noteEndpoint(_ reason: Reason, deny: StatementReference?, of endpoint: EndpointPolicy) {
    if question.caller.pointee.kind == .service {
      owner.note(reason)
    } else {
      callerSide.note(reason)
    }
    guard let deny else { return }
    if endpoint.account == question.caller.pointee.accountID {
      callerSide.add(deny: deny)
    } else if endpoint.account == leg.pointee.ownerAccount {
      owner.add(deny: deny)
    }
  }

  private func ownersPermission() -> OwnerPermission {
    policyPermission().orElse(leg.pointee.service.permissionBesidePolicy(question))
  }

  func policyPermission() -> OwnerPermission {
    guard let policy = leg.pointee.policy else { return OwnerPermission() }
    return ResourcePolicyRule.permission(
      policy.statements, question, kind: policy.kind, isCrossAccount: isCrossAccount)
  }

  /// What the caller's side must add; notes what is missing on the owner's.
  private mutating func needOfCaller(_ permission: OwnerPermission) -> CallerNeed {
    if let need = permission.need {
      // Within one account an identity policy may stand in for a resource policy that asks more than it.
      return need
    }
    if ownerMustAllow { owner.note(permission.refusal ?? leg.pointee.ownerLack) }
    return .everything
  }

  /// Whether the owner's side has to allow; where it has not, the caller's identity policies may do so alone.
  var ownerMustAllow: Bool {
    switch leg.pointee.ownerRule {
    // A service has no policies of its own, so nothing can allow it here (F-18, F-37).
    case .none: question.caller.pointee.kind == .service
    case .requiredAcrossAccounts: isCrossAccount || question.caller.pointee.kind == .service
    case .required: true
    }
  }

  private func result(_ permission: OwnerPermission, reason: Reason) -> LegResult {
    // The account that an ARN names is involved whether or not the directory knows it or its key.
    let isAllowed = reason == .allowed
    return LegResult(
      action: leg.pointee.action.pointee.text, resource: leg.pointee.resourceText, outcome: isAllowed ? .allow : .deny,
      denial: isAllowed ? nil : isExplicit ? .explicit : .implicit, reason: reason,
      owner: leg.pointee.ownerAccount.map { owner.finding(of: $0) },
      caller: question.caller.pointee.kind == .service
        ? nil : callerSide.finding(of: question.caller.pointee.accountID),
      permission: permission)
  }
}

extension Caller {
  /// Root users and services have no identity policies and are not limited by their lack (F-17, F-24, F-37).
  var hasIdentityPolicies: Bool { kind != .root && kind != .service }
}
