// One leg told: both sides' policies in the order in which LegEvaluation asks them, each through its own rule.
//
// Whatever only the other side may know stays out here, where each side is put together from what is its own.

import PolicyLanguage

struct LegNarration {
  let evaluation: LegEvaluation
  let result: LegResult
  let disclosure: Disclosure

  private var leg: PlannedLeg { evaluation.leg.pointee }
  private var question: Question { evaluation.question }
  private var caller: Caller { evaluation.question.caller.pointee }
  private var action: BorrowedText { evaluation.leg.pointee.action.pointee.text }
  private var target: String { "\(action) on \(leg.resourceText)" }
  /// What the caller's side has to add.
  private var need: CallerNeed { result.permission.need ?? .everything }

  func explanation() -> LegExplanation {
    var explanation = LegExplanation(
      action: Text(copying: result.action), resource: Text(copying: result.resource), outcome: result.outcome,
      denial: result.denial, reason: result.reason)
    if let finding = result.owner, tellsOwner(finding.account) { explanation.owner = owner(finding) }
    if let finding = result.caller, tellsCaller { explanation.caller = self.caller(finding) }
    return explanation
  }

  private var tellsCaller: Bool { disclosure.tellsCaller(Text(copying: caller.accountID)) }

  private func tellsOwner(_ account: BorrowedText?) -> Bool {
    disclosure.tellsOwner(account.map { Text(copying: $0) })
  }

  private func narration(of finding: SideFinding) -> StatementNarration {
    let isOneAccount = leg.ownerAccount == nil || leg.ownerAccount == caller.accountID
    return StatementNarration(
      question: question,
      tellsCallersValues: isOneAccount || caller.kind == .service || tellsCaller,
      tellsOwnersValues: isOneAccount || tellsOwner(leg.ownerAccount),
      deciding: finding.statements.map { DecidingStatement(copying: $0) })
  }

  /// True when nothing could be asked.
  private func addFailure(to side: inout SideNarration) -> Bool {
    switch leg.failure ?? (caller.isKnown ? .allowed : .unknownPrincipal) {
    case .allowed: return false
    case .unknownPrincipal:
      side.add(
        .principal, .lacksAllow, "the policy directory does not know the principal",
        advice: "correct the principal's ARN, or add the principal to the policy directory")
    case .grantNotFound:
      side.add(
        .resource, .lacksAllow, "the key has no grant of that id",
        advice: "correct the grant's id, or add the grant to the key's grants.json")
    default:
      side.add(
        .resource, .lacksAllow, "the policy directory has no such key or alias",
        advice: "correct the name of the key, or add \(leg.resourceText) to the policy directory")
    }
    return true
  }

  // MARK: Owner

  private func owner(_ verdict: SideFinding) -> SideExplanation {
    var side = SideNarration()
    if addFailure(to: &side) { return side.explanation(verdict) }
    let narration = narration(of: verdict)
    if evaluation.isCrossAccount {
      side.add(
        .crossAccountUse, leg.isUsableAcrossAccounts ? .allows : .lacksAllow,
        leg.isUsableAcrossAccounts
          ? "the operation is usable across accounts"
          : "the operation has no effect across accounts, whatever policies say",
        advice: "\(action) works only for principals of account \(verdict.account): have one of them do it")
    }
    addPolicy(to: &side, narration)
    addGrants(to: &side, narration)
    if leg.obeysResourceControlPolicies { addResourceControlPolicies(to: &side, narration) }
    addEndpoint(to: &side, narration, of: verdict.account, isLimiting: caller.kind == .service)
    return side.explanation(verdict)
  }

  private func addPolicy(to side: inout SideNarration, _ narration: StatementNarration) {
    guard let policy = leg.policy else {
      guard leg.ownerRule != .none || caller.kind == .service, leg.ownerLack != .retireNotEntitled else { return }
      side.add(
        .resourcePolicy, lack, "the resource has no policy",
        advice: "give \(leg.resourceText) a policy that allows \(action) to \(narration.principalText)")
      return
    }
    let kind: PolicyAnswer.Kind =
      switch policy.kind {
      case .keyPolicy: .keyPolicy
      case .trustPolicy: .trustPolicy
      default: .resourcePolicy
      }
    let statements = narration.explain(policy.statements, in: policy.kind)
    if let deny = ResourcePolicyRule.deny(policy.statements, question, kind: policy.kind) {
      side.add(
        kind, .denies, "a statement denies it", statements: statements,
        advice: SideNarration.removal(of: deny, action))
      // Whether it would allow otherwise is told too: taking the Deny away may not be enough.
      if lack == .lacksAllow {
        side.add(kind, lack, "nor would it allow, were it not for the deny", advice: policyAdvice(narration))
      }
      return
    }
    guard let own = evaluation.policyPermission().need else {
      side.add(kind, lack, "no statement allows it", statements: statements, advice: policyAdvice(narration))
      return
    }
    side.add(kind, .allows, Self.note(own), statements: statements)
  }

  /// What it means for the owner's side when a policy of it does not allow.
  private var lack: PolicyAnswer.Result {
    result.permission.need == nil && evaluation.ownerMustAllow && result.permission.refusal == nil
      ? .lacksAllow : .silent
  }

  private func policyAdvice(_ narration: StatementNarration) -> String {
    let whom: String =
      caller.kind == .service || caller.accountID == leg.ownerAccount
      ? "\(narration.principalText)" : "\(narration.principalText) or its account \(caller.accountID)"
    let what: String = leg.policy?.kind == .keyPolicy ? "the key policy" : "the policy"
    let also: String = leg.policy?.kind == .keyPolicy ? ", or create a grant" : ""
    return "no statement of \(what) of \(leg.resourceText) allows \(action): allow it to \(whom)\(also)"
  }

  private static func note(_ need: CallerNeed) -> String {
    switch need {
    case .nothing: "allows, whatever the caller's own policies allow"
    case .limits: "allows within the limits of the caller's boundary and session"
    case .everything: "leaves it to the caller's account: an identity policy must allow it too"
    }
  }

  private func addGrants(to side: inout SideNarration, _ narration: StatementNarration) {
    let grants = leg.service.explainBesidePolicy(narration)
    let permission = leg.service.permissionBesidePolicy(question)
    let isRefusedTogether = result.owner?.reason == .grantConstraint && result.permission.need != nil
    guard !grants.isEmpty || permission.refusal != nil else { return }
    if isRefusedTogether {
      side.add(
        .grants, .lacksAllow, "the grants of both legs must carry the same SourceArn constraint",
        statements: grants, advice: "create grants on both keys with the same SourceArn, or with none")
    } else if let need = permission.need {
      side.add(.grants, .allows, Self.note(need), statements: grants)
    } else if let refusal = permission.refusal, result.permission.need == nil {
      let (note, advice): (String, String) =
        switch refusal {
        case .grantConstraint:
          (
            "a grant covers caller and operation, but its constraint does not hold",
            "make the request with the encryption context and aws:SourceArn that the grant's constraints name"
          )
        case .grantScope:
          (
            "the new grant would be wider than the one it is created by",
            "ask for no operations and no looser constraints than that grant has"
          )
        default:
          (
            "the caller is none of those who may retire this grant",
            "retire it as its retiring principal, or by an identity policy of an account of the grant that allows \(action)"
          )
        }
      side.add(.grants, .lacksAllow, note, statements: grants, advice: advice)
    } else {
      side.add(.grants, .silent, "no grant allows it", statements: grants)
    }
  }

  private func addResourceControlPolicies(to side: inout SideNarration, _ narration: StatementNarration) {
    let membership = leg.facts.organization
    guard let policies = ResourceControlPolicyRule.policies(membership, question) else {
      guard membership != nil else { return }
      side.add(
        .resourceControlPolicies, .notAsked,
        "resources of the management account, and service-linked roles, are outside resource control policies")
      return
    }
    let deny = ResourceControlPolicyRule.deny(membership, question)
    side.add(
      .resourceControlPolicies, deny == nil ? .silent : .denies,
      deny == nil ? "no statement denies it" : "a statement denies it",
      statements: narration.explain(policies, in: .resourceControlPolicy),
      advice: SideNarration.removal(of: deny, action))
  }

  // MARK: Caller

  private func caller(_ verdict: SideFinding) -> SideExplanation {
    var side = SideNarration()
    if addFailure(to: &side) { return side.explanation(verdict) }
    let narration = narration(of: verdict)
    addIdentityPolicies(to: &side, narration)
    addBoundary(to: &side, narration)
    addSession(to: &side, narration)
    addServiceControlPolicies(to: &side, narration)
    addEndpoint(to: &side, narration, of: verdict.account, isLimiting: true)
    addRegion(to: &side)
    return side.explanation(verdict)
  }

  /// What an answer of the caller's side comes to, which has to allow if the owner's side leaves it so much.
  private func result(_ finding: PolicyFinding, needed: CallerNeed) -> PolicyAnswer.Result {
    if finding.deny != nil { return .denies }
    if finding.allow != nil { return .allows }
    return need >= needed ? .lacksAllow : .silent
  }

  private func note(_ result: PolicyAnswer.Result) -> String {
    switch result {
    case .allows: "a statement allows it"
    case .denies: "a statement denies it"
    case .lacksAllow: "no statement allows it, and one must"
    case .silent, .notAsked: "no statement speaks of it, and none has to"
    }
  }

  private func add(
    _ kind: PolicyAnswer.Kind, _ list: StatementList, in policy: PolicyKind, _ finding: PolicyFinding,
    needed: CallerNeed, to side: inout SideNarration, _ narration: StatementNarration, lack: String
  ) {
    let answer = result(finding, needed: needed)
    side.add(
      kind, answer, note(answer), statements: narration.explain(list, in: policy),
      advice: answer == .denies ? SideNarration.removal(of: finding.deny, action) : lack)
    if answer == .denies, finding.allow == nil, need >= needed {
      side.add(kind, .lacksAllow, "nor would it allow, were it not for the deny", advice: lack)
    }
  }

  private func addIdentityPolicies(to side: inout SideNarration, _ narration: StatementNarration) {
    guard let policies = IdentityPolicyRule.policies(of: caller), let finding = IdentityPolicyRule.finding(question)
    else {
      side.add(.identityPolicies, .notAsked, "a root user has no identity policies and needs none")
      return
    }
    add(
      .identityPolicies, policies, in: .identityPolicy, finding, needed: .everything, to: &side, narration,
      lack: "no identity policy of the caller allows \(target): attach one in account \(caller.accountID)")
  }

  private func addBoundary(to side: inout SideNarration, _ narration: StatementNarration) {
    guard let boundary = caller.boundary, let finding = PermissionsBoundaryRule.finding(question) else { return }
    add(
      .permissionsBoundary, boundary, in: .identityPolicy, finding, needed: .limits, to: &side, narration,
      lack: "the caller's permissions boundary does not allow \(target): widen it in account \(caller.accountID)")
  }

  private func addSession(to side: inout SideNarration, _ narration: StatementNarration) {
    switch SessionPolicyRule.finding(question) {
    case .unlimited: break
    case .nothingAllowed:
      side.add(
        .sessionPolicies, need >= .limits ? .lacksAllow : .silent,
        "a federated user without session policies has no permission of its own",
        advice: "call GetFederationToken with a session policy that allows \(target)")
    case .limited(let finding):
      add(
        .sessionPolicies, caller.session.policies ?? StatementList(), in: .sessionPolicy, finding, needed: .limits,
        to: &side, narration, lack: "no session policy allows \(target): begin the session with one that does")
    }
  }

  private func addServiceControlPolicies(to side: inout SideNarration, _ narration: StatementNarration) {
    guard let organization = ServiceControlPolicyRule.organization(limiting: caller) else {
      guard caller.account?.pointee.organization != nil else { return }
      side.add(
        .serviceControlPolicies, .notAsked,
        "the management account, and service-linked roles, are outside service control policies")
      return
    }
    let path = Text(copying: organization.pointee.path)
    let units = path.utf8.split(separator: UInt8(ascii: "/")).dropFirst().map { "\(Text(utf8: $0))" }
    for (depth, level) in organization.pointee.serviceControlLevels.enumerated() {
      let place = depth < units.count ? units[depth] : "account \(caller.accountID)"
      let finding = PolicyFinding(level.policies, question, kind: .serviceControlPolicy)
      let statements = narration.explain(level.policies, in: .serviceControlPolicy)
      if let deny = finding.deny {
        side.add(
          .serviceControlPolicies, .denies, "\(place): a statement denies it", statements: statements,
          advice: SideNarration.removal(of: deny, action))
      }
      if level.allowsEverything {
        if finding.deny == nil {
          side.add(
            .serviceControlPolicies, .allows, "\(place): FullAWSAccess allows everything", statements: statements)
        }
      } else if finding.allow == nil {
        side.add(
          .serviceControlPolicies, .lacksAllow, "\(place): no statement allows it, and one must",
          statements: finding.deny == nil ? statements : [],
          advice: "attach a service control policy that allows \(action) at \(place)")
      } else if finding.deny == nil {
        side.add(.serviceControlPolicies, .allows, "\(place): a statement allows it", statements: statements)
      }
    }
  }

  private func addRegion(to side: inout SideNarration) {
    guard !RegionRule.isEnabled(leg.region, for: caller) else { return }
    side.add(
      .region, .lacksAllow, "account \(caller.accountID) has not enabled the opt-in Region \(leg.region)",
      advice:
        "enable Region \(leg.region) in account \(caller.accountID) and add it to `EnabledRegions` of its account.json")
  }

  // MARK: Both

  /// The endpoint's statements are told only to the account that owns it; who is limited by it learns what it said.
  private func addEndpoint(
    to side: inout SideNarration, _ narration: StatementNarration, of account: BorrowedText, isLimiting: Bool
  ) {
    // Within one account the caller's side tells it.
    guard let endpoint = evaluation.endpoint,
      isLimiting || endpoint.account == account && account != caller.accountID
    else { return }
    let finding = EndpointPolicyRule.finding(endpoint, question)
    let isOwn = endpoint.account == account
    let statements = isOwn ? narration.explain(endpoint.policy, in: .endpointPolicy) : []
    let result: PolicyAnswer.Result = finding.deny != nil ? .denies : finding.allow != nil ? .allows : .lacksAllow
    let id = question.context.pointee.attested.pointee.singleValue(of: "aws:sourcevpce") ?? ""
    side.add(
      .endpointPolicy, isLimiting || result == .allows ? result : .silent,
      "\(id) of account \(endpoint.account): \(note(result))", statements: statements,
      advice: result == .denies && isOwn
        ? SideNarration.removal(of: finding.deny, action)
        : "the policy of endpoint \(id) has to allow \(target): its owner is account \(endpoint.account)")
  }
}
