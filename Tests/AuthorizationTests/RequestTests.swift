// How requests name keys, what is refused before anything is judged, and operations without a key.

import PolicyDirectory
import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Requests")
struct RequestTests {
  private func world() throws -> World {
    var world = try World(keyPolicy: "[\(Statements.key("\"*\""))]")
    for name in ["ExampleRole", "ExampleUser"] as [Text] {
      try world.allow(name, in: World.accountB, Statements.identity())
    }
    try world.allow("OwnRole", in: World.accountA, Statements.identity())
    world.alias("alias/x")
    return world
  }

  @Test("B-29: a bare id or alias name is the caller's own")
  func bareNames() throws {
    let world = try world()
    for name in [World.keyID, "alias/x"] as [Text] {
      #expect(try world.reason(World.roleB, on: name) { $0.region = World.region } == .keyNotFound)
      #expect(try world.reason(World.roleA, on: name) { $0.region = World.region } == .allowed)
      #expect(try world.refusal(World.roleA, on: name).contains("`region`"))
      #expect(try world.refusal("s3.amazonaws.com", on: name) { $0.region = World.region }.contains("`resource`"))
    }
  }

  @Test("A-35: an alias ARN names a foreign key; the decision tells the key's ARN")
  func aliasARN() throws {
    let decision = try world().decide(
      AuthorizationRequest(
        principal: World.roleB, operation: "kms:Decrypt", resource: "arn:aws:kms:us-west-2:111122223333:alias/x"))
    #expect(decision.outcome == .allow)
    #expect(decision.keyARN == World.keyARN)
    #expect(decision.resource == World.keyARN)
  }

  @Test("B-30: an alias where only id and ARN are taken")
  func aliasRefused() throws {
    #expect(
      try world().refusal(World.roleA, "kms:DisableKey", on: "alias/x") { $0.region = World.region }.contains("key id"))
    #expect(
      try world().refusal(World.roleB, "kms:ListGrants", on: "arn:aws:kms:us-west-2:111122223333:alias/x")
        .contains("`resource`"))
  }

  @Test("B-31: a Region that differs from the ARN's")
  func regions() throws {
    #expect(try world().refusal(World.roleB) { $0.region = "us-east-1" }.contains("us-east-1"))
  }

  @Test("What is not there is KEY_NOT_FOUND, with the owner that the ARN names")
  func notFound() throws {
    let arn: Text = "arn:aws:kms:us-west-2:999999999999:key/x"
    let decision = try world().decide(
      AuthorizationRequest(principal: World.roleB, operation: "kms:Decrypt", resource: arn))
    #expect(decision.reason == .keyNotFound)
    #expect(decision.denial == .implicit)
    #expect(decision.keyARN.isEmpty)
    #expect(decision.resource == arn)
    #expect(decision.owner?.account == "999999999999")
    #expect(
      try world().reason(World.roleB, on: "arn:aws-cn:kms:us-west-2:111122223333:key/\(World.keyID)") == .keyNotFound)
  }

  @Test("Refused before anything is judged")
  func refused() throws {
    let world = try world()
    #expect(try world.refusal(World.roleB, on: "").contains("`resource` is empty"))
    #expect(try world.refusal(World.roleB, "Decrypt").contains("`operation`"))
    #expect(try world.refusal(World.roleB, "kms:decrypt").contains("`operation`"))
    #expect(try world.refusal(World.roleB, "kms:SynchronizeMultiRegionKey").contains("`operation`"))
    #expect(try world.refusal(World.roleB, "").contains("`operation`"))
    #expect(
      try world.refusal(World.roleB) { $0.grantTokens = Array(repeating: "t", count: 11) }.contains("`grantTokens`"))
    #expect(try world.refusal(World.roleB) { $0.targetResource = World.keyARN }.contains("`targetResource`"))
    #expect(try world.reason(World.roleB) { $0.grantTokens = Array(repeating: "t", count: 10) } == .allowed)
  }

  @Test("B-11, B-12: operations without a key go by identity policies with Resource `*`")
  func keyless() throws {
    var world = try World(keyPolicy: Statements.key("\"*\""))
    #expect(try world.reason(World.roleB, "kms:ListKeys", on: "") == .noIdentityPolicyAllow)
    try world.allow("ExampleRole", in: World.accountB, Statements.identity(resource: World.keyARN))
    #expect(try world.reason(World.roleB, "kms:ListKeys", on: "") == .noIdentityPolicyAllow)
    try world.allow("ExampleRole", in: World.accountB, Statements.identity())
    #expect(try world.reason(World.roleB, "kms:ListKeys", on: "") == .allowed)
    #expect(try world.reason("arn:aws:iam::444455556666:root", "kms:ListKeys", on: "") == .allowed)
    #expect(try world.reason("s3.amazonaws.com", "kms:ListKeys", on: "") == .noKeyPolicyAllow)
    let decision = try world.decide(AuthorizationRequest(principal: World.roleB, operation: "kms:ListKeys"))
    #expect(decision.owner == nil)
    #expect(decision.ownerAccount.isEmpty)
  }

  @Test("A-5: an operation without a key, put to another account's key, is not usable across accounts")
  func keylessAcrossAccounts() throws {
    #expect(try world().reason(World.roleB, "kms:ListKeys", on: World.keyARN) == .notCrossAccountOperation)
    #expect(try world().reason(World.roleB, "kms:ListAliases", on: World.keyARN) == .notCrossAccountOperation)
    #expect(try world().reason(World.roleA, "kms:ListAliases", on: World.keyARN) == .allowed)
  }

  @Test("B-2: ListRetirableGrants asks for a retiring principal of the caller's account")
  func listRetirableGrants() throws {
    func grant(_ principal: Text) -> GrantParameters {
      var grant = GrantParameters()
      grant.retiringPrincipal = principal
      return grant
    }
    let world = try world()
    #expect(
      try world.reason(World.roleB, "kms:ListRetirableGrants", on: "") { $0.grant = grant(World.userB) } == .allowed)
    #expect(
      try world.refusal(World.roleB, "kms:ListRetirableGrants", on: "") { $0.grant = grant(World.userA) }.contains(
        "retiringPrincipal"))
    #expect(try world.refusal(World.roleB, "kms:ListRetirableGrants", on: "").contains("retiringPrincipal"))
  }

  @Test("D-13, D-14: a key policy statement without Resource, or for another key, does not apply")
  func keyPolicyResources() throws {
    func reason(_ resource: Text) throws -> Reason {
      var world = try World(
        keyPolicy: "{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kms:*\"\(resource)}")
      try world.allow("ExampleRole", in: World.accountB, Statements.identity())
      return try world.reason(World.roleB)
    }
    #expect(try reason("") == .noKeyPolicyAllow)
    #expect(try reason(", \"Resource\": \"arn:aws:kms:us-west-2:111122223333:key/other\"") == .noKeyPolicyAllow)
    #expect(try reason(", \"Resource\": \"\(World.keyARN)\"") == .allowed)
    #expect(try reason(", \"Resource\": \"*\"") == .allowed)
  }
}

@Suite("Limits of a request")
struct RequestLimitTests {
  /// Each limit, with a request that holds `count` of what it limits.
  static let limits: [(name: String, most: Int, fill: @Sendable (inout AuthorizationRequest, Int) -> Void)] = [
    ("grantTokens", RequestLimits.grantTokens, { $0.grantTokens = Array(repeating: "t", count: $1) }),
    (
      "context", RequestLimits.contextKeys,
      { request, count in
        request.context = (0..<count).map { ContextEntry(key: "x:\($0)", values: .single("")) }
      }
    ),
    (
      "context", RequestLimits.contextValues,
      { request, count in
        request.context = [ContextEntry(key: "x:k", values: .set(Array(repeating: "", count: count)))]
      }
    ),
    (
      "encryptionContext", RequestLimits.encryptionContextPairs,
      { request, count in
        request.encryptionContext = (0..<count).map { EncryptionContextPair(key: "\($0)", value: "") }
      }
    ),
    (
      "session.tags", RequestLimits.sessionTags,
      { request, count in
        request.session = SessionParameters()
        request.session?.tags = (0..<count).map { EncryptionContextPair(key: "\($0)", value: "") }
      }
    ),
    (
      "session.policies", RequestLimits.sessionPolicies,
      { request, count in
        request.session = SessionParameters()
        let policy: Text = "{\"Version\": \"2012-10-17\", \"Statement\": \(Statements.identity())}"
        request.session?.policies = Array(repeating: policy, count: count)
      }
    ),
    (
      "session.policies[0]", RequestLimits.sessionPolicyCharacters,
      { request, count in
        request.session = SessionParameters()
        let policy: Text = "{\"Version\": \"2012-10-17\", \"Statement\": \(Statements.identity())}"
        request.session?.policies = [
          Text(utf8: policy.utf8 + Array(repeating: UInt8(ascii: " "), count: count - policy.count))
        ]
      }
    ),
  ]

  @Test("A request over a limit is refused by name; one at the limit is judged", arguments: limits.indices)
  func limit(index: Int) throws {
    let limit = Self.limits[index]
    var world = try World(keyPolicy: Statements.key("\"*\""))
    try world.allow("ExampleRole", in: World.accountB, Statements.identity())
    #expect(try world.reason(World.roleB) { limit.fill(&$0, limit.most) } == .allowed)
    #expect(try world.refusal(World.roleB) { limit.fill(&$0, limit.most + 1) }.hasPrefix("`\(limit.name)` has"))
  }

  @Test("At most ten managed session policies, whatever they are")
  func managedPolicies() throws {
    let message = try World().refusal(World.roleB) {
      $0.session = SessionParameters()
      $0.session?.policyARNs = Array(repeating: "arn:aws:iam::aws:policy/P", count: 11)
    }
    #expect(message.hasPrefix("`session.policyArns` has 11"))
  }

  @Test("A key given twice in one encryption context is refused")
  func duplicates() throws {
    let message = try World().refusal(World.roleB) {
      $0.encryptionContext = Array(repeating: EncryptionContextPair(key: "a", value: "1"), count: 2)
    }
    #expect(message.contains("`encryptionContext`"))
  }
}
