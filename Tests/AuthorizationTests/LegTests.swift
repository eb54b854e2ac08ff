// Operations that ask several questions (B.3).

import PolicyDirectory
import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Operations of several legs")
struct LegTests {
  static let second: Text = "arn:aws:kms:us-west-2:777788889999:key/second"

  /// B's role may re-encrypt from A's key to C's.
  private func threeAccounts(_ change: (inout World) throws -> Void = { _ in }) throws -> World {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountB), action: "kms:ReEncryptFrom"))
    try world.key(
      "second", in: World.accountC, policy: Statements.key(Statements.aws(World.accountB), action: "kms:ReEncryptTo"))
    try world.allow("ExampleRole", in: World.accountB, Statements.identity(action: "kms:ReEncrypt*"))
    try change(&world)
    return world
  }

  private func reEncrypt(_ change: (inout AuthorizationRequest) -> Void = { _ in }) -> AuthorizationRequest {
    var request = AuthorizationRequest(principal: World.roleB, operation: "kms:ReEncrypt", resource: World.keyARN)
    request.targetResource = Self.second
    change(&request)
    return request
  }

  @Test("B-6: ReEncrypt asks both keys, each by its own account")
  func reEncryptAllowed() throws {
    let decision = try threeAccounts().decide(reEncrypt())
    #expect(decision.outcome == .allow)
    #expect(decision.legs.map(\.action) == ["kms:ReEncryptFrom", "kms:ReEncryptTo"])
    #expect(decision.legs.map(\.owner?.account) == [World.accountA, World.accountC])
    #expect(decision.legs.map(\.resource) == [World.keyARN, Self.second])
  }

  @Test("B-6: one leg denied denies the whole")
  func reEncryptDenied() throws {
    let world = try threeAccounts {
      try $0.key("second", in: World.accountC, policy: Statements.key(Statements.aws(World.accountA)))
    }
    let decision = try world.decide(reEncrypt())
    #expect(decision.reason == .noKeyPolicyAllow)
    #expect(decision.legs.map(\.outcome) == [.allow, .deny])
    #expect(decision.owner?.account == World.accountC)
  }

  @Test("B-6: an action kms:ReEncrypt matches nothing")
  func literalAction() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountA), action: "kms:ReEncrypt"))
    try world.allow("OwnUser", in: World.accountA, Statements.identity())
    #expect(try world.reason(World.userA, "kms:ReEncrypt") { $0.targetResource = World.keyARN } == .noKeyPolicyAllow)
  }

  @Test("B-7: each leg has its own encryption context")
  func contexts() throws {
    func key(_ value: Text, _ action: Text) -> Text {
      Statements.key(
        Statements.aws(World.accountB), action: action,
        condition: "{\"StringEquals\": {\"kms:EncryptionContext:k\": \"\(value)\"}}")
    }
    let world = try threeAccounts {
      try $0.key(policy: key("1", "kms:ReEncryptFrom"))
      try $0.key("second", in: World.accountC, policy: key("2", "kms:ReEncryptTo"))
    }
    func reason(_ source: Text, _ target: Text) throws -> Reason {
      try world.decide(
        reEncrypt {
          $0.encryptionContext = [EncryptionContextPair(key: "k", value: source)]
          $0.targetEncryptionContext = [EncryptionContextPair(key: "k", value: target)]
        }
      ).reason
    }
    #expect(try reason("1", "2") == .allowed)
    #expect(try reason("2", "1") == .noKeyPolicyAllow)
  }

  @Test("kms:ReEncryptOnSameKey")
  func sameKey() throws {
    func reason(_ isSame: Bool, _ expected: Text) throws -> Reason {
      var world = try World(
        keyPolicy: Statements.key("\"*\"", condition: "{\"Bool\": {\"kms:ReEncryptOnSameKey\": \"\(expected)\"}}"))
      try world.key("other", policy: Statements.key("\"*\""))
      return try world.reason(World.userA, "kms:ReEncrypt") {
        $0.targetResource = isSame ? World.keyARN : "arn:aws:kms:us-west-2:111122223333:key/other"
      }
    }
    #expect(try reason(true, "true") == .allowed)
    #expect(try reason(false, "true") == .noKeyPolicyAllow)
    #expect(try reason(false, "false") == .allowed)
  }

  @Test("ReEncrypt needs a destination, in the same Region")
  func destination() throws {
    let world = try threeAccounts()
    #expect(try world.refusal(World.roleB, "kms:ReEncrypt").contains("`targetResource` is empty"))
    #expect(
      try world.refusal(World.roleB, "kms:ReEncrypt") {
        $0.targetResource = "arn:aws:kms:us-east-1:777788889999:key/second"
      }.contains("us-east-1"))
    #expect(try world.reason(World.roleB, "kms:ReEncryptFrom") == .allowed)
    #expect(try world.reason(World.roleB, "kms:ReEncryptTo", on: Self.second) == .allowed)
  }

  @Test("B-9: alias operations ask the alias and every key")
  func aliases() throws {
    let aliasARN: Text = "arn:aws:kms:us-west-2:111122223333:alias/x"
    func reason(
      _ operation: Text, identity: Text, target: Text = "", alias: Text = "alias/x", own: Bool = true
    ) throws -> Reason {
      var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountA)))
      try world.key("new", policy: Statements.key(Statements.aws(World.accountA)))
      world.alias("alias/x")
      try world.allow("OwnUser", in: World.accountA, identity)
      return try world.reason(World.userA, operation, on: alias) {
        $0.region = World.region
        $0.targetResource = target
      }
    }
    let everything = Statements.identity()
    #expect(try reason("kms:CreateAlias", identity: everything, target: World.keyID) == .allowed)
    #expect(
      try reason("kms:CreateAlias", identity: Statements.identity(resource: World.keyARN), target: World.keyID)
        == .noIdentityPolicyAllow)
    #expect(
      try reason("kms:CreateAlias", identity: Statements.identity(resource: aliasARN), target: World.keyID)
        == .noIdentityPolicyAllow)
    #expect(try reason("kms:CreateAlias", identity: everything, target: World.keyID, alias: "alias/free") == .allowed)
    #expect(try reason("kms:UpdateAlias", identity: everything, target: "new") == .allowed)
    #expect(
      try reason(
        "kms:UpdateAlias",
        identity:
          "[\(Statements.identity(resource: aliasARN)), \(Statements.identity(resource: "arn:aws:kms:*:*:key/new"))]",
        target: "new") == .noIdentityPolicyAllow)
    #expect(try reason("kms:UpdateAlias", identity: everything, target: "new", alias: "alias/no") == .keyNotFound)
    #expect(try reason("kms:DeleteAlias", identity: everything) == .allowed)
    #expect(try reason("kms:DeleteAlias", identity: everything, alias: "alias/no") == .keyNotFound)
  }

  @Test("B-33: aliases of AWS cannot be changed; CreateAlias takes no alias as its key")
  func reservedAliases() throws {
    let world = try World()
    func refusal(_ alias: Text, _ target: Text) throws -> String {
      try world.refusal(World.userA, "kms:CreateAlias", on: alias) {
        $0.region = World.region
        $0.targetResource = target
      }
    }
    #expect(try refusal("alias/aws/s3", World.keyID).contains("alias/aws/"))
    #expect(try refusal("alias/y", "alias/x").contains("`targetResource`"))
    #expect(try refusal("alias/y", "").contains("`targetResource`"))
    #expect(try refusal(World.keyID, World.keyID).contains("`resource`"))
  }

  @Test("B-10: keys that describe the key do not work in the statement about the alias")
  func aliasConditions() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountA)))
    try world.allow(
      "OwnUser", in: World.accountA,
      Statements.identity(condition: "{\"StringEquals\": {\"kms:KeySpec\": \"SYMMETRIC_DEFAULT\"}}"))
    let decision = try world.decide(
      {
        var request = AuthorizationRequest(principal: World.userA, operation: "kms:CreateAlias", resource: "alias/y")
        request.region = World.region
        request.targetResource = World.keyID
        return request
      }())
    #expect(decision.legs.map(\.outcome) == [.deny, .allow])
  }

  @Test("B-22: tags at creation ask for kms:TagResource")
  func tags() throws {
    func reason(_ action: Text, tagged: Bool) throws -> Reason {
      var world = try World()
      try world.allow("OwnUser", in: World.accountA, Statements.identity(action: action))
      return try world.reason(World.userA, "kms:CreateKey", on: "") {
        $0.region = World.region
        if tagged { $0.context = [ContextEntry(key: "aws:TagKeys", values: .set(["a"]))] }
      }
    }
    #expect(try reason("kms:CreateKey", tagged: false) == .allowed)
    #expect(try reason("kms:CreateKey", tagged: true) == .noIdentityPolicyAllow)
    #expect(try reason("kms:*", tagged: true) == .allowed)
  }

  @Test("B-19: ReplicateKey asks the primary, and CreateKey in the replica's Region")
  func replicate() throws {
    func reason(_ region: Text) throws -> Reason {
      var world = try World()
      let metadata = KeyMetadata(isMultiRegion: true, multiRegionKeyType: "PRIMARY")
      try world.key("mrk-1", policy: Statements.key(Statements.aws(World.accountA)), metadata: metadata)
      try world.allow(
        "OwnUser", in: World.accountA,
        """
        [\(Statements.identity(action: "kms:ReplicateKey")),
         \(Statements.identity(action: "kms:CreateKey", condition: "{\"StringEquals\": {\"aws:RequestedRegion\": \"eu-west-1\", \"kms:MultiRegionKeyType\": \"REPLICA\"}}"))]
        """)
      return try world.reason(World.userA, "kms:ReplicateKey", on: "arn:aws:kms:us-west-2:111122223333:key/mrk-1") {
        $0.context = [ContextEntry(key: "kms:ReplicaRegion", values: .single(region))]
      }
    }
    #expect(try reason("eu-west-1") == .allowed)
    #expect(try reason("us-east-1") == .noIdentityPolicyAllow)
  }

  @Test("B-20: UpdatePrimaryRegion asks both keys")
  func updatePrimaryRegion() throws {
    func reason(_ replicaPolicy: Text?) throws -> Reason {
      var world = try World()
      let arn: Text = "arn:aws:kms:us-west-2:111122223333:key/mrk-1"
      try world.key("mrk-1", policy: Statements.key("\"*\""))
      if let replicaPolicy { try world.key("mrk-1", region: "eu-west-1", policy: replicaPolicy) }
      return try world.reason(World.userA, "kms:UpdatePrimaryRegion", on: arn) {
        $0.context = [ContextEntry(key: "kms:PrimaryRegion", values: .single("eu-west-1"))]
      }
    }
    #expect(try reason(Statements.key("\"*\"")) == .allowed)
    #expect(try reason(Statements.key(Statements.aws(World.accountA))) == .noIdentityPolicyAllow)
    #expect(try reason(nil) == .keyNotFound)
    #expect(try World().refusal(World.userA, "kms:UpdatePrimaryRegion").contains("kms:PrimaryRegion"))
  }
}
