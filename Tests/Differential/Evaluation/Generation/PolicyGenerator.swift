// Random policies of each kind.

extension WorldGenerator {
  mutating func version() -> String? { dice.weighted([(8, "2012-10-17"), (1, "2008-10-17"), (1, nil)]) }

  /// - Parameter deny: in so many of a hundred.
  private mutating func effect(deny: Int = 15) -> StatementEffect { dice.chance(deny) ? .deny : .allow }

  mutating func identityPolicy() -> Policy {
    var statements: [Statement] = []
    for _ in 0..<dice.weighted([(5, 1), (3, 2), (1, 3)]) {
      let effect = effect()
      statements.append(
        Statement(
          effect: effect, action: action(isBroad: effect == .allow), resource: resource(isBroad: effect == .allow),
          conditions: conditions(effect, isKeyPolicy: false)))
    }
    return Policy(version: version(), statements: statements)
  }

  /// SCPs.
  mutating func controlPolicy() -> Policy {
    var policy = identityPolicy()
    if dice.chance(40) {
      policy.statements.append(
        Statement(
          effect: .allow, action: ListElement(entries: [dice.pick(["*", "kms:*"])]),
          resource: ListElement(entries: ["*"])))
    }
    return policy
  }

  mutating func resourceControlPolicy() -> Policy {
    var statements: [Statement] = []
    for _ in 0..<(1 + dice.below(2)) {
      statements.append(
        Statement(
          effect: .deny, principal: PrincipalElement(isBareStar: true),
          action: ListElement(
            entries: dice.some(
              ["kms:Decrypt", "kms:*", "s3:*", "kms:RetireGrant", "kms:ReEncrypt*", "sts:AssumeRole"], 1...2)),
          resource: dice.chance(50) ? ListElement(entries: ["*"]) : resource(isBroad: false),
          conditions: dice.chance(75) ? conditions(.deny, isKeyPolicy: false, always: true) : []))
    }
    return Policy(version: "2012-10-17", statements: statements)
  }

  mutating func keyPolicy(_ account: String) -> Policy {
    var statements: [Statement] = []
    if dice.chance(50) {
      statements.append(
        Statement(
          effect: .allow,
          principal: PrincipalElement(entries: [.init(kind: "AWS", value: "arn:aws:iam::\(account):root")]),
          action: ListElement(entries: ["kms:*"]), resource: ListElement(entries: ["*"])))
    }
    if dice.chance(50) {
      statements.append(
        Statement(
          effect: .allow,
          principal: PrincipalElement(entries: Names.accounts.map { .init(kind: "AWS", value: $0) }),
          action: action(isBroad: true), resource: ListElement(entries: ["*"])))
    }
    for _ in 0..<(1 + dice.below(4)) {
      let effect = effect()
      var statement = Statement(
        effect: effect, principal: principal(effect), action: action(isBroad: effect == .allow),
        resource: ListElement(entries: ["*"]), conditions: conditions(effect, isKeyPolicy: true))
      if dice.chance(12) { statement.resource = dice.chance(20) ? nil : resource(isBroad: false) }
      statements.append(statement)
    }
    return Policy(version: version(), statements: statements)
  }

  mutating func endpointPolicy() -> Policy {
    var statements: [Statement] = []
    if dice.chance(60) {
      statements.append(
        Statement(
          effect: .allow, principal: PrincipalElement(isBareStar: true), action: ListElement(entries: ["*"]),
          resource: ListElement(entries: ["*"])))
    }
    for _ in 0..<(1 + dice.below(2)) {
      let effect = effect(deny: 25)
      statements.append(
        Statement(
          effect: effect, principal: dice.chance(8) ? notPrincipal() : principal(effect),
          action: action(isBroad: effect == .allow),
          resource: resource(isBroad: true), conditions: conditions(effect, isKeyPolicy: false)))
    }
    return Policy(version: version(), statements: statements)
  }

  /// Of other services, and trust policies.
  mutating func resourcePolicy(actions: [String], hasResource: Bool) -> Policy {
    var statements: [Statement] = []
    for _ in 0..<(1 + dice.below(3)) {
      let effect = effect()
      statements.append(
        Statement(
          effect: effect, principal: principal(effect), action: ListElement(entries: [dice.pick(actions)]),
          resource: hasResource
            ? ListElement(entries: [dice.pick(["*", "*", "arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket"])]) : nil,
          conditions: conditions(effect, isKeyPolicy: false)))
    }
    return Policy(version: version(), statements: statements)
  }

  // MARK: - Elements

  private mutating func conditions(
    _ effect: StatementEffect, isKeyPolicy: Bool, always: Bool = false
  ) -> [ConditionEntry] {
    guard always || dice.chance(effect == .deny ? 60 : 28) else { return [] }
    return ConditionGenerator.conditions(&dice, isKeyPolicy: isKeyPolicy)
  }

  private mutating func action(isBroad: Bool) -> ListElement {
    if isBroad, dice.chance(70) { return ListElement(entries: [dice.pick(["kms:*", "*", "KMS:*", "kms:*"])]) }
    var entries: [String] = []
    for _ in 0..<(1 + dice.below(isBroad ? 4 : 2)) {
      entries.append(
        dice.weighted([
          (4, "kms:" + dice.pick(Names.commonActions)), (2, "kms:" + dice.pick(Names.keyActions)),
          (
            1, dice.pick(["kms:ReEncrypt*", "kms:*crypt", "kms:Generate*", "kms:?ecrypt", "kms:*Grant*", "kms:*Alias"])
          ),
          (
            1,
            dice.pick([
              "kms:ReEncrypt", "kms:Foo", "s3:GetObject", "s3:*", "sqs:SendMessage", "sts:AssumeRole", "kMs:dECRYPT",
            ])
          ),
        ]))
    }
    return ListElement(isNot: dice.chance(isBroad ? 12 : 6), entries: entries)
  }

  private mutating func resource(isBroad: Bool) -> ListElement {
    if isBroad, dice.chance(70) { return ListElement(entries: ["*"]) }
    var entries: [String] = []
    for _ in 0..<(1 + dice.below(2)) {
      let account = dice.pick(Names.accounts)
      let region = dice.pick(Names.regions)
      entries.append(
        dice.weighted([
          (5, Names.keyARN(account, region, dice.pick(Names.keyIDs))),
          (
            3,
            dice.pick([
              "arn:aws:kms:*:\(account):key/*", "arn:aws:kms:\(region):\(account):*", "arn:aws:kms:*:*:key/k?",
              "arn:aws:kms:*:*:*", "arn:aws:kms:*:\(account):key/mrk-*", "arn:*:kms:us-*:1111????3333:k*",
            ])
          ),
          (
            2,
            dice.pick([
              "arn:aws:kms:*:*:key/${aws:username}Key", "arn:aws:kms:*:*:key/${aws:PrincipalTag/team}",
              "arn:aws:kms:*:*:key/${aws:PrincipalTag/none, 'k1'}", "arn:aws:kms:*:*:key/${AWS:PRINCIPALTAG/TEAM}*",
              "arn:aws:kms:*:*:key/${aws:PrincipalOrgPaths}", "arn:aws:kms:*:*:key/${example:None}*",
              "arn:aws:kms:*:${aws:PrincipalAccount}:key/*", "arn:aws:kms:*:*:key/${*}", "arn:aws:kms:*:*:${?}ey/k1",
            ])
          ),
          (
            2,
            dice.pick([
              "arn:aws:kms:*:\(account):alias/*", "arn:aws:kms:\(region):\(account):alias/one",
              "arn:aws:kms:*:*:alias/?*",
            ])
          ),
          (
            1,
            dice.pick([
              "arn:aws:*:*:*:key/*", "arn:aws:kms:*", "arn:aws:kms:us-west-2::key/*", "arn:aws:kms:us-west-2:*",
              "arn:aws:s3:::bucket/*", "arn:aws:s3:::*", "arn:aws:sqs:*:*:queue", "arn:aws:iam::*:role/*",
              "arn:aws:iam::\(account):role/Worker", "arn:aws-cn:kms:*:*:key/*",
            ])
          ),
        ]))
    }
    return ListElement(isNot: dice.chance(12), entries: entries)
  }

  private mutating func principal(_ effect: StatementEffect) -> PrincipalElement {
    if effect == .deny, dice.chance(15) { return notPrincipal() }
    if dice.chance(15) { return PrincipalElement(isBareStar: true) }
    var element = PrincipalElement()
    for _ in 0..<dice.weighted([(5, 1), (3, 2), (2, 3)]) {
      let entry = principalEntry()
      if !element.entries.contains(where: { $0.kind == entry.kind && same($0.value, entry.value) }) {
        element.entries.append(entry)
      }
    }
    return element
  }

  private mutating func principalEntry() -> PrincipalElement.Entry {
    let account = dice.pick(Names.accounts)
    if dice.chance(7) { return .init(kind: "Service", value: dice.pick(Names.services)) }
    if dice.chance(2) { return .init(kind: "Federated", value: "cognito-identity.amazonaws.com") }
    let value: String
    switch dice.below(20) {
    case 0: value = "*"
    case 1, 2: value = account
    case 3, 4, 5: value = "arn:aws:iam::\(account):root"
    case 6, 7, 8: value = Names.userARN(account, dice.pick(Names.users))
    case 9, 10, 11, 12: value = Names.roleARN(account, dice.pick(Names.roles))
    case 13, 14, 15: value = Names.sessionARN(account, dice.pick(Names.roles), dice.pick(Names.sessions))
    case 16: value = "arn:aws:sts::\(account):federated-user/Fed"
    case 17: value = Names.uniqueID("AROA", account, "Worker")
    case 18: value = Names.uniqueID("AIDA", account, "Ann")
    default:
      value = dice.pick([
        "arn:aws:iam::\(account):role/*", "arn:aws:iam::*:root", "arn:aws:iam::\(account):role/worker",
        "arn:aws:iam::\(account):user/Bob", "arn:aws-cn:iam::\(account):root", "arn:aws:iam::\(account):group/G1",
      ])
    }
    return .init(kind: "AWS", value: value)
  }

  /// Somebody in all its forms, or with a form left out (D-35).
  private mutating func notPrincipal() -> PrincipalElement {
    let account = dice.pick(Names.accounts)
    var forms: [String]
    if dice.chance(50) {
      let role = dice.pick(Names.roles)
      forms = [
        "arn:aws:iam::\(account):root", Names.roleARN(account, role),
        Names.sessionARN(account, role, dice.pick(Names.sessions)),
      ]
    } else {
      forms = [
        dice.chance(50) ? account : "arn:aws:iam::\(account):root", Names.userARN(account, dice.pick(Names.users)),
      ]
    }
    if dice.chance(25) { forms.remove(at: dice.below(forms.count)) }
    var element = PrincipalElement(isNot: true, entries: forms.map { .init(kind: "AWS", value: $0) })
    if dice.chance(30) { element.entries.append(principalEntry()) }
    return element
  }
}
