// Grants (F.6): permission, constraints, scope, retirement, and what CreateGrant refuses.

import PolicyDirectory
import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Grants")
struct GrantTests {
  private func grant(
    _ grantee: Text, _ operations: [Text] = ["Decrypt"], constraints: GrantConstraints = GrantConstraints(),
    _ change: (inout Grant) -> Void = { _ in }
  ) -> Grant {
    var grant = Grant(
      id: "g1", operations: operations, constraints: constraints, file: "grants.json",
      position: SourcePosition(line: 3, column: 1))
    grant.granteePrincipal = grantee
    change(&grant)
    return grant
  }

  private func world(_ grants: [Grant], policy: Text = Statements.key(Statements.aws(World.accountC))) throws -> World {
    var world = try World()
    try world.key(policy: policy, grants: grants)
    return world
  }

  @Test("F-42: a grant allows across accounts without any identity policy")
  func allows() throws {
    let world = try world([grant(World.roleB)])
    let decision = try world.decide(
      AuthorizationRequest(principal: World.sessionB, operation: "kms:Decrypt", resource: World.keyARN))
    #expect(decision.outcome == .allow)
    #expect(
      decision.owner?.statements == [
        DecidingStatement(file: "grants.json", sid: "g1", index: 0, line: 3, effect: .allow)
      ])
    #expect(try world.reason(World.roleB, "kms:Encrypt") == .noKeyPolicyAllow)
    #expect(try world.reason(World.userB) == .noKeyPolicyAllow)
  }

  @Test("F-47, F-48: who is the grantee")
  func grantees() throws {
    #expect(try world([grant(World.sessionB)]).reason(World.sessionB) == .allowed)
    #expect(try world([grant(World.sessionB)]).reason(World.roleB) == .noKeyPolicyAllow)
    #expect(try world([grant(World.userB)]).reason(World.userB) == .allowed)
    var byID = try world([grant("AROAEXAMPLE")])
    byID.role("ExampleRole", in: World.accountB, id: "AROAEXAMPLE")
    #expect(try byID.reason(World.roleB) == .allowed)
    let service = grant("s3.amazonaws.com")
    #expect(try world([service]).reason("s3.amazonaws.com") == .allowed)
  }

  @Test("F-46: a grant to an account needs an identity policy, but for its root user")
  func accountGrantee() throws {
    var world = try world([grant("arn:aws:iam::444455556666:root")])
    #expect(try world.reason("arn:aws:iam::444455556666:root") == .allowed)
    #expect(try world.reason(World.roleB) == .noIdentityPolicyAllow)
    try world.allow("ExampleRole", in: World.accountB, Statements.identity())
    #expect(try world.reason(World.roleB) == .allowed)
  }

  @Test("F-44: boundary and session policy against a grant")
  func limits() throws {
    var other = try world([grant(World.userB)])
    try other.limit("ExampleUser", in: World.accountB, Statements.identity(action: "s3:*"))
    #expect(try other.reason(World.userB) == .noBoundaryAllow)
    var own = try world([grant(World.userA)])
    try own.limit("OwnUser", in: World.accountA, Statements.identity(action: "s3:*"))
    #expect(try own.reason(World.userA) == .allowed)
    var role = try world([grant(World.roleA)])
    try role.limit("OwnRole", in: World.accountA, Statements.identity(action: "s3:*"))
    #expect(try role.reason(World.sessionA) == .noBoundaryAllow)
  }

  @Test("F-43: denies override grants")
  func denies() throws {
    var world = try world([grant(World.roleB)])
    try world.allow("ExampleRole", in: World.accountB, Statements.identity("Deny"))
    #expect(try world.reason(World.roleB) == .explicitDenyIdentityPolicy)
    let denied = try self.world([grant(World.roleB)], policy: Statements.key("\"*\"", "Deny"))
    #expect(try denied.reason(World.roleB) == .explicitDenyKeyPolicy)
  }

  @Test(
    "F-50: context constraints; of a pair the key ignores case, the value does not",
    arguments: [
      ([], false, false), ([("Team", "a")], true, true), ([("team", "a")], true, true), ([("Team", "A")], false, false),
      ([("Team", "a"), ("x", "y")], false, true),
    ] as [([(Text, Text)], Bool, Bool)])
  func constraints(context: [(Text, Text)], isEqual: Bool, contains: Bool) throws {
    let pairs = [PolicyTag(key: "Team", value: "a")]
    for (constraints, expected) in [
      (GrantConstraints(encryptionContextEquals: pairs), isEqual),
      (GrantConstraints(encryptionContextSubset: pairs), contains),
    ] {
      let world = try world([grant(World.roleB, ["Decrypt", "DescribeKey"], constraints: constraints)])
      let reason = try world.reason(World.roleB) {
        $0.encryptionContext = context.map { EncryptionContextPair(key: $0.0, value: $0.1) }
      }
      #expect(reason == (expected ? .allowed : .grantConstraint))
      // F-51: ignored for DescribeKey.
      #expect(try world.reason(World.roleB, "kms:DescribeKey") == .allowed)
    }
  }

  @Test("F-54: a SourceArn constraint asks aws:SourceArn")
  func sourceARN() throws {
    let world = try world([grant(World.roleB, constraints: GrantConstraints(sourceARN: "arn:aws:s3:::b"))])
    #expect(try world.reason(World.roleB) == .grantConstraint)
    func reason(_ source: Text) throws -> Reason {
      try world.reason(World.roleB) { $0.context = [ContextEntry(key: "aws:SourceArn", values: .single(source))] }
    }
    #expect(try reason("arn:aws:s3:::b") == .allowed)
    #expect(try reason("arn:aws:s3:::c") == .grantConstraint)
  }

  @Test("F-54: two grants for ReEncrypt must carry the same SourceArn; a policy for one leg is free of that")
  func reEncryptByGrants() throws {
    func reason(policy: Text, first: Text?, second: Text?) throws -> Reason {
      var world = try World()
      try world.key(
        policy: Statements.key(Statements.aws(World.accountC)),
        grants: [grant(World.roleA, ["ReEncryptFrom"], constraints: GrantConstraints(sourceARN: first))])
      try world.key(
        "two", policy: policy,
        grants: [grant(World.roleA, ["ReEncryptTo"], constraints: GrantConstraints(sourceARN: second))])
      return try world.reason(World.roleA, "kms:ReEncrypt") {
        $0.targetResource = "arn:aws:kms:us-west-2:111122223333:key/two"
        $0.context = [ContextEntry(key: "aws:SourceArn", values: .single("arn:aws:s3:::b"))]
      }
    }
    let nobody = Statements.key(Statements.aws(World.accountC))
    #expect(try reason(policy: nobody, first: nil, second: nil) == .allowed)
    #expect(try reason(policy: nobody, first: "arn:aws:s3:::b", second: "arn:aws:s3:::b") == .allowed)
    #expect(try reason(policy: nobody, first: "arn:aws:s3:::b", second: nil) == .grantConstraint)
    #expect(try reason(policy: Statements.key("\"*\""), first: "arn:aws:s3:::b", second: nil) == .allowed)
  }

  @Test("B-15: a grant never satisfies what cannot be granted")
  func ungrantable() throws {
    let world = try world([grant(World.roleB, ["ListGrants", "GetKeyRotationStatus"])])
    #expect(try world.reason(World.roleB, "kms:ListGrants") == .noKeyPolicyAllow)
  }

  private func parameters(_ change: (inout GrantParameters) -> Void = { _ in }) -> GrantParameters {
    var parameters = GrantParameters()
    parameters.granteePrincipal = World.userB
    parameters.operations = ["Decrypt"]
    change(&parameters)
    return parameters
  }

  @Test("F-52: a grant made under a grant is no wider")
  func scope() throws {
    let pairs = [PolicyTag(key: "a", value: "1")]
    func reason(_ constraints: GrantConstraints, _ change: (inout GrantParameters) -> Void) throws -> Reason {
      let parent = grant(World.roleB, ["CreateGrant", "Decrypt"], constraints: constraints)
      return try world([parent]).reason(World.roleB, "kms:CreateGrant") { $0.grant = parameters(change) }
    }
    let a = EncryptionContextPair(key: "a", value: "1")
    let b = EncryptionContextPair(key: "b", value: "2")
    #expect(try reason(GrantConstraints()) { _ in } == .allowed)
    #expect(try reason(GrantConstraints()) { $0.operations = ["Decrypt", "Encrypt"] } == .grantScope)
    let equals = GrantConstraints(encryptionContextEquals: pairs)
    #expect(try reason(equals) { _ in } == .grantScope)
    #expect(try reason(equals) { $0.encryptionContextEquals = [a] } == .allowed)
    #expect(try reason(equals) { $0.encryptionContextEquals = [a, b] } == .grantScope)
    #expect(try reason(equals) { $0.encryptionContextSubset = [a] } == .grantScope)
    let subset = GrantConstraints(encryptionContextSubset: pairs)
    #expect(try reason(subset) { $0.encryptionContextSubset = [a, b] } == .allowed)
    #expect(try reason(subset) { $0.encryptionContextEquals = [a, b] } == .allowed)
    #expect(try reason(subset) { $0.encryptionContextSubset = [b] } == .grantScope)
    let source = GrantConstraints(sourceARN: "arn:aws:s3:::b")
    #expect(try reason(source) { _ in } == .grantConstraint)
  }

  @Test("F-53: a permission from a policy is not bound by scope; conditions on the parameters bind it")
  func createByPolicy() throws {
    func reason(_ condition: Text, _ grant: GrantParameters?, effect: Text = "Allow") throws -> Reason {
      var world = try World(
        keyPolicy: effect == "Allow"
          ? Statements.key(Statements.aws(World.userA), condition: condition)
          : "[\(Statements.key("\"*\"")), \(Statements.key("\"*\"", "Deny", condition: condition))]")
      world.user("x", in: World.accountA)
      return try world.reason(World.userA, "kms:CreateGrant") { $0.grant = grant }
    }
    let operations: Text = "{\"ForAllValues:StringEquals\": {\"kms:GrantOperations\": [\"Decrypt\"]}}"
    #expect(try reason(operations, parameters()) == .allowed)
    #expect(try reason(operations, parameters { $0.operations = ["Encrypt"] }) == .noKeyPolicyAllow)
    let grantee: Text = "{\"StringEquals\": {\"kms:GranteePrincipal\": \"\(World.userB)\"}}"
    #expect(try reason(grantee, parameters()) == .allowed)
    let context: Text = "{\"StringEquals\": {\"kms:EncryptionContext:a\": \"1\"}}"
    let pairs = [EncryptionContextPair(key: "a", value: "1")]
    #expect(try reason(context, parameters { $0.encryptionContextSubset = pairs }) == .allowed)
    #expect(
      try reason(
        "{\"StringEquals\": {\"kms:GrantConstraintType\": \"EncryptionContextSubset\"}}",
        parameters { $0.encryptionContextSubset = pairs }) == .allowed)
    // Asked without parameters, no condition on them helps.
    #expect(try reason(operations, nil) == .noKeyPolicyAllow)
    #expect(try reason(grantee, nil, effect: "Deny") == .explicitDenyKeyPolicy)
    #expect(try reason("{}", nil) == .allowed)
  }

  @Test("CreateGrant's parameters that KMS refuses before it authorizes")
  func refusals() throws {
    let world = try World()
    func refusal(_ change: (inout GrantParameters) -> Void) throws -> String {
      try world.refusal(World.userA, "kms:CreateGrant") { $0.grant = parameters(change) }
    }
    #expect(try refusal { $0.granteePrincipal = "" }.contains("granteePrincipal"))
    #expect(try refusal { $0.granteeServicePrincipal = "s3.amazonaws.com" }.contains("exactly one"))
    #expect(try refusal { $0.granteePrincipal = "arn:aws:iam::444455556666:group/g" }.contains("granteePrincipal"))
    #expect(try refusal { $0.operations = [] }.contains("operations"))
    #expect(try refusal { $0.operations = ["ListGrants"] }.contains("`ListGrants`"))
    #expect(try refusal { $0.operations = ["Sign"] }.contains("`Sign`"))
    #expect(try refusal { $0.operations = ["GetPublicKey"] }.contains("`GetPublicKey`"))
    #expect(
      try refusal {
        $0.encryptionContextEquals = []
        $0.encryptionContextSubset = []
      }.contains("both"))
    #expect(
      try refusal {
        $0.retiringPrincipal = World.userB
        $0.retiringServicePrincipal = "s3.amazonaws.com"
      }.contains("both"))
    func service(_ change: (inout GrantParameters) -> Void) throws -> String {
      try refusal {
        $0.granteePrincipal = ""
        $0.granteeServicePrincipal = "s3.amazonaws.com"
        $0.sourceARN = "arn:aws:s3:::b"
        $0.retiringPrincipal = World.userA
        change(&$0)
      }
    }
    #expect(try service { $0.sourceARN = "" }.contains("sourceArn"))
    #expect(try service { $0.retiringPrincipal = "" }.contains("exactly one"))
  }

  @Test("B-13: who may retire a grant")
  func retire() throws {
    func reason(
      _ principal: Text, _ grant: Grant, identity: Text? = nil, policy: Text = Statements.key("\"*\"")
    ) throws -> Reason {
      var world = try world([grant], policy: policy)
      if let identity {
        for (name, account) in [("OwnUser", World.accountA), ("ExampleUser", World.accountB)] as [(Text, Text)] {
          try world.allow(name, in: account, identity)
        }
      }
      return try world.reason(principal, "kms:RetireGrant") { $0.grantID = "g1" }
    }
    let roleGrant = grant(World.roleB) { $0.retiringPrincipal = World.userB }
    #expect(try reason(World.userB, roleGrant) == .allowed)
    #expect(try reason(World.roleB, roleGrant) == .retireNotEntitled)
    #expect(try reason(World.roleB, grant(World.roleB, ["RetireGrant"])) == .allowed)
    let allow = Statements.identity(action: "kms:RetireGrant")
    // The key's owner, by delegation; its root user without.
    #expect(try reason(World.userA, roleGrant) == .retireNotEntitled)
    #expect(try reason(World.userA, roleGrant, identity: allow) == .allowed)
    #expect(try reason("arn:aws:iam::111122223333:root", roleGrant) == .allowed)
    // Another account, but for the one that made the grant.
    #expect(try reason(World.userB, grant(World.roleA), identity: allow) == .retireNotEntitled)
    let issued = grant(World.roleA) { $0.issuingAccount = "arn:aws:iam::444455556666:root" }
    #expect(try reason(World.userB, issued, identity: allow) == .allowed)
    #expect(try reason("arn:aws:iam::444455556666:root", issued) == .allowed)
    // An identity policy's deny works, a key policy's has no effect.
    #expect(try reason(World.userB, roleGrant, identity: Statements.identity("Deny")) == .explicitDenyIdentityPolicy)
    #expect(try reason(World.userB, roleGrant, policy: Statements.key("\"*\"", "Deny")) == .allowed)
  }

  @Test("RetireGrant and RevokeGrant name a grant by key and id")
  func naming() throws {
    let world = try world([grant(World.roleB)], policy: Statements.key("\"*\""))
    for operation in ["kms:RetireGrant", "kms:RevokeGrant"] as [Text] {
      #expect(try world.refusal(World.userA, operation).contains("`grantId`"))
      #expect(try world.reason(World.userA, operation) { $0.grantID = "nope" } == .grantNotFound)
    }
    #expect(try world.reason(World.userA, "kms:RevokeGrant") { $0.grantID = "g1" } == .allowed)
    #expect(
      try world.refusal(World.userA, "kms:RetireGrant", on: World.keyID) {
        $0.region = World.region
        $0.grantID = "g1"
      }.contains("key ARN"))
  }
}
