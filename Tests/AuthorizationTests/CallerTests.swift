// Who asks: principals of every kind, what is malformed and what is only unknown.

import PolicyDirectory
import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Callers")
struct CallerTests {
  @Test(
    "A text that can be no principal is INVALID_ARGUMENT",
    arguments: [
      "", "ExampleRole", "444455556666", "AROAEXAMPLE", "*", "arn:aws:iam::444455556666:group/g",
      "arn:aws:iam::4444:root", "arn:aws:iam::444455556666:user/", "arn:aws:iam::444455556666:role",
      "arn:aws:sts::444455556666:assumed-role/ExampleRole", "arn:aws:sts::444455556666:assumed-role/ExampleRole/a/b",
      "arn:aws:iam:us-west-2:444455556666:root", "arn:aws:s3:::bucket", "example.com", ".amazonaws.com",
    ] as [Text])
  func malformed(principal: Text) throws {
    #expect(try World().refusal(principal).contains("`principal`"))
  }

  @Test(
    "A principal that the directory lacks is UNKNOWN_PRINCIPAL",
    arguments: [
      "arn:aws:iam::444455556666:role/Nobody", "arn:aws:iam::444455556666:role/path/ExampleRole",
      "arn:aws:iam::444455556666:user/exampleuser", "arn:aws:sts::444455556666:assumed-role/Nobody/s",
      "arn:aws:iam::999999999999:root", "arn:aws-cn:iam::444455556666:role/ExampleRole",
      "arn:aws-cn:iam::444455556666:root",
    ] as [Text])
  func unknown(principal: Text) throws {
    let world = try World(keyPolicy: Statements.key("\"*\""))
    #expect(try world.reason(principal) == .unknownPrincipal)
  }

  @Test("KEY_NOT_FOUND comes before UNKNOWN_PRINCIPAL")
  func order() throws {
    let reason = try World().reason("arn:aws:iam::999999999999:root", on: "nokey") { $0.region = World.region }
    #expect(reason == .keyNotFound)
  }

  @Test("A session is refused for users, roots and services")
  func sessions() throws {
    let world = try World()
    for principal in [World.userB, "arn:aws:iam::444455556666:root", "s3.amazonaws.com"] as [Text] {
      #expect(try world.refusal(principal) { $0.session = SessionParameters() }.contains("`session`"))
    }
  }

  @Test("A federated user needs the IAM user behind it")
  func federation() throws {
    let federated: Text = "arn:aws:sts::444455556666:federated-user/Bob"
    let world = try World(keyPolicy: Statements.key("\"*\""))
    #expect(try world.refusal(federated).contains("federatedBy"))
    func session(_ user: Text) -> SessionParameters {
      var session = SessionParameters()
      session.federatedBy = user
      return session
    }
    #expect(try world.refusal(federated) { $0.session = session(World.roleB) }.contains("federatedBy"))
    #expect(try world.refusal(federated) { $0.session = session(World.userA) }.contains("federatedBy"))
    #expect(try world.refusal(World.roleB) { $0.session = session(World.userB) }.contains("federatedBy"))
    #expect(
      try world.reason(federated) { $0.session = session("arn:aws:iam::444455556666:user/Nobody") } == .unknownPrincipal
    )
    #expect(try world.reason(federated) { $0.session = session(World.userB) } == .noIdentityPolicyAllow)
  }

  @Test("A malformed session policy is named")
  func sessionPolicies() throws {
    var session = SessionParameters()
    session.policies = ["{\"Version\": \"2012-10-17\", \"Statement\": []}"]
    #expect(try World().refusal(World.roleB) { $0.session = session }.hasPrefix("session.policies[0]:1:"))
    session.policies = []
    session.policyARNs = ["arn:aws:iam::aws:policy/Nope"]
    #expect(try World().refusal(World.roleB) { $0.session = session }.contains("`session.policyArns[0]`"))
    session.policyARNs = []
    session.tags = [EncryptionContextPair(key: "a", value: "1"), EncryptionContextPair(key: "A", value: "2")]
    #expect(try World().refusal(World.roleB) { $0.session = session }.contains("`session.tags`"))
  }

  @Test("What the owner's record shows of a principal")
  func reduced() throws {
    var world = try World(keyPolicy: Statements.key("\"*\""))
    func reduced(_ principal: Text) throws -> Text {
      try world.decide(AuthorizationRequest(principal: principal, operation: "kms:Decrypt", resource: World.keyARN))
        .reducedPrincipal
    }
    #expect(try reduced(World.sessionB) == "arn:aws:sts::444455556666:assumed-role/ExampleRole")
    #expect(try reduced(World.roleB) == World.roleB)
    #expect(
      try reduced("arn:aws:sts::444455556666:assumed-role/Nobody/secret")
        == "arn:aws:sts::444455556666:assumed-role/Nobody")
    world.role("ExampleRole", in: World.accountB, id: "AROAEXAMPLE")
    #expect(try reduced(World.sessionB) == "AROAEXAMPLE")
    #expect(try reduced("s3.amazonaws.com") == "s3.amazonaws.com")
  }
}

@Suite("Principal elements")
struct PrincipalElementTests {
  /// Whether a key policy that names `entry` allows `principal`, whose identity policies allow everything.
  private func allows(
    _ entry: Text, _ principal: Text, negatedDeny: Bool = false, _ change: (inout World) throws -> Void = { _ in }
  ) throws -> Bool {
    let policy =
      negatedDeny
      ? "[\(Statements.key("\"*\"")), {\"Effect\": \"Deny\", \"NotPrincipal\": \(entry), \"Action\": \"*\", \"Resource\": \"*\"}]"
      : Statements.key(entry)
    var world = try World(keyPolicy: policy)
    world.role("ExampleRole", in: World.accountB, path: "/team/", id: "AROAEXAMPLE")
    world.user("ExampleUser", in: World.accountB, id: "AIDAEXAMPLE")
    for name in ["ExampleRole", "ExampleUser"] as [Text] {
      try world.allow(name, in: World.accountB, Statements.identity())
    }
    try change(&world)
    return try world.reason(principal) == .allowed
  }

  static let role: Text = "arn:aws:iam::444455556666:role/team/ExampleRole"

  @Test(
    "D-19 to D-31: entries that cover a session of a role",
    arguments: [
      (#""*""#, true), (#"{"AWS": "*"}"#, true), (#"{"AWS": "444455556666"}"#, true),
      (#"{"AWS": "arn:aws:iam::444455556666:root"}"#, true), (#"{"AWS": "111122223333"}"#, false),
      (#"{"AWS": "arn:aws:iam::444455556666:role/team/ExampleRole"}"#, true),
      (#"{"AWS": "arn:aws:iam::444455556666:role/ExampleRole"}"#, false),
      (#"{"AWS": "arn:aws:iam::444455556666:role/team/examplerole"}"#, false),
      (#"{"AWS": "arn:aws:sts::444455556666:assumed-role/ExampleRole/s1"}"#, true),
      (#"{"AWS": "arn:aws:sts::444455556666:assumed-role/ExampleRole/s2"}"#, false),
      (#"{"AWS": "AROAEXAMPLE"}"#, true), (#"{"AWS": "AIDAEXAMPLE"}"#, false),
      (#"{"AWS": ["111122223333", "444455556666"]}"#, true), (#"{"Service": "s3.amazonaws.com"}"#, false),
    ] as [(Text, Bool)])
  func session(entry: Text, expected: Bool) throws {
    #expect(try allows(entry, World.sessionB) == expected)
  }

  @Test("D-30: a wildcard inside an ARN matches nobody")
  func wildcard() throws {
    #expect(try !allows(#"{"AWS": "arn:aws:iam::444455556666:role/team/*"}"#, World.sessionB))
  }

  @Test("A role ARN is some session of the role: no particular session's permission is its own")
  func someSession() throws {
    #expect(try allows(#"{"AWS": "arn:aws:iam::444455556666:role/team/ExampleRole"}"#, Self.role))
    #expect(try !allows(#"{"AWS": "arn:aws:sts::444455556666:assumed-role/ExampleRole/s1"}"#, Self.role))
  }

  @Test("D-28: a service principal")
  func service() throws {
    #expect(try allows(#"{"Service": "s3.amazonaws.com"}"#, "s3.amazonaws.com"))
    #expect(try !allows(#"{"Service": "ec2.amazonaws.com"}"#, "s3.amazonaws.com"))
    #expect(try allows(#""*""#, "s3.amazonaws.com"))
    #expect(try !allows(#"{"AWS": "444455556666"}"#, "s3.amazonaws.com"))
  }

  @Test("D-35: NotPrincipal exempts only who is listed in every form")
  func notPrincipal() throws {
    let account: Text = "arn:aws:iam::444455556666:root"
    #expect(try allows("{\"AWS\": [\"\(account)\", \"\(World.userB)\"]}", World.userB, negatedDeny: true))
    #expect(try !allows("{\"AWS\": [\"\(World.userB)\"]}", World.userB, negatedDeny: true))
    #expect(try !allows("{\"AWS\": [\"\(account)\"]}", World.userB, negatedDeny: true))
    #expect(
      try allows(
        "{\"AWS\": [\"\(account)\", \"\(Self.role)\", \"\(World.sessionB)\"]}", World.sessionB, negatedDeny: true))
    #expect(try !allows("{\"AWS\": [\"\(account)\", \"\(Self.role)\"]}", World.sessionB, negatedDeny: true))
  }

  @Test("D-36: NotPrincipal always denies a principal with a permissions boundary")
  func notPrincipalAndBoundary() throws {
    let entry: Text = "{\"AWS\": [\"arn:aws:iam::444455556666:root\", \"\(World.userB)\"]}"
    #expect(
      try !allows(entry, World.userB, negatedDeny: true) {
        try $0.limit("ExampleUser", in: World.accountB, Statements.identity(action: "*"))
      })
  }

  @Test("B-32: no statement speaks of a principal of another partition")
  func partitions() throws {
    var world = try World(keyPolicy: Statements.key("\"*\""))
    world.set.accounts[World.accountB]?.partition = "aws-cn"
    try world.allow("ExampleRole", in: World.accountB, Statements.identity())
    #expect(try world.reason("arn:aws-cn:iam::444455556666:role/ExampleRole") == .noKeyPolicyAllow)
    try world.key(policy: Statements.key("\"*\"", "Deny"))
    #expect(try world.reason("arn:aws-cn:iam::444455556666:role/ExampleRole") == .noKeyPolicyAllow)
  }
}
