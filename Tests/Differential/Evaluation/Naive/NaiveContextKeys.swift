// Section C: which condition keys a leg has.

extension NaiveEvaluator {
  /// CONTRACTS: keys that the daemon derives are refused in a request.
  func checkContext() throws {
    for entry in question.context {
      let key = lower(entry.key)
      let refused =
        starts(key, "aws:principal") || key == "aws:userid" || key == "aws:username" || starts(key, "aws:resource")
        || [
          "aws:requestedregion", "aws:currenttime", "aws:epochtime", "kms:calleraccount", "kms:keyspec",
          "kms:keyusage", "kms:keyorigin", "kms:multiregion", "kms:multiregionkeytype", "kms:requestalias",
          "kms:resourcealiases", "kms:retiringprincipal", "kms:reencryptonsamekey",
        ].contains(key)
        || starts(key, "kms:encryptioncontext") || (starts(key, "kms:grant") && key != "kms:grantisforawsresource")
      if refused {
        rules.hit(.c12)
        throw NaiveRefusal("derived key")
      }
    }
  }

  /// - Parameter hidesKeyFacts: in key policies, where tags and aliases of the key do not work.
  func context(_ leg: NaiveLeg, _ caller: NaiveCaller) -> (all: NaiveContext, keyPolicy: NaiveContext) {
    var context = NaiveContext()
    attested(leg, &context)
    fromPrincipal(caller, &context)
    context.set("aws:CurrentTime", Clock.text)
    context.set("aws:EpochTime", Clock.seconds)
    if !leg.region.isEmpty { context.set("aws:RequestedRegion", leg.region) }
    if !leg.owner.isEmpty {
      context.set("aws:ResourceAccount", leg.owner)
      if let organization = world.organization, let path = organizationPath(of: leg.owner) {
        context.set("aws:ResourceOrgID", organization.id)
        context.set("aws:ResourceOrgPaths", .set([path]))
      }
    }
    fromRequest(leg, caller, &context)
    var keyPolicy = context
    var key: Key?
    switch leg.kind {
    case .key(let found), .retire(let found, _): key = found
    case .alias:
      rules.hit(.b10)
    case .none:
      rules.hit(.c2)
    case .newKey(let properties):
      // C-4: the properties of the key to be made.
      fromKey(properties, &context)
      keyPolicy = context
    case .other: break
    }
    if let key {
      fromKey(key, &context)
      fromKey(key, &keyPolicy)
      for tag in key.tags { context.set("aws:ResourceTag/" + tag.key, tag.value) }
      var aliases: [String] = []
      for alias in account(leg.owner)?.aliases ?? []
      where same(alias.region, key.region) && alias.target.map({ same($0, key.id) }) == true {
        aliases.append(alias.name)
      }
      if !aliases.isEmpty { context.set("kms:ResourceAliases", .set(aliases)) }
    }
    for override in question.overrides {
      context.set(override.key, override.values)
      keyPolicy.set(override.key, override.values)
    }
    return (context, keyPolicy)
  }

  /// As the sidecar attests, on the operations where C.1 has the key.
  private func attested(_ leg: NaiveLeg, _ context: inout NaiveContext) {
    context.set("aws:SecureTransport", "true")
    context.set("aws:ViaAWSService", "false")
    let isKMS = starts(leg.action, "kms:")
    let name = split(leg.action, ":")[1]
    for entry in question.context {
      let key = lower(entry.key)
      if isKMS {
        if let operations = NaiveOperations.present(key), !contains(operations, name) { continue }
        if key == "kms:viaservice", !NaiveOperations.hasViaService(name) { continue }
      }
      if key == "kms:viaservice" { rules.hit(.f38) }
      context.set(entry.key, entry.values)
    }
  }

  // MARK: - From the principal

  private func fromPrincipal(_ caller: NaiveCaller, _ context: inout NaiveContext) {
    if caller.kind == .service {
      context.set("aws:PrincipalIsAWSService", "true")
      context.set("aws:PrincipalServiceName", caller.arn)
      context.set("aws:PrincipalServiceNamesList", .set([caller.arn]))
      return
    }
    context.set("aws:PrincipalIsAWSService", "false")
    context.set("aws:PrincipalAccount", caller.account)
    if let organization = world.organization, let path = organizationPath(of: caller.account) {
      context.set("aws:PrincipalOrgID", organization.id)
      context.set("aws:PrincipalOrgPaths", .set([path]))
    }
    switch caller.kind {
    case .root:
      rules.hit(.c14)
      context.set("aws:PrincipalType", "Account")
      context.set("aws:PrincipalArn", caller.arn)
      context.set("aws:userid", caller.account)
    case .user:
      context.set("aws:PrincipalType", "User")
      context.set("aws:PrincipalArn", caller.arn)
      context.set("aws:username", caller.identity?.name ?? "")
      if let id = caller.identity?.uniqueID { context.set("aws:userid", id) }
      if given("aws:multifactorauthpresent") == nil { rules.hit(.c18) }
    case .role:
      context.set("aws:PrincipalType", "AssumedRole")
      context.set("aws:PrincipalArn", caller.identityARN)
      if let id = caller.identity?.uniqueID, let session = caller.sessionName {
        context.set("aws:userid", id + ":" + session)
      }
    case .federated:
      context.set("aws:PrincipalType", "FederatedUser")
      context.set("aws:PrincipalArn", caller.arn)
      context.set("aws:userid", caller.account + ":" + (caller.sessionName ?? ""))
    case .service: break
    }
    // C-19: session tags override.
    for tag in caller.identity?.tags ?? [] { context.set("aws:PrincipalTag/" + tag.key, tag.value) }
    if !caller.sessionTags.isEmpty { rules.hit(.c19) }
    for tag in caller.sessionTags { context.set("aws:PrincipalTag/" + tag.key, tag.value) }
  }

  // MARK: - From the key

  private func fromKey(_ key: Key, _ context: inout NaiveContext) {
    let spec = key.spec ?? "SYMMETRIC_DEFAULT"
    let usage = key.usage ?? "ENCRYPT_DECRYPT"
    context.set("kms:KeySpec", spec)
    context.set("kms:CustomerMasterKeySpec", spec)
    context.set("kms:KeyUsage", usage)
    context.set("kms:CustomerMasterKeyUsage", usage)
    context.set("kms:KeyOrigin", key.origin ?? "AWS_KMS")
    context.set("kms:MultiRegion", key.multiRegionType == nil ? "false" : "true")
    if let type = key.multiRegionType { context.set("kms:MultiRegionKeyType", type) }
  }

  // MARK: - From the request

  private func fromRequest(_ leg: NaiveLeg, _ caller: NaiveCaller, _ context: inout NaiveContext) {
    guard starts(leg.action, "kms:") else { return }
    let name = split(leg.action, ":")[1]
    if caller.kind != .service, name != "ListRetirableGrants" { context.set("kms:CallerAccount", caller.account) }
    switch leg.kind {
    case .alias, .none, .newKey, .other: return
    case .retire(_, let grant):
      // C-6
      rules.hit(.c6)
      setEncryptionContext(grant.equals ?? grant.subset ?? [], &context)
      if grant.equals != nil { context.set("kms:GrantConstraintType", "EncryptionContextEquals") }
      if grant.subset != nil { context.set("kms:GrantConstraintType", "EncryptionContextSubset") }
    case .key(let key):
      let isSymmetric = same(key.spec ?? "SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT")
      // C-4: defaults.
      func setDefault(_ key: String, _ value: String) {
        rules.hit(.c4)
        if context.values(lower(key)) == nil { context.set(key, value) }
      }
      if NaiveOperations.present("kms:encryptionalgorithm")?.contains(name) == true {
        if isSymmetric {
          setDefault("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
          setEncryptionContext(leg.encryptionContext, &context)
        }
      } else if name != "CreateGrant" {
        rules.hit(.c3)
      }
      if let isSame = leg.isSameKey { context.set("kms:ReEncryptOnSameKey", isSame ? "true" : "false") }
      if let alias = leg.requestAlias { context.set("kms:RequestAlias", alias) }
      if name == "ScheduleKeyDeletion" { setDefault("kms:ScheduleKeyDeletionPendingWindowInDays", "30") }
      if name == "GetKeyPolicy" || name == "PutKeyPolicy" {
        rules.hit(.b24)
        setDefault("kms:PolicyName", "default")
      }
      if ["CreateGrant", "ListGrants", "RevokeGrant"].contains(name) {
        rules.hit(.f59)
        setDefault("kms:GrantIsForAWSResource", "false")
      }
      if name == "CreateGrant", let draft = question.grant { fromGrant(draft, &context) }
    }
  }

  private func fromGrant(_ draft: GrantDraft, _ context: inout NaiveContext) {
    rules.hit(.c6, .c9)
    setEncryptionContext(draft.equals ?? draft.subset ?? [], &context)
    if draft.equals != nil { context.set("kms:GrantConstraintType", "EncryptionContextEquals") }
    if draft.subset != nil { context.set("kms:GrantConstraintType", "EncryptionContextSubset") }
    if !draft.sourceARN.isEmpty { context.set("kms:GrantConstraintSourceArn", draft.sourceARN) }
    context.set("kms:GrantOperations", .set(draft.operations))
    for (key, value) in [
      ("kms:GranteePrincipal", draft.grantee), ("kms:GranteeServicePrincipal", draft.granteeService),
      ("kms:RetiringPrincipal", draft.retiring), ("kms:RetiringServicePrincipal", draft.retiringService),
    ] where !value.isEmpty { context.set(key, value) }
  }

  private func setEncryptionContext(_ pairs: [Pair], _ context: inout NaiveContext) {
    guard !pairs.isEmpty else { return }
    context.set("kms:EncryptionContextKeys", .set(pairs.map(\.key)))
    for pair in pairs { context.add("kms:EncryptionContext:" + pair.key, pair.value) }
  }
}
