// Random worlds, in which requests have a fair chance to be allowed: broad allows are common, denials narrow.

struct WorldGenerator {
  var dice: Dice

  mutating func world() -> World {
    var world = World()
    world.awsManagedPolicies = [NamedPolicy(name: "Managed", policy: identityPolicy())]
    for account in Names.accounts { world.accounts.append(self.account(account)) }
    if dice.chance(60) {
      world.serviceControlPolicies = ["Scp1", "Scp2"].map { NamedPolicy(name: $0, policy: controlPolicy()) }
      world.resourceControlPolicies = ["Rcp1", "Rcp2"].map { NamedPolicy(name: $0, policy: resourceControlPolicy()) }
      world.organization = organization()
    }
    return world
  }

  // MARK: - Organization

  private mutating func attachments() -> Attachments {
    var attached = Attachments()
    attached.serviceControlPolicies = dice.weighted([
      (16, nil), (4, ["FullAWSAccess"]), (2, ["FullAWSAccess", "Scp1"]), (2, ["Scp2"]), (1, ["Scp1", "Scp2"]),
      (1, dice.chance(30) ? [] : nil),
    ])
    attached.resourceControlPolicies = dice.weighted([(6, []), (1, ["Rcp1"]), (1, ["Rcp1", "Rcp2"])])
    return attached
  }

  private mutating func organization() -> Organization {
    var root = Unit(id: "r-root", attached: attachments())
    var one = Unit(id: "ou-one", attached: attachments())
    var two = Unit(id: "ou-two", attached: attachments())
    var members: [String] = []
    for account in Names.accounts + [Names.folderless] {
      let member = Member(account: account, attached: attachments())
      switch dice.below(5) {
      case 0: continue
      case 1: root.members.append(member)
      case 2: two.members.append(member)
      default: one.members.append(member)
      }
      members.append(account)
    }
    one.units = [two]
    root.units = [one]
    return Organization(
      id: "o-org", managementAccount: members.isEmpty || dice.chance(50) ? nil : dice.pick(members), root: root)
  }

  // MARK: - Accounts

  private mutating func account(_ id: String) -> Account {
    var account = Account(id: id)
    if id == Names.accounts[2], dice.chance(12) { account.partition = "aws-cn" }
    if dice.chance(75) { account.enabledRegions = ["af-south-1"] }
    let partition = account.partition ?? "aws"
    account.policies = ["P1", "P2"].map { NamedPolicy(name: $0, policy: identityPolicy()) }
    let managed =
      ["arn:\(partition):iam::aws:policy/Managed"] + ["P1", "P2"].map { "arn:\(partition):iam::\(id):policy/\($0)" }
    account.groups = Names.groups.map { name in
      var group = Identity(name: name)
      if dice.chance(50) { group.inline = [NamedPolicy(name: "g", policy: identityPolicy())] }
      if dice.chance(25) { group.attached = [dice.pick(managed)] }
      return group
    }
    account.users = Names.users.map { name, path in
      var user = identity(name, path, "AIDA", id, managed)
      if dice.chance(50) { user.groups = dice.some(Names.groups, 1...2) }
      return user
    }
    account.roles = Names.roles.map { name, path in
      var role = identity(name, path, "AROA", id, managed)
      if dice.chance(70) {
        role.trust = resourcePolicy(actions: ["sts:AssumeRole", "sts:*", "sts:Assume*"], hasResource: false)
      }
      return role
    }
    account.keys = keys(id)
    for region in ["us-west-2", "af-south-1"] {
      for name in dice.some(Names.aliases, 0...3) {
        account.aliases.append(
          Alias(region: region, name: name, target: dice.chance(90) ? dice.pick(Names.keyIDs) : nil))
      }
    }
    account.endpoints = dice.some(Names.endpoints, 0...2).map { name in
      NamedPolicy(name: name, policy: endpointPolicy())
    }
    if id == Names.accounts[0] || id == Names.accounts[1] && dice.chance(30) {
      for (place, arn) in Names.buckets.enumerated() {
        guard dice.chance(70), id == Names.accounts[0] || arn.contains(":::") else { continue }
        guard id == Names.accounts[0] || place == 1 else { continue }
        if id == Names.accounts[0], place == 1 { continue }
        account.resources.append(
          OtherResource(
            folder: "r\(place)", arn: arn,
            policy: dice.chance(80)
              ? resourcePolicy(actions: ["s3:*", "s3:GetObject", "sqs:*", "*"], hasResource: true) : nil))
      }
    }
    return account
  }

  private mutating func identity(
    _ name: String, _ path: String, _ kind: String, _ account: String, _ managed: [String]
  ) -> Identity {
    var identity = Identity(name: name, path: path)
    if dice.chance(80) { identity.uniqueID = Names.uniqueID(kind, account, name) }
    for key in dice.some(Names.tagKeys, 0...2) {
      identity.tags.append(Pair(key: key, value: dice.pick(Names.tagValues)))
    }
    if dice.chance(80) { identity.inline.append(NamedPolicy(name: "a", policy: identityPolicy())) }
    if dice.chance(20) { identity.inline.append(NamedPolicy(name: "b", policy: identityPolicy())) }
    if dice.chance(30) { identity.attached = dice.some(managed, 1...2) }
    if dice.chance(20) { identity.boundary = dice.pick(managed) }
    return identity
  }

  // MARK: - Keys

  private mutating func keys(_ account: String) -> [Key] {
    var keys: [Key] = []
    for id in Names.keyIDs {
      let regions = id == "mrk-1" ? ["us-west-2", "af-south-1"] : [dice.pick(Names.regions)]
      guard dice.chance(80) else { continue }
      for (place, region) in regions.enumerated() where place == 0 || dice.chance(80) {
        var key = Key(region: region, id: id, policy: keyPolicy(account))
        if id == "mrk-1" { key.multiRegionType = place == 0 ? "PRIMARY" : "REPLICA" }
        if dice.chance(20) {
          let kind = dice.pick([
            ("RSA_2048", "ENCRYPT_DECRYPT"), ("RSA_2048", "SIGN_VERIFY"), ("HMAC_256", "GENERATE_VERIFY_MAC"),
            ("ECC_NIST_P256", "KEY_AGREEMENT"), ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE"),
          ])
          key.spec = kind.0
          key.usage = kind.1
        }
        if dice.chance(15) { key.origin = "EXTERNAL" }
        key.isAWSManaged = dice.chance(5)
        for tag in dice.some(Names.tagKeys, 0...2) {
          key.tags.append(Pair(key: tag, value: dice.pick(Names.tagValues)))
        }
        let isSymmetric = key.spec == nil
        for number in 0..<dice.weighted([(3, 0), (3, 1), (2, 2), (1, 4)]) {
          key.grants.append(grant("g\(number)", account, isSymmetric: isSymmetric))
        }
        keys.append(key)
      }
    }
    return keys
  }

  private mutating func grant(_ id: String, _ account: String, isSymmetric: Bool) -> Grant {
    var grant = Grant(id: id, operations: [])
    if dice.chance(8) {
      grant.granteeService = dice.pick(Names.services)
      grant.sourceARN = dice.pick(Names.sourceARNs)
      if dice.chance(50) { grant.retiring = party() } else { grant.retiringService = dice.pick(Names.services) }
    } else {
      grant.grantee = dice.chance(6) ? dice.pick(Names.services) : party()
      if dice.chance(40) { grant.retiring = party() }
      if dice.chance(15) { grant.sourceARN = dice.pick(Names.sourceARNs) }
    }
    if dice.chance(70) { grant.issuingAccount = dice.chance(70) ? account : dice.pick(Names.accounts) }
    grant.operations = dice.some(
      dice.chance(50)
        ? ["Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo", "CreateGrant", "RetireGrant", "DescribeKey"]
        : NaiveOperations.grantable, 1...5)
    if isSymmetric {
      if dice.chance(20) {
        grant.equals = encryptionContext(1...2)
      } else if dice.chance(20) {
        grant.subset = encryptionContext(1...2)
      }
    }
    return grant
  }

  /// Keys that differ in case only are left to requests.
  mutating func encryptionContext(_ range: ClosedRange<Int>) -> [Pair] {
    dice.some(["App", "Stage"], range).map { Pair(key: $0, value: dice.pick(Names.contextValues)) }
  }

  /// Somebody whom a grant can name.
  mutating func party() -> String {
    let account = dice.pick(Names.accounts)
    switch dice.below(9) {
    case 0: return "arn:aws:iam::\(account):root"
    case 1, 2: return Names.userARN(account, dice.pick(Names.users))
    case 3, 4, 5: return Names.roleARN(account, dice.pick(Names.roles))
    case 6: return Names.sessionARN(account, dice.pick(Names.roles), dice.pick(Names.sessions))
    case 7: return "arn:aws:sts::\(account):federated-user/Fed"
    default: return Names.uniqueID("AROA", account, "Worker")
    }
  }
}
