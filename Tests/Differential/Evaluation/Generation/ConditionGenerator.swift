// Random conditions: every operator in all its forms, over keys that requests have, do not have, or have otherwise.

struct ConditionGenerator {
  /// Condition keys by what their values look like.
  private static let textKeys: [(String, [String])] = [
    ("aws:PrincipalAccount", Names.accounts), ("kms:CallerAccount", Names.accounts),
    ("aws:PrincipalType", ["User", "AssumedRole", "Account", "FederatedUser"]),
    ("aws:username", ["Ann", "ann", "A*", "Bob"]), ("AWS:UserName", ["Ann", "B?b"]),
    ("aws:userid", ["AIDAX1111ANN", "AROAX4444WORKER:s1", "AROAX4444WORKER:*", "444455556666"]),
    ("aws:PrincipalTag/team", ["red", "blue", "r*", "${aws:ResourceTag/team}", "${aws:username}"]),
    ("aws:PrincipalTag/TEAM", ["red", "${aws:RequestTag/team, 'red'}"]),
    ("aws:ResourceTag/team", ["red", "blue", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/none, 'red'}"]),
    ("aws:PrincipalOrgID", ["o-org"]), ("aws:ResourceOrgID", ["o-org", "o-other"]),
    ("aws:PrincipalOrgPaths", ["o-org/r-root/*", "o-org/r-root/ou-one/*", "o-org/r-root/"]),
    ("aws:ResourceOrgPaths", ["o-org/r-root/*", "o-org/r-root/ou-one/"]),
    ("aws:ResourceAccount", Names.accounts + ["${aws:PrincipalAccount}"]),
    ("aws:RequestedRegion", ["us-west-2", "af-south-1", "us-*"]),
    ("aws:PrincipalServiceName", Names.services), ("aws:PrincipalServiceNamesList", Names.services),
    ("aws:SourceVpce", ["vpce-1", "vpce-*"]), ("aws:SourceAccount", Names.accounts),
    ("kms:ViaService", ["s3.us-west-2.amazonaws.com", "*.amazonaws.com", "ec2.us-west-2.amazonaws.com"]),
    ("kms:KeySpec", ["SYMMETRIC_DEFAULT", "RSA_2048"]), ("kms:KeyUsage", ["ENCRYPT_DECRYPT", "SIGN_VERIFY"]),
    ("kms:CustomerMasterKeySpec", ["SYMMETRIC_DEFAULT"]), ("kms:KeyOrigin", ["AWS_KMS", "EXTERNAL"]),
    ("kms:MultiRegionKeyType", ["PRIMARY", "REPLICA"]),
    ("kms:EncryptionAlgorithm", ["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256"]),
    ("kms:EncryptionContext:App", ["red", "blue", "r*", "${aws:username}", "${aws:PrincipalTag/team}"]),
    ("kms:EncryptionContext:Stage", ["red", "Red"]), ("kms:EncryptionContextKeys", ["App", "Stage", "app"]),
    ("kms:RequestAlias", Names.aliases + ["alias/*"]), ("kms:ResourceAliases", Names.aliases + ["alias/*"]),
    ("kms:GrantOperations", ["Decrypt", "Encrypt", "CreateGrant", "DescribeKey"]),
    ("kms:GrantConstraintType", ["EncryptionContextEquals", "EncryptionContextSubset"]),
    ("kms:GranteePrincipal", ["arn:aws:iam::444455556666:role/Worker", "arn:aws:iam::*:role/Worker"]),
    ("kms:RetiringPrincipal", ["arn:aws:iam::444455556666:role/Worker"]),
    ("kms:GranteeServicePrincipal", Names.services), ("kms:RetiringServicePrincipal", Names.services),
    ("kms:PolicyName", ["default", "AWS_RAM"]), ("kms:ReplicaRegion", Names.regions),
    ("kms:PrimaryRegion", Names.regions), ("kms:MessageType", ["RAW", "DIGEST"]),
    ("aws:RequestTag/team", ["red", "blue"]), ("aws:TagKeys", ["team", "cost", "TEAM"]),
    ("aws:CalledVia", Names.services), ("aws:CalledViaFirst", Names.services),
    ("example:Text", ["red", "Red", "", "*", "a*c", "?", "caf\u{e9}", "cafe\u{301}", "${*}", "${$}{x}", "x${?}z"]),
    ("example:Set", ["red", "blue", "Red", "r*", "${aws:username}"]), ("example:None", ["red"]),
    ("aws:CurrentTime", [Clock.text]), ("aws:EpochTime", [Clock.seconds]),
    ("aws:MultiFactorAuthPresent", ["true", "false"]), ("aws:SourceIp", ["10.1.2.3"]),
  ]
  private static let numberKeys = [
    "example:Number", "example:Numbers", "kms:ScheduleKeyDeletionPendingWindowInDays", "kms:RotationPeriodInDays",
    "aws:EpochTime", "aws:MultiFactorAuthAge", "example:None", "example:Text", "kms:TrailingDaysWithoutKeyUsage",
  ]
  private static let dateKeys = [
    "aws:CurrentTime", "aws:EpochTime", "example:Date", "kms:ValidTo", "aws:TokenIssueTime", "example:None",
    "example:Number",
  ]
  private static let boolKeys = [
    "aws:SecureTransport", "aws:ViaAWSService", "aws:PrincipalIsAWSService", "aws:MultiFactorAuthPresent",
    "kms:MultiRegion", "kms:GrantIsForAWSResource", "kms:ReEncryptOnSameKey", "kms:BypassPolicyLockoutSafetyCheck",
    "example:Flag", "example:None",
  ]
  private static let addressKeys = [
    "aws:SourceIp", "aws:VpcSourceIp", "example:Text", "example:None", "example:Addresses",
  ]
  private static let arnKeys = [
    "aws:PrincipalArn", "aws:SourceArn", "kms:GrantConstraintSourceArn", "kms:GranteePrincipal", "example:Text",
    "example:None",
  ]
  static let numbers = ["5", "10", "10.0", "-3", "1e2", "0.1", "100", "0.10", "7", "30", "1767225600"]
  static let dates = [
    "2026-01-01", "2026-01-01T00:00:00Z", "2025-12-31T23:00:00-01:00", "1767225600", "2026-06-01T12:30:00.5Z",
    "2024-02-29", "2025-12-31T23:59:59.999Z",
  ]
  static let networks = [
    "10.1.2.3", "10.0.0.0/8", "192.168.1.0/24", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32", "::/0", "10.1.2.0/23",
  ]
  static let arns = [
    "arn:aws:iam::444455556666:role/Worker", "arn:aws:iam::*:role/*", "arn:aws:iam::444455556666:*",
    "arn:aws:iam::111122223333:user/Ann", "arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}",
    "arn:aws:s3:::bucket", "arn:aws:s3:::*", "arn:*:s3:::b?cket", "arn:aws:iam::777788889999:root",
    "arn:aws:iam::444455556666:user/team/Bob", "arn:aws:s3:::${aws:PrincipalTag/team, 'bucket'}",
  ]

  /// - Parameters:
  ///   - isKeyPolicy: there ForAllValues on kms:EncryptionContext:<key> is refused (C-5).
  static func conditions(_ dice: inout Dice, isKeyPolicy: Bool) -> [ConditionEntry] {
    var result: [ConditionEntry] = []
    for _ in 0..<dice.weighted([(7, 1), (2, 2), (1, 3)]) {
      let entry = condition(&dice, isKeyPolicy: isKeyPolicy)
      // E-6: the same key twice under one operator is refused.
      if !result.contains(where: { same($0.name, entry.name) && same($0.key, entry.key) }) { result.append(entry) }
    }
    return result
  }

  private static func condition(_ dice: inout Dice, isKeyPolicy: Bool) -> ConditionEntry {
    var entry: ConditionEntry
    func operands(_ dice: inout Dice, _ pool: [String], bare: Bool = false) -> [ConditionEntry.Operand] {
      dice.some(pool, 1...(dice.chance(70) ? 1 : 2)).map { text in
        bare && dice.chance(30) && PlainNumber(text) != nil && !text.contains("T") ? .bare(text) : .text(text)
      }
    }
    switch dice.below(20) {
    case 0..<10:
      let (key, pool) = dice.pick(textKeys)
      let name = dice.weighted([
        (4, "StringEquals"), (3, "StringNotEquals"), (1, "StringEqualsIgnoreCase"), (1, "StringNotEqualsIgnoreCase"),
        (4, "StringLike"), (2, "StringNotLike"),
      ])
      entry = ConditionEntry(name: name, key: key, operands: operands(&dice, pool))
    case 10, 11:
      let name = dice.pick([
        "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
        "NumericGreaterThanEquals",
      ])
      entry = ConditionEntry(name: name, key: dice.pick(numberKeys), operands: operands(&dice, numbers, bare: true))
    case 12:
      let name = dice.pick([
        "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
      ])
      entry = ConditionEntry(name: name, key: dice.pick(dateKeys), operands: operands(&dice, dates))
    case 13, 14:
      entry = ConditionEntry(
        name: "Bool", key: dice.pick(boolKeys),
        operands: [dice.pick([.text("true"), .text("false"), .bare("true"), .bare("false"), .text("True")])])
    case 15:
      entry = ConditionEntry(
        name: dice.pick(["IpAddress", "NotIpAddress"]), key: dice.pick(addressKeys), operands: operands(&dice, networks)
      )
    case 16, 17:
      entry = ConditionEntry(
        name: dice.pick(["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]), key: dice.pick(arnKeys),
        operands: operands(&dice, arns))
    case 18:
      entry = ConditionEntry(
        name: "BinaryEquals", key: dice.pick(["example:Text", "example:None", "example:Set"]),
        operands: operands(&dice, ["cmVk", "Ymx1ZQ==", "QW5u", ""]))
    default:
      let keys = textKeys.map(\.0) + numberKeys + boolKeys + addressKeys + arnKeys
      return ConditionEntry(
        name: "Null", key: dice.pick(keys),
        operands: [dice.pick([.text("true"), .text("false"), .bare("true"), .bare("false")])])
    }
    if dice.chance(25) { entry.name += "IfExists" }
    if dice.chance(20) {
      let isPair = starts(lower(entry.key), "kms:encryptioncontext:")
      entry.name = (dice.chance(50) && !(isKeyPolicy && isPair) ? "ForAllValues:" : "ForAnyValue:") + entry.name
    }
    return entry
  }
}
