// Section B: which questions a request asks. One leg is one action on one resource.

struct NaiveLeg {
  enum Kind {
    /// A key with its policy and grants.
    case key(Key)
    /// An alias: no policy of its own (B-9).
    case alias
    /// No resource at all (B-11).
    case none
    /// A key to be made, of which only the properties are known: CreateKey, and TagResource with it.
    case newKey(Key)
    /// B-13.
    case retire(Key, Grant)
    /// Another service's resource.
    case other(Policy?, isTrust: Bool)
  }
  var kind: Kind
  /// `kms:Decrypt`
  var action: String
  var resource: String?
  /// Empty without a resource.
  var owner = ""
  var region = ""
  var encryptionContext: [Pair] = []
  /// B.5: the alias by which the key was named.
  var requestAlias: String?
  var isSameKey: Bool?
  /// Of a key that the request names although the operation has none.
  var namedAccount = ""
}

enum NaiveStep {
  case leg(NaiveLeg)
  case keyNotFound
  case grantNotFound
}

struct NaivePlan {
  var steps: [NaiveStep]
  var keyARN = ""
}

extension NaiveEvaluator {
  func plan(_ caller: NaiveCaller) throws -> NaivePlan {
    let words = split(question.operation, ":")
    guard words.count == 2, !words[0].isEmpty, !words[1].isEmpty, !question.operation.contains("*") else {
      throw NaiveRefusal("operation")
    }
    // B-16: at most ten tokens; F-55: they are ignored otherwise.
    rules.hit(.b16)
    if question.grantTokens.count > 10 { throw NaiveRefusal("grant tokens") }
    if !question.grantTokens.isEmpty { rules.hit(.f55) }
    return words[0] == "kms" ? try planKMS(words[1], caller) : try planOther(words[0], words[1], caller)
  }

  private func planKMS(_ name: String, _ caller: NaiveCaller) throws -> NaivePlan {
    switch name {
    case "ReEncrypt": return try planReEncrypt(caller)
    case "CreateAlias", "UpdateAlias", "DeleteAlias": return try planAlias(name, caller)
    case "ReplicateKey": return try planReplicate(caller)
    case "UpdatePrimaryRegion": return try planUpdatePrimary(caller)
    case "RetireGrant": return try planRetire(caller)
    default: break
    }
    if contains(NaiveOperations.keyless, name) { return try planKeyless(name, caller) }
    let takesAlias = contains(NaiveOperations.anyFour, name)
    guard takesAlias || contains(NaiveOperations.idOrARN, name) else { throw NaiveRefusal("operation") }
    if name == "RevokeGrant", question.grantID.isEmpty { throw NaiveRefusal("grantId") }
    let found = try findKey(question.resource, caller, takesAlias: takesAlias)
    guard let found else { return NaivePlan(steps: [.keyNotFound]) }
    if name == "CreateGrant" { try checkGrantDraft(found.key) }
    if name == "RevokeGrant", !found.key.grants.contains(where: { same($0.id, question.grantID) }) {
      return NaivePlan(steps: [.grantNotFound], keyARN: found.arn)
    }
    var leg = found.leg(name)
    leg.encryptionContext = question.encryptionContext
    return NaivePlan(steps: [.leg(leg)], keyARN: found.arn)
  }

  // MARK: - Keys (B.5)

  struct FoundKey {
    var key: Key
    var account: String
    var arn: String
    var region: String
    var alias: String?

    func leg(_ name: String) -> NaiveLeg {
      NaiveLeg(
        kind: .key(key), action: "kms:" + name, resource: arn, owner: account, region: region, requestAlias: alias)
    }
  }

  /// Where an identifier points to, before anything is looked up.
  struct Place {
    var partition: String
    var region: String
    var account: String
    /// `key/ID` or `alias/NAME`
    var rest: String
  }

  /// Nil when there is no such key.
  func findKey(_ text: String, _ caller: NaiveCaller, takesAlias: Bool) throws -> FoundKey? {
    let place = try findPlace(text, caller)
    if starts(place.rest, "alias/") {
      // B-30
      if !takesAlias {
        rules.hit(.b30)
        throw NaiveRefusal("alias")
      }
      guard var found = aliasTarget(place) else { return nil }
      found.alias = place.rest
      rules.hit(.b34)
      return found
    }
    return key(String(place.rest.dropFirst("key/".count)), place)
  }

  func findPlace(_ text: String, _ caller: NaiveCaller) throws -> Place {
    rules.hit(.b28)
    if text.isEmpty || text.utf8.count > 2048 { throw NaiveRefusal("resource") }
    var place: Place
    if starts(text, "arn:") {
      guard let parts = partsOfARN(text), parts[2] == "kms", !parts[1].isEmpty, !parts[3].isEmpty, isAccountID(parts[4])
      else { throw NaiveRefusal("resource") }
      // B-31
      if !question.region.isEmpty, !same(question.region, parts[3]) {
        rules.hit(.b31)
        throw NaiveRefusal("region")
      }
      place = Place(partition: parts[1], region: parts[3], account: parts[4], rest: parts[5])
    } else {
      // A-36, B-29: the caller's own account, the request's Region.
      rules.hit(.a36, .b29)
      let region = requestRegion
      if region.isEmpty || caller.kind == .service { throw NaiveRefusal("region") }
      place = Place(
        partition: caller.partition, region: region, account: caller.account,
        rest: starts(text, "alias/") ? text : "key/" + text)
    }
    let isWellFormed: Bool
    if starts(place.rest, "key/") {
      let id = place.rest.dropFirst("key/".count)
      isWellFormed =
        (1...256).contains(id.utf8.count)
        && id.unicodeScalars.allSatisfy {
          $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-")
        }
    } else if starts(place.rest, "alias/") {
      let name = place.rest.dropFirst("alias/".count)
      isWellFormed =
        !name.isEmpty
        && name.unicodeScalars.allSatisfy {
          $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "/_-".unicodeScalars.contains($0))
        }
    } else {
      isWellFormed = false
    }
    guard isWellFormed else { throw NaiveRefusal("resource") }
    return place
  }

  /// B-31: no call reaches two Regions.
  private func refuseTwoRegions() throws {
    if let left = partsOfARN(question.resource), let right = partsOfARN(question.target), !same(left[3], right[3]) {
      rules.hit(.b31)
      throw NaiveRefusal("two Regions")
    }
  }

  /// As given, else that of an ARN in the request.
  private var requestRegion: String {
    if !question.region.isEmpty { return question.region }
    for text in [question.resource, question.target] {
      if let parts = partsOfARN(text), !parts[3].isEmpty { return parts[3] }
    }
    return ""
  }

  private func key(_ id: String, _ place: Place) -> FoundKey? {
    guard let account = account(place.account), same(account.partition ?? "aws", place.partition) else { return nil }
    for key in account.keys where same(key.region, place.region) && same(key.id, id) {
      return FoundKey(
        key: key, account: account.id,
        arn: "arn:\(place.partition):kms:\(key.region):\(account.id):key/\(key.id)", region: key.region)
    }
    return nil
  }

  /// B-33: the target lives in the alias's account and Region.
  private func aliasTarget(_ place: Place) -> FoundKey? {
    rules.hit(.b33)
    guard let account = account(place.account), same(account.partition ?? "aws", place.partition) else { return nil }
    for alias in account.aliases where same(alias.region, place.region) && same(alias.name, place.rest) {
      guard let target = alias.target else { return nil }
      return key(target, place)
    }
    return nil
  }

  // MARK: - Operations with several legs or none

  /// B-6, B-7.
  private func planReEncrypt(_ caller: NaiveCaller) throws -> NaivePlan {
    rules.hit(.b6, .b7)
    try refuseTwoRegions()
    let source = try findKey(question.resource, caller, takesAlias: true)
    let destination = try findKey(question.target, caller, takesAlias: true)
    let isSame = source != nil && destination != nil && same(source?.arn ?? "", destination?.arn ?? "")
    var steps: [NaiveStep] = []
    for (found, name, context) in [
      (source, "ReEncryptFrom", question.encryptionContext),
      (destination, "ReEncryptTo", question.targetEncryptionContext),
    ] {
      guard let found else {
        steps.append(.keyNotFound)
        continue
      }
      var leg = found.leg(name)
      leg.encryptionContext = context
      leg.isSameKey = isSame
      steps.append(.leg(leg))
    }
    return NaivePlan(steps: steps, keyARN: source?.arn ?? "")
  }

  /// B-9: alias and key; UpdateAlias: alias, current key and new key.
  private func planAlias(_ name: String, _ caller: NaiveCaller) throws -> NaivePlan {
    rules.hit(.b9)
    if !starts(question.resource, "alias/"), !starts(question.resource, "arn:") { throw NaiveRefusal("alias") }
    try refuseTwoRegions()
    let place = try findPlace(question.resource, caller)
    // B-33: reserved names.
    if !starts(place.rest, "alias/") || starts(place.rest, "alias/aws/") { throw NaiveRefusal("alias") }
    var steps: [NaiveStep] = []
    let alias = NaiveLeg(
      kind: .alias, action: "kms:" + name,
      resource: "arn:\(place.partition):kms:\(place.region):\(place.account):\(place.rest)", owner: place.account,
      region: place.region)
    steps.append(.leg(alias))
    var keyARN = ""
    if name != "CreateAlias" {
      if let current = aliasTarget(place) {
        steps.append(.leg(current.leg(name)))
        keyARN = current.arn
      } else {
        steps.append(.keyNotFound)
      }
    }
    if name != "DeleteAlias" {
      if let new = try findKey(question.target, caller, takesAlias: false) {
        steps.append(.leg(new.leg(name)))
        keyARN = new.arn
      } else {
        steps.append(.keyNotFound)
        keyARN = ""
      }
    }
    return NaivePlan(steps: steps, keyARN: keyARN)
  }

  /// B-19.
  private func planReplicate(_ caller: NaiveCaller) throws -> NaivePlan {
    rules.hit(.b19)
    let found = try findKey(question.resource, caller, takesAlias: false)
    // Without one the Region of the leg is not known.
    var region = ""
    if case .single(let given)? = given("kms:replicaregion") { region = given }
    guard let found else { return NaivePlan(steps: [.keyNotFound]) }
    var steps: [NaiveStep] = [.leg(found.leg("ReplicateKey"))]
    var replica = found.key
    replica.multiRegionType = "REPLICA"
    steps.append(.leg(NaiveLeg(kind: .newKey(replica), action: "kms:CreateKey", resource: nil, region: region)))
    if hasTags { steps.append(.leg(tagLeg(replica, found.key.id, region, caller))) }
    return NaivePlan(steps: steps, keyARN: found.arn)
  }

  /// B-20: also on the replica that becomes primary.
  private func planUpdatePrimary(_ caller: NaiveCaller) throws -> NaivePlan {
    rules.hit(.b20)
    let found = try findKey(question.resource, caller, takesAlias: false)
    guard case .single(let region)? = given("kms:primaryregion") else {
      // The other key is not known; across accounts it does not matter (B-3).
      if let place = try? findPlace(question.resource, caller), caller.kind != .service,
        !same(place.account, caller.account)
      {
        return NaivePlan(
          steps: [found.map { .leg($0.leg("UpdatePrimaryRegion")) } ?? .keyNotFound], keyARN: found?.arn ?? "")
      }
      throw NaiveRefusal("kms:PrimaryRegion")
    }
    guard let found else { return NaivePlan(steps: [.keyNotFound]) }
    var steps: [NaiveStep] = [.leg(found.leg("UpdatePrimaryRegion"))]
    let parts = split(found.arn, ":")
    let place = Place(partition: parts[1], region: region, account: found.account, rest: "")
    if let replica = key(found.key.id, place) {
      steps.append(.leg(replica.leg("UpdatePrimaryRegion")))
    } else {
      steps.append(.keyNotFound)
    }
    return NaivePlan(steps: steps, keyARN: found.arn)
  }

  /// B-13, B-14: by key ARN and grant id.
  private func planRetire(_ caller: NaiveCaller) throws -> NaivePlan {
    rules.hit(.b14)
    if question.grantID.isEmpty { throw NaiveRefusal("grantId") }
    if !starts(question.resource, "arn:") { throw NaiveRefusal("key ARN") }
    guard let found = try findKey(question.resource, caller, takesAlias: false) else {
      return NaivePlan(steps: [.keyNotFound])
    }
    for grant in found.key.grants where same(grant.id, question.grantID) {
      var leg = found.leg("RetireGrant")
      leg.kind = .retire(found.key, grant)
      return NaivePlan(steps: [.leg(leg)], keyARN: found.arn)
    }
    return NaivePlan(steps: [.grantNotFound], keyARN: found.arn)
  }

  /// B-11, B-12, B-22.
  private func planKeyless(_ name: String, _ caller: NaiveCaller) throws -> NaivePlan {
    rules.hit(.b11, .b12)
    // A key named beside such an operation only shows whose account is meant.
    var owner = ""
    var missing = false
    if !question.resource.isEmpty {
      owner = try findPlace(question.resource, caller).account
      missing =
        try findKey(question.resource, caller, takesAlias: name != "ListAliases") == nil && name == "ListAliases"
    }
    if name == "ListRetirableGrants" {
      // Of the caller's account.
      let retiring = question.grant?.retiring ?? ""
      guard let parts = partsOfARN(retiring), same(parts[4], caller.account), !caller.account.isEmpty else {
        throw NaiveRefusal("retiringPrincipal")
      }
    }
    if missing { return NaivePlan(steps: [.keyNotFound]) }
    let region = requestRegion
    let new = Key(region: region, id: "", policy: Policy(version: nil, statements: []))
    var steps: [NaiveStep] = [
      .leg(
        NaiveLeg(
          kind: name == "CreateKey" ? .newKey(new) : .none, action: "kms:" + name, resource: nil,
          region: region, namedAccount: owner))
    ]
    if name == "CreateKey", hasTags {
      rules.hit(.b22)
      steps.append(.leg(tagLeg(new, "*", region, caller)))
    }
    return NaivePlan(steps: steps)
  }

  /// kms:TagResource is on a key, here on one of the caller's account that does not yet exist. A service has no account.
  private func tagLeg(_ properties: Key, _ id: String, _ region: String, _ caller: NaiveCaller) -> NaiveLeg {
    var leg = NaiveLeg(kind: .newKey(properties), action: "kms:TagResource", resource: nil, region: region)
    if caller.kind != .service {
      leg.resource = "arn:\(caller.partition):kms:\(region):\(caller.account):key/\(id)"
      leg.owner = caller.account
    }
    return leg
  }

  private var hasTags: Bool {
    for entry in question.context {
      if starts(lower(entry.key), "aws:requesttag/") { return true }
      if same(lower(entry.key), "aws:tagkeys") {
        if case .set(let list) = entry.values, list.isEmpty { continue }
        return true
      }
    }
    return false
  }

  func given(_ lowerKey: String) -> Question.Values? {
    for entry in question.context where same(lower(entry.key), lowerKey) { return entry.values }
    return nil
  }

  // MARK: - Other services

  private func planOther(_ service: String, _ name: String, _ caller: NaiveCaller) throws -> NaivePlan {
    rules.hit(.otherService)
    if question.resource.isEmpty {
      return NaivePlan(steps: [
        .leg(NaiveLeg(kind: .none, action: question.operation, resource: nil, region: question.region))
      ])
    }
    guard let parts = partsOfARN(question.resource), parts[0] == "arn" else { throw NaiveRefusal("resource") }
    if !question.region.isEmpty, !parts[3].isEmpty, !same(question.region, parts[3]) { throw NaiveRefusal("region") }
    let region = parts[3].isEmpty ? question.region : parts[3]
    // The longest Arn that covers it, else the account in the ARN.
    var best: OtherResource?
    var owner = ""
    for account in world.accounts {
      for resource in account.resources {
        let covers =
          same(question.resource, resource.arn) || starts(question.resource, resource.arn + "/")
          || starts(question.resource, resource.arn + ":")
        if covers, resource.arn.utf8.count > (best?.arn.utf8.count ?? -1) {
          best = resource
          owner = account.id
        }
      }
    }
    if best == nil {
      owner = parts[4]
      if !isAccountID(owner) { throw NaiveRefusal("owner") }
    }
    var policy = best?.policy
    let isAssumeRole = service == "sts" && name == "AssumeRole"
    if isAssumeRole {
      rules.hit(.assumeRole)
      policy = nil
      guard parts[2] == "iam", starts(parts[5], "role/") else { throw NaiveRefusal("role") }
      for role in account(parts[4])?.roles ?? [] where same("role" + role.path + role.name, parts[5]) {
        policy = role.trust
      }
    }
    return NaivePlan(steps: [
      .leg(
        NaiveLeg(
          kind: .other(policy, isTrust: isAssumeRole), action: question.operation, resource: question.resource,
          owner: owner, region: region))
    ])
  }

  // MARK: - CreateGrant's parameters (F-45, F-49, F-50, F-51)

  private func checkGrantDraft(_ key: Key) throws {
    guard let draft = question.grant else { throw NaiveRefusal("grant") }
    rules.hit(.f45, .f49)
    if draft.grantee.isEmpty == draft.granteeService.isEmpty { throw NaiveRefusal("grantee") }
    // By ARN only: a unique id stands in grants whose principal is gone (F-48).
    for principal in [draft.grantee, draft.retiring] where !principal.isEmpty && !starts(principal, "arn:") {
      throw NaiveRefusal("principal of a grant")
    }
    if !draft.retiring.isEmpty, !draft.retiringService.isEmpty { throw NaiveRefusal("retiring principal") }
    if !draft.granteeService.isEmpty {
      if draft.sourceARN.isEmpty || (draft.retiring.isEmpty && draft.retiringService.isEmpty) {
        throw NaiveRefusal("grant to a service")
      }
    }
    if draft.operations.isEmpty { throw NaiveRefusal("operations") }
    for operation in draft.operations where !contains(NaiveOperations.grantable, operation) {
      throw NaiveRefusal("operation")
    }
    if draft.equals != nil, draft.subset != nil { throw NaiveRefusal("constraints") }
    rules.hit(.b38)
    let isSymmetric = same(key.spec ?? "SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT")
    let usage = key.usage ?? "ENCRYPT_DECRYPT"
    for operation in draft.operations
    where !contains(NaiveOperations.grantable(usage: usage, isSymmetric: isSymmetric), operation) {
      throw NaiveRefusal("operation of another kind of key")
    }
    if !isSymmetric, draft.equals != nil || draft.subset != nil { throw NaiveRefusal("constraint on the context") }
  }
}
