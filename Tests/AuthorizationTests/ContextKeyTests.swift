// Condition keys: what is derived, on which operations, for which policies, and what a request may not claim.

import PolicyDirectory
import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Condition keys")
struct ContextKeyTests {
  /// Whether a key policy statement for everyone applies under `condition`, for a caller of the same account.
  private func applies(
    _ condition: Text, _ principal: Text = World.sessionA, _ operation: Text = "kms:Decrypt",
    on resource: Text = World.keyARN,
    request: (inout AuthorizationRequest) -> Void = { _ in }, world change: (inout World) throws -> Void = { _ in }
  ) throws -> Bool {
    var world = try World(keyPolicy: Statements.key("\"*\"", condition: condition))
    try change(&world)
    return try world.reason(principal, operation, on: resource, request) == .allowed
  }

  private func equals(_ key: Text, _ value: Text) -> Text { "{\"StringEquals\": {\"\(key)\": \"\(value)\"}}" }
  private func absent(_ key: Text) -> Text { "{\"Null\": {\"\(key)\": \"true\"}}" }

  @Test(
    "C-12: keys that say who asks and for what are refused in a request",
    arguments: [
      "aws:PrincipalArn", "aws:principaltag/team", "aws:PrincipalAnything", "aws:userid", "AWS:UserName",
      "aws:ResourceAccount", "aws:ResourceTag/x", "aws:RequestedRegion", "aws:CurrentTime", "aws:EpochTime",
      "kms:CallerAccount", "kms:KeySpec", "kms:KeyUsage", "kms:KeyOrigin", "kms:MultiRegion", "kms:MultiRegionKeyType",
      "kms:RequestAlias", "kms:ResourceAliases", "kms:EncryptionContext:a", "kms:EncryptionContextKeys",
      "kms:GrantOperations", "kms:GranteePrincipal", "kms:GrantConstraintType", "kms:RetiringPrincipal",
      "kms:ReEncryptOnSameKey", "kms:CustomerMasterKeySpec",
    ] as [Text])
  func refused(key: Text) throws {
    let message = try World().refusal(World.roleB) { $0.context = [ContextEntry(key: key, values: .single("x"))] }
    #expect(message.contains("`\(key)`"))
  }

  @Test("A key given twice in different case is refused")
  func duplicates() throws {
    let message = try World().refusal(World.roleB) {
      $0.context = [
        ContextEntry(key: "aws:SourceIp", values: .single("1.1.1.1")),
        ContextEntry(key: "aws:sourceip", values: .single("2.2.2.2")),
      ]
    }
    #expect(message.contains("twice"))
  }

  @Test("C.2: keys of the principal")
  func principalKeys() throws {
    let identify: (inout World) throws -> Void = { world in
      world.role("OwnRole", in: World.accountA, id: "AROAOWN", tags: [PolicyTag(key: "Team", value: "a")])
      world.user("OwnUser", in: World.accountA, id: "AIDAOWN")
    }
    #expect(try applies(equals("aws:PrincipalArn", World.roleA)))
    #expect(try applies(equals("aws:PrincipalAccount", World.accountA)))
    #expect(try applies(equals("aws:PrincipalType", "AssumedRole")))
    #expect(try applies(equals("aws:userid", "AROAOWN:s1"), world: identify))
    #expect(try applies(absent("aws:userid"), World.roleA, world: identify))
    #expect(try applies(equals("aws:userid", "AIDAOWN"), World.userA, world: identify))
    #expect(try applies(equals("aws:username", "OwnUser"), World.userA))
    #expect(try applies(absent("aws:username")))
    #expect(try applies(equals("aws:PrincipalTag/team", "a"), world: identify))
    let root: Text = "arn:aws:iam::111122223333:root"
    #expect(try applies(equals("aws:PrincipalArn", root), root))
    #expect(try applies(equals("aws:userid", World.accountA), root))
    #expect(try applies(equals("aws:PrincipalType", "Account"), root))
    #expect(try applies("{\"Bool\": {\"aws:PrincipalIsAWSService\": \"true\"}}", "s3.amazonaws.com"))
    #expect(try applies("{\"Bool\": {\"aws:PrincipalIsAWSService\": \"false\"}}"))
    #expect(try applies(equals("aws:PrincipalServiceName", "s3.amazonaws.com"), "s3.amazonaws.com"))
    #expect(try applies(absent("aws:PrincipalAccount"), "s3.amazonaws.com"))
  }

  @Test("C-19: session tags win over the role's")
  func sessionTags() throws {
    let tag: (inout World) throws -> Void = {
      $0.role("OwnRole", in: World.accountA, tags: [PolicyTag(key: "Team", value: "a")])
    }
    let session: (inout AuthorizationRequest) -> Void = {
      $0.session = SessionParameters()
      $0.session?.tags = [EncryptionContextPair(key: "team", value: "b")]
    }
    #expect(try applies(equals("aws:PrincipalTag/Team", "b"), request: session, world: tag))
    #expect(try !applies(equals("aws:PrincipalTag/Team", "a"), request: session, world: tag))
  }

  @Test("C.2: keys of the organization")
  func organization() throws {
    let join: (inout World) throws -> Void = { world in
      let account = OrganizationAccount(id: World.accountA, attached: AttachedControlPolicies())
      world.set.organization = Organization(
        id: "o-1", managementAccountID: nil,
        root: OrganizationalUnit(
          id: "r-1", attached: AttachedControlPolicies(),
          units: [OrganizationalUnit(id: "ou-1", attached: AttachedControlPolicies(), accounts: [account])]))
    }
    #expect(try applies(equals("aws:PrincipalOrgID", "o-1"), world: join))
    #expect(try applies(equals("aws:ResourceOrgID", "o-1"), world: join))
    #expect(
      try applies("{\"ForAnyValue:StringEquals\": {\"aws:PrincipalOrgPaths\": \"o-1/r-1/ou-1/\"}}", world: join))
    #expect(try applies(absent("aws:PrincipalOrgID")))
  }

  @Test("C.2: keys of the request")
  func requestKeys() throws {
    #expect(try applies(equals("aws:RequestedRegion", World.region)))
    #expect(try applies(equals("aws:ResourceAccount", World.accountA)))
    #expect(try applies("{\"DateEquals\": {\"aws:CurrentTime\": \"2026-01-01T00:00:00Z\"}}"))
    #expect(try applies("{\"NumericEquals\": {\"aws:EpochTime\": \"1767225600\"}}"))
    #expect(try applies("{\"DateEquals\": {\"aws:EpochTime\": \"2026-01-01\"}}"))
    #expect(try applies("{\"Bool\": {\"aws:SecureTransport\": \"true\"}}"))
    #expect(try applies("{\"Bool\": {\"aws:ViaAWSService\": \"false\"}}"))
    #expect(
      try applies("{\"Bool\": {\"aws:SecureTransport\": \"false\"}}") {
        $0.context = [ContextEntry(key: "aws:SecureTransport", values: .single("false"))]
      })
  }

  @Test("C.1: keys of the key")
  func keyProperties() throws {
    #expect(try applies(equals("kms:KeySpec", "SYMMETRIC_DEFAULT")))
    #expect(try applies(equals("kms:CustomerMasterKeySpec", "SYMMETRIC_DEFAULT")))
    #expect(try applies(equals("kms:KeyUsage", "ENCRYPT_DECRYPT")))
    #expect(try applies(equals("kms:KeyOrigin", "AWS_KMS")))
    #expect(try applies("{\"Bool\": {\"kms:MultiRegion\": \"false\"}}"))
    #expect(try applies(absent("kms:MultiRegionKeyType")))
    #expect(try applies(equals("kms:CallerAccount", World.accountA)))
    #expect(try applies(equals("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT")))
    #expect(try applies(absent("kms:EncryptionAlgorithm"), World.sessionA, "kms:DescribeKey"))
    #expect(
      try applies(
        "{\"NumericEquals\": {\"kms:ScheduleKeyDeletionPendingWindowInDays\": \"30\"}}", World.sessionA,
        "kms:ScheduleKeyDeletion"))
  }

  @Test("B-38: a key whose record names a spec alone has the usage that the spec allows")
  func usage() throws {
    let hmac: (inout World) throws -> Void = {
      try $0.key(
        policy: Statements.key("\"*\"", condition: equals("kms:KeyUsage", "GENERATE_VERIFY_MAC")),
        metadata: KeyMetadata(keySpec: "HMAC_256"))
    }
    #expect(try applies("{}", World.sessionA, "kms:GenerateMac", world: hmac))
  }

  @Test("C-3: keys are absent on operations that do not have them, whatever a request says")
  func presence() throws {
    let pairs = [EncryptionContextPair(key: "Purpose", value: "Test")]
    let condition = equals("kms:EncryptionContext:purpose", "Test")
    #expect(try applies(condition) { $0.encryptionContext = pairs })
    #expect(try !applies(condition, World.sessionA, "kms:DescribeKey") { $0.encryptionContext = pairs })
    #expect(
      try applies(absent("kms:SigningAlgorithm")) {
        $0.context = [ContextEntry(key: "kms:SigningAlgorithm", values: .single("x"))]
      })
    #expect(
      try applies(equals("kms:SigningAlgorithm", "x"), World.sessionA, "kms:Sign") {
        $0.context = [ContextEntry(key: "kms:SigningAlgorithm", values: .single("x"))]
      })
    let rsa: (inout World) throws -> Void = {
      try $0.key(policy: Statements.key("\"*\"", condition: condition), metadata: KeyMetadata(keySpec: "RSA_2048"))
    }
    #expect(try !applies("{}", request: { $0.encryptionContext = pairs }, world: rsa))
  }

  @Test("C-7: of two pairs that differ only in case either may satisfy a condition")
  func ambiguousContext() throws {
    let pairs = [EncryptionContextPair(key: "a", value: "1"), EncryptionContextPair(key: "A", value: "2")]
    for value in ["1", "2"] as [Text] {
      #expect(try applies(equals("kms:EncryptionContext:a", value)) { $0.encryptionContext = pairs })
    }
    #expect(try !applies(equals("kms:EncryptionContext:a", "3")) { $0.encryptionContext = pairs })
    #expect(
      try applies("{\"ForAllValues:StringEquals\": {\"kms:EncryptionContextKeys\": [\"a\", \"A\"]}}") {
        $0.encryptionContext = pairs
      })
  }

  @Test("kms:RequestAlias is the alias name, also for an alias ARN, and absent for an id")
  func requestAlias() throws {
    let condition = equals("kms:RequestAlias", "alias/x")
    let alias: (inout World) throws -> Void = { $0.alias("alias/x") }
    #expect(try applies(condition, on: "alias/x", request: { $0.region = World.region }, world: alias))
    #expect(try applies(condition, on: "arn:aws:kms:us-west-2:111122223333:alias/x", world: alias))
    #expect(try !applies(condition, world: alias))
  }

  @Test("Tags and aliases of the key: in identity policies only")
  func tags() throws {
    for condition in [
      equals("aws:ResourceTag/team", "a"),
      "{\"ForAnyValue:StringEquals\": {\"kms:ResourceAliases\": \"alias/x\"}}",
    ] {
      var world = try World()
      world.alias("alias/x")
      try world.key(
        policy: Statements.key(Statements.aws(World.accountA)), tags: [PolicyTag(key: "Team", value: "a")])
      try world.allow("OwnUser", in: World.accountA, Statements.identity(condition: condition))
      #expect(try world.reason(World.userA) == .allowed)
      try world.key(policy: Statements.key("\"*\"", condition: condition), tags: [PolicyTag(key: "Team", value: "a")])
      #expect(try world.reason(World.userA) == .noKeyPolicyAllow)
    }
  }

  @Test("Overrides set and remove any key, after all else was derived")
  func overrides() throws {
    let time = "{\"DateLessThan\": {\"aws:CurrentTime\": \"2020-01-01\"}}" as Text
    #expect(try !applies(time))
    #expect(
      try applies(time) {
        $0.contextOverrides = [ContextOverride(key: "AWS:currenttime", values: .single("2019-01-01T00:00:00Z"))]
      })
    #expect(
      try applies(absent("aws:PrincipalArn")) {
        $0.contextOverrides = [ContextOverride(key: "aws:principalarn", values: nil)]
      })
  }

  @Test("D-55: an unresolved variable in Resource and NotResource")
  func unresolvedResources() throws {
    func reason(_ effect: Text, _ element: Text) throws -> Reason {
      var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountA)))
      try world.allow(
        "OwnUser", in: World.accountA,
        """
        [\(effect == "Deny" ? Statements.identity() : Statements.identity(action: "s3:*")),
         {"Effect": "\(effect)", "Action": "kms:*", "\(element)": "arn:aws:kms:*:*:key/${aws:PrincipalTag/key}"}]
        """)
      return try world.reason(World.userA)
    }
    #expect(try reason("Allow", "Resource") == .noIdentityPolicyAllow)
    #expect(try reason("Allow", "NotResource") == .noIdentityPolicyAllow)
    #expect(try reason("Deny", "Resource") == .allowed)
    #expect(try reason("Deny", "NotResource") == .explicitDenyIdentityPolicy)
  }
}
