// Operations that ask several questions (B.3): each is a leg of its own, and every leg must be allowed.

import PolicyLanguage

extension KMSPlanner {
  private func action(_ name: BorrowedText) -> UnsafePointer<KMSOperation> { OperationTable.row(ofAction: name) ?? row }

  /// Source and destination are judged each by its own account, with its own encryption context and alias (B-6, B-7).
  func planReEncrypt(_ rows: Run<KMSOperation>) throws(RequestError) -> Plan {
    let from = rows.pointer(at: 0)
    let to = rows.pointer(at: 1)
    let source = try resolve(request.resource, forms: from.pointee.forms)
    let destination = try resolve(request.targetResource, field: "targetResource", forms: to.pointee.forms)
    let isSameKey = source.key != nil && source.key == destination.key
    func isOthers(_ own: ResolvedKey, _ other: ResolvedKey) -> Bool {
      own.key?.pointee.isSymmetricEncryptionKey == true && other.key?.pointee.isSymmetricEncryptionKey == false
    }
    let first = leg(from, on: source) { context in
      context.isReEncryptOnSameKey = isSameKey
      context.requestAlgorithmIsOthers = isOthers(source, destination)
    }
    let second = leg(to, on: destination) { context in
      context.isReEncryptOnSameKey = isSameKey
      context.requestAlgorithmIsOthers = isOthers(destination, source)
      context.encryptionContext = request.targetEncryptionContext
    }
    var legs = ArenaList<PlannedLeg>(in: inquiry.arena, capacity: 2)
    legs.append(first)
    legs.append(second)
    return plan(legs, of: source)
  }

  /// The alias by identity policy, each key by its own policy (B-9).
  func planAliasOperation() throws(RequestError) -> Plan {
    let alias = try resolve(request.resource, forms: .aliases)
    let name = alias.alias ?? ""
    guard !name.hasPrefix("alias/aws/") else {
      throw RequestError(.invalidArgument, "`resource` is `\(request.resource)`; aliases of `alias/aws/` are AWS's own")
    }
    var legs = ArenaList<PlannedLeg>(in: inquiry.arena)
    legs.append(aliasLeg(alias, name: name))
    // The alias name by which the request names the key means nothing here (C.1).
    if row.pointee.operation != "CreateAlias" { legs.append(leg(row, on: alias) { $0.requestAlias = nil }) }
    if row.pointee.operation == "DeleteAlias" {
      guard request.targetResource.isEmpty else {
        throw RequestError(.invalidArgument, "`targetResource` is given, but DeleteAlias takes none")
      }
      return plan(legs, of: alias)
    }
    let target = try resolve(request.targetResource, field: "targetResource", forms: .idAndARN)
    legs.append(leg(row, on: target) { $0.requestAlias = nil })
    return plan(legs, of: target)
  }

  /// An alias has no policy of its own, and keys that describe a key do not work in statements about it (B-10).
  private func aliasLeg(_ alias: ResolvedKey, name: BorrowedText) -> PlannedLeg {
    let arn = ARNName(
      partition: alias.partition, service: "kms", region: alias.region,
      account: alias.accountID, resource: name, in: inquiry.arena)
    var leg = PlannedLeg(action: row.pointee.action, region: alias.region)
    leg.setResource(arn)
    leg.ownerAccount = alias.accountID
    leg.facts = ResourceFacts(account: alias.accountID, organization: alias.account?.pointee.organization)
    leg.obeysResourceControlPolicies = true
    leg.service = .kms(inquiry.arena.store(context(row)))
    if row.pointee.operation != "CreateAlias", alias.key == nil { leg.failure = .keyNotFound }
    return leg
  }

  /// The new key's properties are those of the defaults, since the request has no field for others (C-4).
  func planCreateKey() throws(RequestError) -> Plan {
    let properties = inquiry.arena.store(KeyProperties.ofNewKey)
    var creation = leg(withoutKey: row, in: region, properties: properties)
    let resolved = try keyBesideOperation(&creation)
    var legs = ArenaList<PlannedLeg>(in: inquiry.arena)
    legs.append(creation)
    if hasTags { legs.append(tagLeg(keyID: "*", in: region, properties: properties)) }
    return Plan(legs: legs.run, resource: resolved?.resourceText ?? "", region: region)
  }

  /// The primary key by its policy; the replica as a new key, in its own Region (B-19).
  func planReplicateKey() throws(RequestError) -> Plan {
    let primary = try resolve(request.resource, forms: row.pointee.forms)
    var replicated = primary.key?.pointee.properties.pointee ?? .ofNewKey
    replicated.isMultiRegion = true
    replicated.multiRegionKeyType = "REPLICA"
    let replica = inquiry.arena.store(replicated)
    let replicaRegion = inquiry.attested.pointee.singleValue(of: "kms:replicaregion") ?? ""
    var legs = ArenaList<PlannedLeg>(in: inquiry.arena)
    legs.append(leg(row, on: primary))
    legs.append(leg(withoutKey: action("CreateKey"), in: replicaRegion, properties: replica))
    if hasTags {
      legs.append(tagLeg(keyID: primary.key?.pointee.id ?? "*", in: replicaRegion, properties: replica))
    }
    return plan(legs, of: primary)
  }

  /// The permission on both keys: today's primary, and the replica that kms:PrimaryRegion names (B-20).
  func planUpdatePrimaryRegion() throws(RequestError) -> Plan {
    let primary = try resolve(request.resource, forms: row.pointee.forms)
    var legs = ArenaList<PlannedLeg>(in: inquiry.arena)
    legs.append(leg(row, on: primary))
    if let newRegion = inquiry.attested.pointee.singleValue(of: "kms:primaryregion") {
      let arn = primary.key.map { key in
        ARNName(
          partition: key.pointee.arn.partition, service: "kms", region: newRegion,
          account: key.pointee.account.pointee.id, resource: key.pointee.arn.resource, in: inquiry.arena)
      }
      let replica = ResolvedKey(
        text: arn?.text ?? primary.text, alias: primary.alias, partition: primary.partition,
        accountID: primary.accountID, account: primary.account, region: newRegion,
        key: arn.flatMap { inquiry.tables.pointee.keys.key($0) })
      legs.append(leg(row, on: replica))
    } else if !CrossAccountRule.isCrossAccount(caller, owner: primary.accountID) {
      throw RequestError(
        .invalidArgument, "`context` lacks `kms:PrimaryRegion`; UpdatePrimaryRegion asks for the replica there too")
    }
    return plan(legs, of: primary)
  }

  /// Tag keys in the request: the new key is tagged too (B-22).
  private var hasTags: Bool {
    if inquiry.attested.pointee.hasKey(withPrefix: "aws:requesttag/") { return true }
    return switch inquiry.attested.pointee.values(of: "aws:tagkeys") {
    case .single: true
    case .set(let keys): !keys.isEmpty
    default: false
    }
  }

  /// kms:TagResource on a key that is being made: it has no policy yet, so that identity policies decide.
  private func tagLeg(
    keyID: BorrowedText, in region: BorrowedText, properties: UnsafePointer<KeyProperties>
  ) -> PlannedLeg {
    let row = action("TagResource")
    var leg = leg(withoutKey: row, in: region, properties: properties)
    guard caller.kind != .service else { return leg }
    let arn = ARNName(
      partition: caller.partition, service: "kms", region: region, account: caller.accountID,
      resource: inquiry.arena.join("key/", keyID), in: inquiry.arena)
    leg.setResource(arn)
    leg.ownerAccount = caller.accountID
    leg.facts = ResourceFacts(account: caller.accountID, organization: caller.account?.pointee.organization)
    leg.obeysResourceControlPolicies = true
    return leg
  }
}
