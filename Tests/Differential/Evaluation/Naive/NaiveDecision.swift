// Section F: one leg, from the explicit denies to the permission.

extension NaiveEvaluator {
  /// What the caller's own policies say of a leg.
  struct CallerSide {
    var identityAllows = false
    var boundaryAllows = true
    var sessionAllows = true
  }

  /// How much of the caller's side a permission still needs. Each includes those before it.
  enum Need: Int {
    case nothing, limits, identityAndLimits
  }

  func judge(_ leg: NaiveLeg, _ caller: NaiveCaller) -> Outcome {
    var outcome = Outcome()
    let (context, keyPolicyContext) = context(leg, caller)
    let conditions = NaiveConditions(context: context, rules: rules)
    let ownerConditions = NaiveConditions(context: keyPolicyContext, rules: rules)
    let subject = NaiveSubject(caller: caller, action: leg.action, resource: leg.resource, rules: rules)
    let isAcross = caller.kind != .service && !leg.owner.isEmpty && !same(leg.owner, caller.account)

    // B-1, A-4, A-5, F-25: usable across accounts?
    let isAcrossBeside =
      caller.kind != .service && !leg.namedAccount.isEmpty && !same(leg.namedAccount, caller.account)
    if isAcross || isAcrossBeside, starts(leg.action, "kms:") {
      rules.hit(.b1, .a4, .f25)
      if !contains(NaiveOperations.acrossAccounts, split(leg.action, ":")[1]) {
        rules.hit(.b2, .b4, .a5)
        outcome.reasons.append("NOT_CROSS_ACCOUNT_OPERATION")
      }
    }

    // F-1: an explicit deny anywhere.
    let before = outcome.reasons.count
    var resourcePolicy: Policy?
    var isTrust = false
    var isKey = false
    switch leg.kind {
    case .key(let key):
      resourcePolicy = key.policy
      isKey = true
      rules.hit(.d14)
    case .other(let policy, let trust):
      resourcePolicy = policy
      isTrust = trust
    // B-13: kms:RetireGrant has no effect in a key policy.
    case .retire, .alias, .none, .newKey: break
    }
    if let resourcePolicy, subject.resourcePolicyDenies(resourcePolicy, ownerConditions, isTrust: isTrust) {
      if isAcross { rules.hit(.f29) }
      outcome.reasons.append(isKey ? "EXPLICIT_DENY_KEY_POLICY" : "EXPLICIT_DENY_RESOURCE_POLICY")
    }
    if resourceControlPolicies(leg, caller).contains(where: { subject.resourcePolicyDenies($0, conditions) }) {
      outcome.reasons.append("EXPLICIT_DENY_RCP")
    }
    let controlLevels = serviceControlPolicies(caller)
    if controlLevels.contains(where: { $0.contains { subject.denies($0, conditions) } }) {
      outcome.reasons.append("EXPLICIT_DENY_SCP")
    }
    let identityPolicies = identityPolicies(caller)
    if identityPolicies.contains(where: { subject.denies($0, conditions) }) {
      rules.hit(.f8)
      outcome.reasons.append("EXPLICIT_DENY_IDENTITY_POLICY")
    }
    let boundary = caller.boundary.flatMap { managedPolicy($0, of: caller.account) }
    if let boundary, subject.denies(boundary, conditions) { outcome.reasons.append("EXPLICIT_DENY_BOUNDARY") }
    if let policies = caller.sessionPolicies, policies.contains(where: { subject.denies($0, conditions) }) {
      outcome.reasons.append("EXPLICIT_DENY_SESSION_POLICY")
    }
    let endpoint = endpointPolicy(caller)
    if let endpoint, subject.resourcePolicyDenies(endpoint, conditions) {
      outcome.reasons.append("EXPLICIT_DENY_ENDPOINT_POLICY")
    }
    if outcome.reasons.count > before {
      rules.hit(.f1)
      outcome.isExplicit = true
    }

    // F-32: at every level one policy must allow.
    if controlLevels.contains(where: { level in !level.contains { subject.allows($0, conditions) } }) {
      outcome.reasons.append("NO_SCP_ALLOW")
    }
    // F-4: it must allow too.
    if let endpoint {
      rules.hit(.f4)
      if subject.resourcePolicyAllows(endpoint, conditions).isEmpty {
        outcome.reasons.append("NO_ENDPOINT_POLICY_ALLOW")
      }
    }
    // A-15, F-27: the caller's account must have the Region on; also for its own keys, as no call of it arrives there.
    if caller.kind != .service, isKMS(leg), contains(NaiveOperations.optInRegions, leg.region) {
      rules.hit(.a15, .f27)
      if !contains(account(caller.account)?.enabledRegions ?? [], leg.region) {
        outcome.reasons.append("REGION_NOT_ENABLED")
      }
    }

    // The caller's side, in case it is needed.
    var side = CallerSide()
    side.identityAllows = identityPolicies.contains { subject.allows($0, conditions) }
    if let boundary {
      // F-30
      rules.hit(.f30)
      side.boundaryAllows = subject.allows(boundary, conditions)
    }
    if let policies = caller.sessionPolicies {
      // F-31
      rules.hit(.f31)
      side.sessionAllows = policies.contains { subject.allows($0, conditions) }
    } else if caller.kind == .federated {
      // F-14: without a session policy a federated user has nothing.
      rules.hit(.f14)
      side.sessionAllows = false
    }

    switch leg.kind {
    case .none, .newKey, .alias:
      // F-18, B-9: the identity policies alone.
      rules.hit(.f18)
      if caller.kind == .service {
        // F-37: no caller side; no resource policy that could allow.
        outcome.reasons.append(isKMS(leg) ? "NO_KEY_POLICY_ALLOW" : "NO_RESOURCE_POLICY_ALLOW")
      } else {
        outcome.reasons += missing(.identityAndLimits, side, caller)
      }
    case .key(let key):
      judgeKey(key, leg, caller, subject, ownerConditions, side, isAcross, &outcome)
    case .retire(_, let grant):
      judgeRetire(grant, leg, caller, subject, side, isAcross, &outcome)
    case .other(let policy, let trust):
      judgeOther(policy, trust, caller, subject, ownerConditions, side, isAcross, &outcome)
    }
    return outcome
  }

  private func isKMS(_ leg: NaiveLeg) -> Bool { starts(leg.action, "kms:") }

  /// What of the need is not met. F-17, F-24: root users have no policies and need none.
  func missing(_ need: Need, _ side: CallerSide, _ caller: NaiveCaller) -> [String] {
    if caller.kind == .root || caller.kind == .service || need == .nothing { return [] }
    var reasons: [String] = []
    if need == .identityAndLimits, !side.identityAllows { reasons.append("NO_IDENTITY_POLICY_ALLOW") }
    if !side.boundaryAllows { reasons.append("NO_BOUNDARY_ALLOW") }
    if !side.sessionAllows { reasons.append("NO_SESSION_POLICY_ALLOW") }
    return reasons
  }

  // MARK: - Permission for a key

  private func judgeKey(
    _ key: Key, _ leg: NaiveLeg, _ caller: NaiveCaller, _ subject: NaiveSubject, _ conditions: NaiveConditions,
    _ side: CallerSide, _ isAcross: Bool, _ outcome: inout Outcome
  ) {
    // Each way in which the owner permits, and what it still needs of the caller.
    var policyNeed: Need?
    for naming in subject.resourcePolicyAllows(key.policy, conditions) {
      let need = need(naming, caller, isAcross)
      if policyNeed == nil || need.rawValue < (policyNeed ?? need).rawValue { policyNeed = need }
    }
    if key.isAWSManaged { rules.hit(.b35) }
    var grantNeeds: [(need: Need, source: String?)] = []
    for grant in key.grants {
      // F-5: a service control policy etc. was asked above; a grant can only allow (F-6).
      switch covers(grant, leg, caller, subject) {
      case .yes(let need):
        rules.hit(.f6)
        grantNeeds.append((need: needOfGrant(need, caller, isAcross), source: grant.sourceARN))
        if !outcome.reasons.isEmpty { rules.hit(.f43) }
        if outcome.reasons.contains("EXPLICIT_DENY_RCP") { rules.hit(.f36) }
      case .outOfScope: outcome.grantScopeFails()
      case .constraintFails: outcome.grantConstraintFails()
      case .no: break
      }
    }
    let policyWorks = policyNeed.map { missing($0, side, caller).isEmpty } ?? false
    outcome.needsNoGrant = policyWorks
    for way in grantNeeds where missing(way.need, side, caller).isEmpty { outcome.grantSources.append(way.source) }
    if policyWorks || !outcome.grantSources.isEmpty {
      // A grant that does not cover does not matter when something else permits.
      outcome.forgetGrantFailures()
      if isAcross { rules.hit(.a1, .f19, .f20) }
      return
    }
    var least = policyNeed
    for way in grantNeeds where least == nil || way.need.rawValue < (least ?? way.need).rawValue { least = way.need }
    guard let least else {
      // F-7: without the key policy, allows of identity policies are dead.
      rules.hit(.f7)
      if isAcross { rules.hit(.a3, .a20, .a21) }
      outcome.reasons.append("NO_KEY_POLICY_ALLOW")
      return
    }
    if isAcross { rules.hit(.a2) }
    outcome.reasons += missing(least, side, caller)
  }

  /// F.7: what a key policy's Allow still needs, by how it names the caller.
  private func need(_ naming: NaiveSubject.Naming, _ caller: NaiveCaller, _ isAcross: Bool) -> Need {
    if caller.kind == .service {
      rules.hit(.f37)
      return .nothing
    }
    if caller.kind == .root {
      rules.hit(isAcross ? .f24 : .f17)
      return .nothing
    }
    if isAcross {
      // F-21, F-22: any form serves the owner's side; the caller's side is always needed.
      rules.hit(.f21, .f22, .f23, .a17)
      return .identityAndLimits
    }
    switch naming {
    case .account:
      rules.hit(.f9)
      return .identityAndLimits
    case .everyone:
      rules.hit(.f10, .f15)
      return .nothing
    case .user:
      rules.hit(.f10, .f11)
      return .nothing
    case .session:
      rules.hit(.f10, .f13)
      return .nothing
    case .role:
      rules.hit(.f10, caller.kind == .federated ? .f14 : .f12)
      return .limits
    }
  }

  // MARK: - Permission for another service's resource

  private func judgeOther(
    _ policy: Policy?, _ isTrust: Bool, _ caller: NaiveCaller, _ subject: NaiveSubject, _ conditions: NaiveConditions,
    _ side: CallerSide, _ isAcross: Bool, _ outcome: inout Outcome
  ) {
    var least: Need?
    if let policy {
      for naming in subject.resourcePolicyAllows(policy, conditions, isTrust: isTrust) {
        let need = need(naming, caller, isAcross)
        if least == nil || need.rawValue < (least ?? need).rawValue { least = need }
      }
    }
    // Within one account the identity policies are enough, but for a trust policy.
    if !isAcross, !isTrust, caller.kind != .service {
      let identityWay = missing(.identityAndLimits, side, caller)
      if identityWay.isEmpty || least.map({ missing($0, side, caller).isEmpty }) == true { return }
      // The resource policy need not allow here, so that its silence is no reason.
      outcome.reasons += least.map { missing($0, side, caller) } ?? identityWay
      return
    }
    guard let least else {
      outcome.reasons.append("NO_RESOURCE_POLICY_ALLOW")
      return
    }
    outcome.reasons += missing(least, side, caller)
  }

  // MARK: - Which policies apply (F.1, F.5)

  /// F-2, F-40: the identity's own and its groups'.
  private func identityPolicies(_ caller: NaiveCaller) -> [Policy] {
    guard let identity = caller.identity, caller.kind != .root, caller.kind != .service else { return [] }
    rules.hit(.f2, .f5)
    var policies = policies(of: identity, caller)
    if caller.kind != .role {
      for name in identity.groups {
        for group in account(caller.account)?.groups ?? [] where same(group.name, name) {
          rules.hit(.f40)
          policies += self.policies(of: group, caller)
        }
      }
    }
    return policies
  }

  private func policies(of identity: Identity, _ caller: NaiveCaller) -> [Policy] {
    identity.inline.map(\.policy) + identity.attached.compactMap { managedPolicy($0, of: caller.account) }
  }

  /// F-32, F-33: level by level; none for those to whom they do not apply.
  private func serviceControlPolicies(_ caller: NaiveCaller) -> [[Policy]] {
    guard caller.kind != .service, let levels = attachments(of: caller.account) else { return [] }
    rules.hit(.f33)
    if let management = world.organization?.managementAccount, same(management, caller.account) { return [] }
    if caller.isServiceLinkedRole {
      rules.hit(.f39)
      return []
    }
    rules.hit(.f32)
    var result: [[Policy]] = []
    for level in levels {
      var policies: [Policy] = []
      for name in level.serviceControlPolicies ?? ["FullAWSAccess"] {
        if name == "FullAWSAccess" {
          policies.append(
            Policy(
              version: "2012-10-17",
              statements: [
                Statement(effect: .allow, action: ListElement(entries: ["*"]), resource: ListElement(entries: ["*"]))
              ]))
        }
        for policy in world.serviceControlPolicies where same(policy.name, name) { policies.append(policy.policy) }
      }
      result.append(policies)
    }
    return result
  }

  /// F-34, F-35: of the resource's account, whoever calls.
  private func resourceControlPolicies(_ leg: NaiveLeg, _ caller: NaiveCaller) -> [Policy] {
    if leg.owner.isEmpty { rules.hit(.f35) }
    guard !leg.owner.isEmpty, let levels = attachments(of: leg.owner) else { return [] }
    switch leg.kind {
    case .none:
      rules.hit(.f35)
      return []
    // F-35: an alias is a resource that these actions list, as is the key to be tagged.
    case .alias, .newKey: break
    case .retire: return []
    case .key(let key) where key.isAWSManaged: return []
    case .key, .other: break
    }
    rules.hit(.f34)
    if let management = world.organization?.managementAccount, same(management, leg.owner) { return [] }
    if caller.isServiceLinkedRole { return [] }
    var policies: [Policy] = []
    for level in levels {
      for name in level.resourceControlPolicies {
        for policy in world.resourceControlPolicies where same(policy.name, name) { policies.append(policy.policy) }
      }
    }
    return policies
  }

  /// F-4: by aws:SourceVpce, in the caller's account, else in any; none restricts nothing.
  private func endpointPolicy(_ caller: NaiveCaller) -> Policy? {
    guard caller.kind != .service, case .single(let id)? = given("aws:sourcevpce") else { return nil }
    for endpoint in account(caller.account)?.endpoints ?? [] where same(endpoint.name, id) { return endpoint.policy }
    for account in world.accounts.sorted(by: { $0.id < $1.id }) {
      for endpoint in account.endpoints where same(endpoint.name, id) { return endpoint.policy }
    }
    return nil
  }
}

extension NaiveEvaluator.Outcome {
  mutating func grantScopeFails() { reasons.append("GRANT_SCOPE") }
  mutating func grantConstraintFails() { reasons.append("GRANT_CONSTRAINT") }
  mutating func forgetGrantFailures() { reasons.removeAll { $0 == "GRANT_SCOPE" || $0 == "GRANT_CONSTRAINT" } }
}
