// The example that the product is about: a key of one account used by another.

import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Seed scenario")
struct SeedScenarioTests {
  static let keyPolicy: Text = """
    [{"Sid": "Allow an external account to use this KMS key", "Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam::444455556666:root"]},
      "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      "Resource": "*"},
     {"Sid": "Allow attachment of persistent resources", "Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam::444455556666:root"]},
      "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], "Resource": "*",
      "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}]
    """

  let world: World

  init() throws {
    var world = try World(keyPolicy: Self.keyPolicy)
    let statement = Statements.identity(action: "kms:*", resource: World.keyARN)
    try world.allow("ExampleRole", in: World.accountB, statement)
    try world.allow("ExampleUser", in: World.accountB, statement)
    world.role("OtherRole", in: World.accountB)
    self.world = world
  }

  @Test("A-1: key policy and identity policy together allow", arguments: [World.roleB, World.sessionB, World.userB])
  func bothSidesAllow(principal: Text) throws {
    let decision = try world.decide(
      AuthorizationRequest(principal: principal, operation: "kms:Decrypt", resource: World.keyARN))
    #expect(decision.outcome == .allow)
    #expect(decision.reason == .allowed)
    #expect(decision.denial == nil)
    #expect(decision.ownerAccount == World.accountA)
    #expect(decision.callerAccount == World.accountB)
    #expect(decision.keyARN == World.keyARN)
    #expect(decision.owner?.statements.map(\.sid) == ["Allow an external account to use this KMS key"])
    #expect(decision.owner?.statements.map(\.line) == [1])
    #expect(decision.caller?.statements.count == 1)
    #expect(decision.legs.isEmpty)
  }

  @Test("A-2: the key policy alone is not enough")
  func keyPolicyAlone() throws {
    let decision = try world.decide(
      AuthorizationRequest(
        principal: "arn:aws:iam::444455556666:role/OtherRole", operation: "kms:Decrypt", resource: World.keyARN))
    #expect(decision.reason == .noIdentityPolicyAllow)
    #expect(decision.denial == .implicit)
    #expect(decision.owner?.outcome == .allow)
    #expect(decision.caller?.outcome == .deny)
  }

  @Test("A-3: the identity policy alone is not enough")
  func identityPolicyAlone() throws {
    var world = world
    try world.key(policy: Statements.key(Statements.aws(World.accountC)))
    #expect(try world.reason(World.roleB) == .noKeyPolicyAllow)
  }

  @Test("A-21: what the key policy leaves out stays denied")
  func actionOutsideKeyPolicy() throws {
    #expect(try world.reason(World.roleB, "kms:Sign") == .noKeyPolicyAllow)
  }

  @Test("A-32: grants only for services on the user's behalf")
  func persistentResources() throws {
    #expect(try world.reason(World.roleB, "kms:ListGrants") == .noKeyPolicyAllow)
    let context = ContextEntry(key: "kms:GrantIsForAWSResource", values: .single("true"))
    #expect(try world.reason(World.roleB, "kms:ListGrants") { $0.context = [context] } == .allowed)
  }

  @Test("A-5: other operations have no effect across accounts, and both sides are still told")
  func notAcrossAccounts() throws {
    let decision = try world.decide(
      AuthorizationRequest(principal: World.roleB, operation: "kms:DisableKey", resource: World.keyARN))
    #expect(decision.reason == .notCrossAccountOperation)
    #expect(decision.caller?.outcome == .allow)
  }
}
