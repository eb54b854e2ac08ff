// Explicit denies of every policy, ceilings that must allow, and the order of reasons.

import PolicyDirectory
import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Denies and ceilings")
struct DenyTests {
  /// Allowed across accounts, in an organization whose levels allow everything.
  private func world(organization: Bool = true) throws -> World {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountB)))
    try world.allow("ExampleRole", in: World.accountB, Statements.identity())
    if organization {
      let accounts = [World.accountA, World.accountB].map {
        OrganizationAccount(id: $0, attached: AttachedControlPolicies())
      }
      let unit = OrganizationalUnit(id: "ou-1", attached: AttachedControlPolicies(), accounts: accounts)
      world.set.organization = Organization(
        id: "o-1", managementAccountID: nil,
        root: OrganizationalUnit(id: "r-1", attached: AttachedControlPolicies(), units: [unit]))
    }
    return world
  }

  private func control(_ statements: Text, as kind: PolicyKind) throws -> PolicyFile {
    PolicyFile(path: "control", document: try World.document(statements, as: kind))
  }

  private func check(_ world: World, _ reason: Reason, _ denial: Denial?) throws {
    let decision = try world.decide(
      AuthorizationRequest(principal: World.sessionB, operation: "kms:Decrypt", resource: World.keyARN))
    #expect(decision.reason == reason)
    #expect(decision.denial == denial)
  }

  @Test("F-29: a deny of either side wins")
  func denies() throws {
    try check(world(), .allowed, nil)
    var keyPolicy = try world()
    try keyPolicy.key(
      policy:
        "[\(Statements.key(Statements.aws(World.accountB))), \(Statements.key(Statements.aws(World.accountB), "Deny"))]"
    )
    try check(keyPolicy, .explicitDenyKeyPolicy, .explicit)
    var identity = try world()
    try identity.allow("ExampleRole", in: World.accountB, Statements.identity("Deny"))
    try check(identity, .explicitDenyIdentityPolicy, .explicit)
    var boundary = try world()
    try boundary.limit("ExampleRole", in: World.accountB, "[\(Statements.identity()), \(Statements.identity("Deny"))]")
    try check(boundary, .explicitDenyBoundary, .explicit)
  }

  @Test("F-8: a deny in an identity policy works without delegation")
  func denyWithoutDelegation() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.roleA)))
    #expect(try world.reason(World.sessionA) == .allowed)
    try world.allow("OwnRole", in: World.accountA, Statements.identity("Deny"))
    #expect(try world.reason(World.sessionA) == .explicitDenyIdentityPolicy)
  }

  @Test("A deny on the other side makes an operation that is not usable across accounts an explicit deny")
  func explicitBesideEarlierReason() throws {
    var world = try world()
    try world.allow("ExampleRole", in: World.accountB, Statements.identity("Deny"))
    let decision = try world.decide(
      AuthorizationRequest(principal: World.roleB, operation: "kms:DisableKey", resource: World.keyARN))
    #expect(decision.reason == .notCrossAccountOperation)
    #expect(decision.denial == .explicit)
    #expect(decision.caller?.reason == .explicitDenyIdentityPolicy)
  }

  @Test("F-32: every level must allow")
  func serviceControlPolicies() throws {
    var world = try world()
    world.set.serviceControlPolicies["deny"] = try control(Statements.identity("Deny"), as: .serviceControlPolicy)
    world.set.serviceControlPolicies["s3"] = try control(
      Statements.identity(action: "s3:*"), as: .serviceControlPolicy)
    func attach(root: [Text]? = nil, unit: [Text]? = nil, account: [Text]? = nil) -> World {
      var changed = world
      if let root { changed.set.organization?.root.attached.serviceControlPolicies = root }
      if let unit { changed.set.organization?.root.units[0].attached.serviceControlPolicies = unit }
      if let account {
        changed.set.organization?.root.units[0].accounts[1].attached.serviceControlPolicies = account
      }
      return changed
    }
    try check(attach(), .allowed, nil)
    try check(attach(root: []), .noSCPAllow, .implicit)
    try check(attach(unit: ["s3"]), .noSCPAllow, .implicit)
    try check(attach(unit: ["s3", "FullAWSAccess"]), .allowed, nil)
    try check(attach(account: ["FullAWSAccess", "deny"]), .explicitDenySCP, .explicit)
    // F-33: the management account is exempt; F-5: the owner's SCPs do not matter.
    var management = attach(account: [])
    management.set.organization?.managementAccountID = World.accountB
    try check(management, .allowed, nil)
    var owner = world
    owner.set.organization?.root.units[0].accounts[0].attached.serviceControlPolicies = []
    try check(owner, .allowed, nil)
  }

  @Test("F-33, F-34: service-linked roles are outside SCPs and RCPs")
  func serviceLinkedRoles() throws {
    var world = try world()
    world.role("AWSServiceRole", in: World.accountB, path: "/aws-service-role/x.amazonaws.com/")
    try world.allow("AWSServiceRole", in: World.accountB, Statements.identity())
    world.set.organization?.root.attached.serviceControlPolicies = []
    world.set.resourceControlPolicies["deny"] = try control(
      #"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}"#, as: .resourceControlPolicy)
    world.set.organization?.root.attached.resourceControlPolicies = ["deny"]
    #expect(try world.reason("arn:aws:sts::444455556666:assumed-role/AWSServiceRole/s") == .allowed)
    try check(world, .explicitDenyRCP, .explicit)
  }

  @Test("F-34: RCPs of the owner deny whoever calls; not in the management account, not on AWS managed keys")
  func resourceControlPolicies() throws {
    var world = try world()
    world.set.resourceControlPolicies["deny"] = try control(
      #"{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}"#, as: .resourceControlPolicy)
    world.set.organization?.root.units[0].accounts[0].attached.resourceControlPolicies = ["deny"]
    try check(world, .explicitDenyRCP, .explicit)
    var management = world
    management.set.organization?.managementAccountID = World.accountA
    try check(management, .allowed, nil)
    var managed = world
    let name = KeyName(region: World.region, id: World.keyID)
    let key = try #require(managed.set.accounts[World.accountA]?.keys[name])
    managed.set.accounts[World.accountA]?.keys[name] = Key(
      name: name, policy: key.policy, metadata: KeyMetadata(keyManager: "AWS"))
    try check(managed, .allowed, nil)
    // F-5: RCPs of the caller's account do not matter.
    var callers = world
    callers.set.organization?.root.units[0].accounts[0].attached.resourceControlPolicies = []
    callers.set.organization?.root.units[0].accounts[1].attached.resourceControlPolicies = ["deny"]
    try check(callers, .allowed, nil)
  }

  @Test("F-4: an endpoint policy must allow; without a file the endpoint restricts nothing")
  func endpoints() throws {
    func reason(_ policy: Text?, in account: Text = World.accountB) throws -> Reason {
      var world = try world(organization: false)
      if let policy {
        world.set.accounts[account]?.vpcEndpoints["vpce-1"] = try control(policy, as: .endpointPolicy)
      }
      return try world.reason(World.sessionB) {
        $0.context = [ContextEntry(key: "aws:sourceVpce", values: .single("vpce-1"))]
      }
    }
    #expect(try reason(nil) == .allowed)
    #expect(try reason(Statements.key("\"*\"")) == .allowed)
    #expect(try reason(Statements.key(Statements.aws(World.accountA))) == .noEndpointPolicyAllow)
    #expect(
      try reason("[\(Statements.key("\"*\"")), \(Statements.key("\"*\"", "Deny"))]") == .explicitDenyEndpointPolicy)
    #expect(try reason(Statements.key("\"*\"", action: "s3:*"), in: World.accountC) == .noEndpointPolicyAllow)
  }

  @Test("A-15: the caller's account must be enabled in an opt-in Region")
  func regions() throws {
    var world = try World()
    try world.allow("ExampleRole", in: World.accountB, Statements.identity())
    try world.key(region: "af-south-1", policy: Statements.key(Statements.aws(World.accountB)))
    let arn: Text = "arn:aws:kms:af-south-1:111122223333:key/\(World.keyID)"
    #expect(try world.reason(World.roleB, on: arn) == .regionNotEnabled)
    world.set.accounts[World.accountB]?.enabledRegions = ["af-south-1"]
    #expect(try world.reason(World.roleB, on: arn) == .allowed)
  }

  @Test("Each side's record holds its own statements only")
  func statements() throws {
    var world = try world()
    try world.key(policy: "[\(Statements.key("\"*\"", "Deny"))]")
    try world.allow("ExampleRole", in: World.accountB, Statements.identity("Deny"))
    let decision = try world.decide(
      AuthorizationRequest(principal: World.roleB, operation: "kms:Decrypt", resource: World.keyARN))
    #expect(
      decision.owner?.statements.map(\.file) == ["accounts/111122223333/keys/us-west-2/\(World.keyID)/policy.json"])
    #expect(decision.caller?.statements.map(\.file) == ["accounts/444455556666/ExampleRole.json"])
    #expect(decision.owner?.statements.map(\.effect) == [.deny])
  }

  @Test("The contract's order of reasons")
  func order() {
    #expect(Reason.allowed.orEarlier(.noSessionPolicyAllow) == .noSessionPolicyAllow)
    #expect(Reason.noKeyPolicyAllow.orEarlier(.allowed) == .noKeyPolicyAllow)
    #expect(Reason.noKeyPolicyAllow.orEarlier(.explicitDenySCP) == .explicitDenySCP)
    #expect(Reason.explicitDenyRCP.orEarlier(.explicitDenySCP) == .explicitDenyRCP)
  }
}
