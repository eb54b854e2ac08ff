// Random requests to a world: mostly by somebody who exists, for a key that exists.

extension WorldGenerator {
  mutating func question(_ world: World) -> Question {
    var question = Question()
    let caller = dice.weighted([(4, 0), (5, 1), (2, 2)])
    let account = world.accounts[caller]
    setPrincipal(account, &question)
    // The owner: the caller's own account as often as another.
    let owner = dice.chance(45) ? account : dice.pick(world.accounts)
    switch dice.below(100) {
    case 0..<58: keyOperation(owner, &question)
    case 58..<68: reEncrypt(owner, dice.chance(40) ? owner : dice.pick(world.accounts), &question)
    case 68..<73: aliasOperation(owner, &question)
    case 73..<81: createGrant(owner, &question)
    case 81..<85: grantOperation(owner, &question)
    case 85..<88: multiRegionOperation(owner, &question)
    case 88..<93: keylessOperation(owner, &question)
    default: otherService(world, &question)
    }
    setContext(&question)
    if dice.chance(8) { setOverrides(&question) }
    if dice.chance(4) { question.grantTokens = Array(repeating: "t", count: dice.chance(10) ? 11 : 2) }
    return question
  }

  // MARK: - Principal

  private mutating func setPrincipal(_ account: Account, _ question: inout Question) {
    let partition = account.partition ?? "aws"
    func inPartition(_ arn: String) -> String { "arn:" + partition + arn.dropFirst("arn:aws".count) }
    switch dice.below(100) {
    case 0..<6: question.principal = inPartition("arn:aws:iam::\(account.id):root")
    case 6..<30: question.principal = inPartition(Names.userARN(account.id, dice.pick(Names.users)))
    case 30..<50:
      question.principal = inPartition(Names.roleARN(account.id, dice.pick(Names.roles)))
      setSession(account, &question)
    case 50..<80:
      question.principal = inPartition(
        Names.sessionARN(account.id, dice.pick(Names.roles), dice.pick(Names.sessions)))
      setSession(account, &question)
    case 80..<88:
      question.principal = inPartition("arn:aws:sts::\(account.id):federated-user/Fed")
      setSession(account, &question)
      var session = question.session ?? Question.Session()
      session.federatedBy = inPartition(Names.userARN(account.id, dice.pick(Names.users)))
      if dice.chance(60), session.policies.isEmpty {
        session.policies = [
          Policy(
            version: nil,
            statements: [
              Statement(effect: .allow, action: ListElement(entries: ["*"]), resource: ListElement(entries: ["*"]))
            ])
        ]
      }
      if dice.chance(5) { session.federatedBy = "arn:aws:iam::\(account.id):user/Nobody" }
      question.session = session
    case 88..<95: question.principal = dice.pick(Names.services)
    default:
      question.principal = dice.pick([
        "arn:aws:iam::\(account.id):user/Nobody", "arn:aws:iam::\(account.id):role/Deep", "Ann", "",
        "arn:aws:iam::\(Names.folderless):root", "arn:aws:iam::\(Names.folderless):role/Worker",
        "arn:aws-cn:iam::\(account.id):role/Worker", "arn:aws:sts::\(account.id):assumed-role/Nobody/s1",
        "arn:aws:iam::\(account.id):group/G1", "arn:aws:sts::\(account.id):federated-user/Fed",
      ])
    }
  }

  private mutating func setSession(_ account: Account, _ question: inout Question) {
    guard dice.chance(25) else { return }
    var session = Question.Session()
    if dice.chance(50) { session.policies.append(identityPolicy()) }
    if dice.chance(15) { session.policies.append(identityPolicy()) }
    if dice.chance(20) {
      session.policyARNs = [
        dice.pick([
          "arn:\(account.partition ?? "aws"):iam::aws:policy/Managed",
          "arn:\(account.partition ?? "aws"):iam::\(account.id):policy/P1",
          "arn:\(account.partition ?? "aws"):iam::\(account.id):policy/\(dice.chance(20) ? "Missing" : "P2")",
        ])
      ]
    }
    if dice.chance(40) { session.tags = [Pair(key: dice.pick(["team", "TEAM"]), value: dice.pick(Names.tagValues))] }
    if dice.chance(2) { session.brokenPolicy = "{\"Statement\": 1" }
    question.session = session
  }

  // MARK: - Operations

  /// A way to name a key: mostly a key of the account by its ARN.
  private mutating func keyName(_ owner: Account, in region: String? = nil, _ question: inout Question) -> String {
    let partition = owner.partition ?? "aws"
    let near = region.map { region in owner.keys.filter { same($0.region, region) } } ?? owner.keys
    guard !near.isEmpty, !dice.chance(3) else {
      return dice.pick([
        Names.keyARN(owner.id, "us-west-2", "nokey"), "arn:aws:kms:us-west-2:\(owner.id):alias/none", "k 1", "",
        "arn:aws:kms:us-west-2:\(owner.id):thing/x", "arn:aws:s3:::bucket", "arn:aws:kms::\(owner.id):key/k1",
      ])
    }
    let key = dice.pick(near)
    switch dice.below(100) {
    case 0..<75:
      if dice.chance(3) { question.region = dice.pick(Names.regions) }
      return "arn:\(partition):kms:\(key.region):\(owner.id):key/\(key.id)"
    case 75..<79:
      if question.region.isEmpty, !dice.chance(5) { question.region = key.region }
      return key.id
    case 79..<92:
      let here = owner.aliases.filter { same($0.region, key.region) }
      let alias = here.isEmpty ? "alias/one" : dice.pick(here).name
      return "arn:\(partition):kms:\(key.region):\(owner.id):\(alias)"
    default:
      if question.region.isEmpty { question.region = key.region }
      let here = owner.aliases.filter { same($0.region, question.region) }
      return here.isEmpty ? "alias/one" : dice.pick(here).name
    }
  }

  private mutating func keyOperation(_ owner: Account, _ question: inout Question) {
    let name = dice.weighted([
      (5, "Decrypt"), (2, "Encrypt"), (2, "GenerateDataKey"), (2, "DescribeKey"),
      (7, dice.pick(NaiveOperations.anyFour)), (3, dice.pick(NaiveOperations.idOrARN)),
    ])
    question.operation = "kms:" + name
    question.resource = keyName(owner, &question)
    if contains(NaiveOperations.idOrARN, name), question.resource.contains("alias"), dice.chance(80),
      let key = owner.keys.first
    {
      question.resource = "arn:\(owner.partition ?? "aws"):kms:\(key.region):\(owner.id):key/\(key.id)"
      question.region = ""
    }
    if dice.chance(50) { question.encryptionContext = requestContext() }
    if name == "RevokeGrant", dice.chance(90) { question.grantID = dice.pick(["g0", "g0", "g1"]) }
    if name == "CreateGrant" { question.grant = draft() }
  }

  private mutating func requestContext() -> [Pair] {
    dice.some(Names.contextKeys, 0...2).map { Pair(key: $0, value: dice.pick(Names.contextValues)) }
  }

  private mutating func reEncrypt(_ source: Account, _ destination: Account, _ question: inout Question) {
    question.operation = "kms:ReEncrypt"
    question.resource = keyName(source, &question)
    // Mostly of one Region: no call reaches two (B-31).
    let region = partsOfARN(question.resource)?[3] ?? question.region
    question.target = keyName(destination, in: region.isEmpty || dice.chance(5) ? nil : region, &question)
    if dice.chance(10) { question.target = question.resource }
    if dice.chance(50) { question.encryptionContext = requestContext() }
    if dice.chance(50) { question.targetEncryptionContext = requestContext() }
  }

  private mutating func aliasOperation(_ owner: Account, _ question: inout Question) {
    question.operation = "kms:" + dice.pick(["CreateAlias", "UpdateAlias", "DeleteAlias"])
    let alias = owner.aliases.isEmpty ? Alias(region: "us-west-2", name: "alias/one") : dice.pick(owner.aliases)
    if dice.chance(70) {
      question.resource = "arn:\(owner.partition ?? "aws"):kms:\(alias.region):\(owner.id):\(alias.name)"
    } else {
      question.resource = alias.name
      question.region = alias.region
    }
    guard question.operation != "kms:DeleteAlias" else { return }
    let here = owner.keys.filter { $0.region == alias.region }
    if here.isEmpty || dice.chance(10) {
      question.target = keyName(owner, &question)
    } else {
      let key = dice.pick(here)
      question.target = "arn:\(owner.partition ?? "aws"):kms:\(key.region):\(owner.id):key/\(key.id)"
    }
  }

  private mutating func createGrant(_ owner: Account, _ question: inout Question) {
    question.operation = "kms:CreateGrant"
    question.resource = keyName(owner, &question)
    if let key = owner.keys.first(where: { !$0.grants.isEmpty }), dice.chance(60) {
      question.resource = "arn:\(owner.partition ?? "aws"):kms:\(key.region):\(owner.id):key/\(key.id)"
      question.region = ""
    }
    question.grant = draft()
  }

  private mutating func draft() -> GrantDraft {
    var draft = GrantDraft()
    draft.grantee = party()
    draft.operations = dice.some(
      ["Decrypt", "Encrypt", "CreateGrant", "DescribeKey", "ReEncryptFrom", "RetireGrant"], 1...3)
    if dice.chance(30) { draft.retiring = party() }
    if dice.chance(25) { draft.sourceARN = dice.pick(Names.sourceARNs) }
    switch dice.below(5) {
    case 0: draft.equals = encryptionContext(1...2)
    case 1: draft.subset = encryptionContext(1...2)
    default: break
    }
    switch dice.below(30) {
    case 0: draft.granteeService = dice.pick(Names.services)
    case 1: draft.operations = [dice.pick(NaiveOperations.grantable)]
    case 2: draft.operations = [dice.pick(["ListGrants", "Foo"])]
    case 3: draft.retiringService = dice.pick(Names.services)
    case 4, 5:
      draft.grantee = ""
      draft.granteeService = dice.pick(Names.services)
      if dice.chance(80) { draft.sourceARN = dice.pick(Names.sourceARNs) }
      if dice.chance(80), draft.retiring.isEmpty { draft.retiringService = dice.pick(Names.services) }
    case 6: draft.grantee = ""
    default: break
    }
    return draft
  }

  private mutating func grantOperation(_ owner: Account, _ question: inout Question) {
    question.operation = dice.weighted([(4, "kms:RetireGrant"), (1, "kms:RevokeGrant")])
    let with = owner.keys.filter { !$0.grants.isEmpty }
    if with.isEmpty {
      question.resource = keyName(owner, &question)
    } else {
      let key = dice.pick(with)
      question.resource = "arn:\(owner.partition ?? "aws"):kms:\(key.region):\(owner.id):key/\(key.id)"
    }
    if dice.chance(97) { question.grantID = dice.weighted([(6, "g0"), (2, "g1"), (1, "g9")]) }
  }

  private mutating func multiRegionOperation(_ owner: Account, _ question: inout Question) {
    question.operation = "kms:" + dice.pick(["ReplicateKey", "UpdatePrimaryRegion"])
    question.resource =
      dice.chance(85)
      ? "arn:\(owner.partition ?? "aws"):kms:us-west-2:\(owner.id):key/mrk-1" : keyName(owner, &question)
    let key = question.operation == "kms:ReplicateKey" ? "kms:ReplicaRegion" : "kms:PrimaryRegion"
    if dice.chance(95) {
      question.context.append(.init(key: key, values: .single(dice.pick(["af-south-1", "eu-west-1", "us-west-2"]))))
    }
    if dice.chance(30) { setTags(&question) }
  }

  private mutating func keylessOperation(_ owner: Account, _ question: inout Question) {
    let name = dice.weighted([
      (3, "CreateKey"), (2, "ListKeys"), (1, "ListRetirableGrants"), (3, dice.pick(NaiveOperations.keyless)),
    ])
    question.operation = "kms:" + name
    if dice.chance(70) { question.region = dice.pick(Names.regions) }
    if name == "CreateKey", dice.chance(50) { setTags(&question) }
    if name == "ListRetirableGrants", dice.chance(90) {
      var draft = GrantDraft()
      draft.retiring =
        dice.chance(70) && starts(question.principal, "arn:aws:iam") ? question.principal : party()
      question.grant = draft
    }
    if dice.chance(5) { question.resource = keyName(owner, &question) }
    if dice.chance(2) {
      question.operation = dice.pick(["kms:Foo", "kms:", "Decrypt", "kms:*", "kms:SynchronizeMultiRegionKey"])
    }
  }

  private mutating func setTags(_ question: inout Question) {
    question.context.append(.init(key: "aws:TagKeys", values: .set(["team"])))
    question.context.append(.init(key: "aws:RequestTag/team", values: .single(dice.pick(["red", "blue"]))))
  }

  private mutating func otherService(_ world: World, _ question: inout Question) {
    switch dice.below(10) {
    case 0..<5:
      question.operation = "s3:GetObject"
      question.resource = dice.pick([
        "arn:aws:s3:::bucket/x", "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/deep/x", "arn:aws:s3:::bucketeer/x",
      ])
      if dice.chance(50) { question.region = "us-west-2" }
    case 5, 6:
      question.operation = "sqs:SendMessage"
      question.resource = dice.pick([Names.buckets[2], Names.buckets[2] + "x"])
    case 7:
      question.operation = "s3:ListAllMyBuckets"
    default:
      question.operation = "sts:AssumeRole"
      let account = dice.pick(world.accounts)
      question.resource =
        "arn:\(account.partition ?? "aws")"
        + Names.roleARN(account.id, dice.pick(Names.roles)).dropFirst("arn:aws".count)
    }
  }

  // MARK: - Context

  private mutating func setContext(_ question: inout Question) {
    func add(_ chance: Int, _ key: String, _ values: @autoclosure () -> Question.Values) {
      guard dice.chance(chance), !question.context.contains(where: { same(lower($0.key), lower(key)) }) else { return }
      question.context.append(.init(key: key, values: values()))
    }
    add(30, "aws:SourceIp", .single(dice.pick(["10.1.2.3", "192.168.1.9", "8.8.8.8", "2001:db8::1", "text"])))
    add(20, "aws:SourceVpce", .single(dice.pick(Names.endpoints + ["vpce-9"])))
    add(15, "kms:ViaService", .single(dice.pick(["s3.us-west-2.amazonaws.com", "ec2.us-west-2.amazonaws.com"])))
    add(20, "aws:MultiFactorAuthPresent", .single(dice.pick(["true", "false"])))
    add(20, "aws:SourceArn", .single(dice.pick(Names.sourceARNs)))
    add(15, "aws:SourceAccount", .single(dice.pick(Names.accounts)))
    add(10, "aws:CalledVia", .set(dice.some(Names.services, 0...2)))
    add(5, "aws:ViaAWSService", .single("true"))
    add(5, "aws:SecureTransport", .single("false"))
    add(5, "aws:MultiFactorAuthAge", .single(dice.pick(["5", "100"])))
    add(5, "aws:TokenIssueTime", .single(dice.pick(ConditionGenerator.dates)))
    add(10, "kms:GrantIsForAWSResource", .single(dice.pick(["true", "false"])))
    add(8, "kms:EncryptionAlgorithm", .single("RSAES_OAEP_SHA_256"))
    add(5, "kms:MessageType", .single("RAW"))
    add(5, "kms:PolicyName", .single("AWS_RAM"))
    add(5, "kms:ScheduleKeyDeletionPendingWindowInDays", .single("7"))
    add(5, "kms:BypassPolicyLockoutSafetyCheck", .single("true"))
    add(8, "aws:TagKeys", .set(dice.some(Names.tagged, 0...2)))
    add(8, "aws:RequestTag/team", .single(dice.pick(["red", "blue"])))
    add(
      25, "example:Text",
      .single(
        dice.pick([
          "red", "Red", "", "*", "abc", "a*c", "caf\u{e9}", "cafe\u{301}", "${x}", "$", "x?z", "arn:aws:s3:::bucket",
          "10.1.2.3", "5",
        ])))
    add(25, "example:Set", .set(dice.some(["red", "blue", "Red", "", "Ann"], 0...3)))
    add(20, "Example:NUMBER", .single(dice.pick(ConditionGenerator.numbers + ["abc", ""])))
    add(10, "example:Numbers", .set(dice.some(["5", "10", "abc"], 0...2)))
    add(15, "example:Date", .single(dice.pick(ConditionGenerator.dates + ["soon"])))
    add(15, "example:Flag", .single(dice.pick(["true", "false", "TRUE", "yes"])))
    add(10, "example:Addresses", .set(dice.some(["10.1.2.3", "8.8.8.8", "2001:db8::1"], 0...2)))
    if dice.chance(2) {
      add(
        100,
        dice.pick([
          "aws:PrincipalArn", "AWS:userid", "aws:ResourceAccount", "kms:CallerAccount", "kms:EncryptionContext:App",
          "kms:GrantOperations", "kms:KeySpec", "aws:CurrentTime", "aws:PrincipalTag/team",
        ]), .single("x"))
    }
  }

  private mutating func setOverrides(_ question: inout Question) {
    for _ in 0..<(1 + dice.below(2)) {
      let key = dice.pick([
        "aws:PrincipalTag/team", "AWS:SourceIp", "aws:username", "kms:EncryptionContext:App", "aws:PrincipalOrgID",
        "aws:SourceVpce", "kms:ViaService", "aws:CurrentTime", "aws:PrincipalArn", "kms:ResourceAliases",
        "example:Text",
      ])
      guard !question.overrides.contains(where: { same(lower($0.key), lower(key)) }) else { continue }
      let values: Question.Values? = dice.weighted([
        (2, nil), (3, .single(dice.pick(["red", "Ann", "10.1.2.3", "2026-06-01T12:30:00.5Z"]))),
        (1, .set(["red", "Ann"])),
      ])
      question.overrides.append(.init(key: key, values: values))
    }
  }
}
