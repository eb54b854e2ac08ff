// What an explanation tells, and what it keeps from the other side.

import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Explanations")
struct ExplanationTests {
  private func explain(
    _ world: World, _ principal: Text = World.sessionB, _ disclosure: Disclosure = Disclosure(),
    _ change: (inout AuthorizationRequest) -> Void = { _ in }
  ) throws -> Explanation {
    var request = AuthorizationRequest(principal: principal, operation: "kms:Decrypt", resource: World.keyARN)
    change(&request)
    return try PolicyIndex(world.set).explain(request, at: World.now, to: disclosure)
  }

  /// Both sides have secrets: names, conditions, tags.
  private func secretive() throws -> World {
    var world = try World()
    try world.key(
      policy: """
        {"Sid": "OwnersSid", "Effect": "Allow", "Principal": {"AWS": "\(World.accountB)"}, "Action": "kms:Decrypt",
         "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/level": "owners-demand",
         "kms:EncryptionContext:purpose": "owners-purpose"}}}
        """, tags: [PolicyTag(key: "color", value: "owners-tag")])
    world.role(
      "ExampleRole", in: World.accountB, id: "AROAUNIQUE", tags: [PolicyTag(key: "level", value: "callers-tag")])
    try world.allow(
      "ExampleRole", in: World.accountB,
      """
      {"Sid": "CallersSid", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
       "Condition": {"StringEquals": {"aws:ResourceTag/color": "callers-demand", "kms:KeySpec": "callers-spec"}}}
      """)
    return world
  }

  @Test("the owner's side tells nothing of the caller's policies, tags and session")
  func ownerAlone() throws {
    let text = "\(try explain(secretive(), World.sessionB, Disclosure(side: .owner)))"
    for secret in ["CallersSid", "callers-tag", "callers-demand", "callers-spec", "ExampleRole", "s1", "noIdentity"] {
      #expect(!text.contains(secret), "\(secret)")
    }
    for own in ["OwnersSid", "owners-demand", "owners-purpose", "withheld", "AROAUNIQUE"] {
      #expect(text.contains(own), "\(own)")
    }
  }

  @Test("the caller's side tells nothing of the key's policy, tags and properties")
  func callerAlone() throws {
    let text = "\(try explain(secretive(), World.sessionB, Disclosure(side: .caller)))"
    for secret in ["OwnersSid", "owners-demand", "owners-purpose", "owners-tag", "SYMMETRIC_DEFAULT"] {
      #expect(!text.contains(secret), "\(secret)")
    }
    for own in ["CallersSid", "callers-demand", "callers-spec", "withheld"] { #expect(text.contains(own), "\(own)") }
  }

  @Test("both sides together tell all values")
  func bothSides() throws {
    let text = "\(try explain(secretive()))"
    for value in [
      "OwnersSid", "CallersSid", "owners-tag", "callers-tag", "SYMMETRIC_DEFAULT", "assumed-role/ExampleRole/s1",
    ] {
      #expect(text.contains(value), "\(value)")
    }
    #expect(!text.contains("withheld"))
  }

  @Test("within one account nothing is withheld from it")
  func oneAccount() throws {
    var world = try World(
      keyPolicy: Statements.key(
        Statements.aws(World.accountA), condition: #"{"StringEquals": {"aws:PrincipalTag/t": "x"}}"#))
    world.role("OwnRole", in: World.accountA, tags: [PolicyTag(key: "t", value: "own-value")])
    let text = "\(try explain(world, World.sessionA, Disclosure(side: .owner)))"
    #expect(text.contains("own-value"))
  }

  @Test("each element of a statement says whether it matched, and what the request had")
  func elements() throws {
    let world = try World(
      keyPolicy: """
        {"Sid": "S", "Effect": "Allow", "Principal": {"AWS": "\(World.accountC)"}, "NotAction": "kms:Decrypt",
         "Resource": "arn:aws:kms:us-west-2:111122223333:key/other", "Condition": {
          "StringLike": {"aws:PrincipalTag/team": "a*"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "2.50"},
          "IpAddress": {"aws:SourceIp": ["10.1.2.3/8", "2001:db8::/32"]}, "DateLessThan": {"aws:CurrentTime": "2020-01-01"},
          "ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "${aws:username, 'nobody'}"}}}
        """)
    let explanation = try explain(world) {
      $0.context = [
        ContextEntry(key: "aws:SourceIp", values: .single("192.0.2.1")),
        ContextEntry(key: "aws:MultiFactorAuthAge", values: .single("7")),
      ]
    }
    let answer = try #require(explanation.legs.first?.owner?.answers.first { $0.kind == .keyPolicy })
    #expect(answer.result == .lacksAllow)
    let statement = try #require(answer.statements.first)
    #expect(!statement.isMatched && !statement.isDeciding)
    #expect(statement.source.sid == "S")
    func element(_ name: Text, _ key: Text = "") throws -> ExplainedElement {
      try #require(statement.elements.first { $0.name == name && $0.key == key })
    }
    #expect(try element("Principal").expected == [World.accountC])
    #expect(try element("Principal").actual == .values([World.sessionB]))
    #expect(try !element("Principal").isMatched)
    #expect(try !element("NotAction").isMatched)
    #expect(try !element("Resource").isMatched)
    #expect(try element("Condition", "aws:principaltag/team").actual == .absent)
    #expect(try element("Condition", "aws:principaltag/team").comparison == "StringLike")
    #expect(try element("Condition", "aws:principaltag/team").expected == ["a*"])
    #expect(try element("Condition", "aws:multifactorauthage").expected == ["2.5"])
    #expect(try element("Condition", "aws:multifactorauthage").actual == .values(["7"]))
    #expect(try element("Condition", "aws:sourceip").expected == ["10.0.0.0/8", "2001:db8:0:0:0:0:0:0/32"])
    #expect(try element("Condition", "aws:currenttime").expected == ["2020-01-01T00:00:00Z"])
    #expect(try element("Condition", "aws:currenttime").actual == .values(["2026-01-01T00:00:00Z"]))
    #expect(try element("Condition", "aws:tagkeys").comparison == "ForAnyValue:StringEqualsIfExists")
    #expect(try element("Condition", "aws:tagkeys").expected == ["${aws:username, 'nobody'}"])
    #expect(try element("Condition", "aws:tagkeys").isMatched)
  }

  @Test("advice says what is missing, on whose side, and which statement denies")
  func advice() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws(World.accountB)))
    #expect(
      try explain(world).legs.first?.caller?.advice == [
        "no identity policy of the caller allows kms:Decrypt on \(World.keyARN): attach one in account 444455556666"
          .description
      ])
    #expect(try explain(world).legs.first?.owner?.advice == [])
    try world.allow("ExampleRole", in: World.accountB, Statements.identity("Deny", action: "kms:Decrypt"))
    let denied = try #require(explain(world).legs.first?.caller)
    #expect(denied.reason == .explicitDenyIdentityPolicy)
    #expect(
      denied.advice.first?.contains("accounts/444455556666/ExampleRole.json:1: statement 1 denies kms:Decrypt") == true)
    #expect(denied.advice.count == 2)
    let unknown = try explain(world, "arn:aws:iam::444455556666:role/Nobody")
    #expect(unknown.legs.first?.caller?.answers.map(\.kind) == [.principal])
    #expect(unknown.legs.first?.caller?.advice.count == 1)
  }

  @Test("an account sees its own key only: of the legs of others it learns nothing")
  func accounts() throws {
    var world = try World(keyPolicy: Statements.key(Statements.aws("*")))
    let other: Text = "arn:aws:kms:us-west-2:777788889999:key/other-key"
    try world.key("other-key", in: World.accountC, policy: Statements.key(Statements.aws("*")))
    func told(_ disclosure: Disclosure) throws -> String {
      "\(try explain(world, World.sessionB, disclosure) { $0.operation = "kms:ReEncrypt"; $0.targetResource = other })"
    }
    let source = try told(Disclosure(account: World.accountA))
    #expect(source.contains(World.keyID.description))
    #expect(!source.contains("777788889999"))
    let destination = try told(Disclosure(account: World.accountC))
    #expect(destination.contains("other-key"))
    #expect(!destination.contains(World.accountA.description))
    let caller = try told(Disclosure(side: .caller))
    #expect(caller.contains("other-key") && caller.contains(World.keyID.description))
    #expect(!caller.contains("/keys/"))
    #expect(try !told(Disclosure(account: "123456789012")).contains("arn:aws:kms"))
  }
}
