// Other services by the general rule, and roles by their trust policies.

import PolicyDirectory
import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Other services")
struct OtherServiceTests {
  private let bucket: Text = "arn:aws:s3:::bucket"

  private func world(policy: Text?, identity: Text? = nil) throws -> World {
    var world = try World()
    let file = try policy.map { PolicyFile(path: "p", document: try World.document($0, as: .resourcePolicy)) }
    world.set.accounts[World.accountA]?.resources = [
      Resource(arn: try #require(ARN(bucket)), policy: file)
    ]
    if let identity {
      for (name, account) in [("OwnUser", World.accountA), ("ExampleUser", World.accountB)] as [(Text, Text)] {
        try world.allow(name, in: account, identity)
      }
    }
    return world
  }

  private func statement(_ principal: Text, _ effect: Text = "Allow") -> Text {
    "{\"Effect\": \"\(effect)\", \"Principal\": \(principal), \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::bucket/*\"}"
  }

  private func reason(_ world: World, _ principal: Text) throws -> Reason {
    try world.reason(principal, "s3:GetObject", on: "arn:aws:s3:::bucket/object")
  }

  @Test("Within one account either side is enough; an account principal only delegates")
  func sameAccount() throws {
    let allow = Statements.identity(action: "s3:*")
    #expect(try reason(world(policy: nil), World.userA) == .noIdentityPolicyAllow)
    #expect(try reason(world(policy: nil, identity: allow), World.userA) == .allowed)
    #expect(try reason(world(policy: statement(Statements.aws(World.userA))), World.userA) == .allowed)
    #expect(try reason(world(policy: statement("\"*\"")), World.userA) == .allowed)
    #expect(try reason(world(policy: statement(Statements.aws(World.accountA))), World.userA) == .noIdentityPolicyAllow)
    #expect(
      try reason(world(policy: statement("\"*\"", "Deny"), identity: allow), World.userA) == .explicitDenyResourcePolicy
    )
  }

  @Test("Across accounts both sides must allow")
  func acrossAccounts() throws {
    let allow = Statements.identity(action: "s3:*")
    #expect(try reason(world(policy: nil, identity: allow), World.userB) == .noResourcePolicyAllow)
    #expect(try reason(world(policy: statement(Statements.aws(World.accountB))), World.userB) == .noIdentityPolicyAllow)
    #expect(
      try reason(world(policy: statement(Statements.aws(World.accountB)), identity: allow), World.userB) == .allowed)
  }

  @Test("A service has no side of its own")
  func services() throws {
    #expect(try reason(world(policy: nil), "ec2.amazonaws.com") == .noResourcePolicyAllow)
    #expect(
      try reason(world(policy: statement("{\"Service\": \"ec2.amazonaws.com\"}")), "ec2.amazonaws.com") == .allowed)
  }

  @Test("The owner of an ARN: the longest folder that covers it, else the account in it")
  func owners() throws {
    var world = try world(policy: statement("\"*\""))
    world.set.accounts[World.accountC]?.resources = [Resource(arn: try #require(ARN("arn:aws:s3:::bucket/sub")))]
    func owner(_ arn: Text) throws -> Text {
      try world.decide(AuthorizationRequest(principal: World.userA, operation: "s3:GetObject", resource: arn))
        .ownerAccount
    }
    #expect(try owner("arn:aws:s3:::bucket/object") == World.accountA)
    #expect(try owner("arn:aws:s3:::bucket/sub/x") == World.accountC)
    #expect(try owner("arn:aws:s3:::bucket/subway") == World.accountA)
    #expect(try owner("arn:aws:sqs:us-west-2:444455556666:queue") == World.accountB)
    #expect(try world.refusal(World.userA, "s3:GetObject", on: "arn:aws:s3:::bucketeer").contains("`resource`"))
    #expect(try world.refusal(World.userA, "s3:GetObject", on: "bucket").contains("`resource`"))
  }

  @Test("sts:AssumeRole needs the role's trust policy")
  func assumeRole() throws {
    func reason(_ trust: Text?, identity: Bool = true) throws -> Reason {
      var world = try World()
      let file = try trust.map { PolicyFile(path: "t", document: try World.document($0, as: .trustPolicy)) }
      world.set.accounts[World.accountA]?.roles["OwnRole"] = Role(
        identity: Identity(name: "OwnRole"), trustPolicy: file)
      if identity { try world.allow("ExampleUser", in: World.accountB, Statements.identity(action: "sts:*")) }
      return try world.reason(World.userB, "sts:AssumeRole", on: World.roleA)
    }
    func trust(_ principal: Text) -> Text {
      "{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"\(principal)\"}, \"Action\": \"sts:AssumeRole\"}"
    }
    #expect(try reason(nil) == .noResourcePolicyAllow)
    #expect(try reason(trust(World.accountC)) == .noResourcePolicyAllow)
    #expect(try reason(trust(World.accountB)) == .allowed)
    #expect(try reason(trust(World.accountB), identity: false) == .noIdentityPolicyAllow)
  }

  @Test("An operation without a resource goes by identity policies")
  func withoutResource() throws {
    let world = try world(policy: nil, identity: Statements.identity(action: "s3:ListAllMyBuckets"))
    #expect(try world.reason(World.userA, "s3:ListAllMyBuckets", on: "") == .allowed)
    #expect(try world.reason(World.userA, "s3:CreateBucket", on: "") == .noIdentityPolicyAllow)
  }
}
