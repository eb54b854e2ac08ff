// Section 3 of the contract: who gets a record, and what stands in it.

import Authorization
import PolicyLanguage
import Testing

@testable import DecisionJournal

@Suite("Records") struct JournalRecordTests {
  static let shared = EventID(high: 0x5A4E_D000_0000_0000, low: 0xF)
  static let prefixes = EntryPrefixes(startID: EventID(high: 1, low: 2))

  static func entries(
    _ decision: Decision, of request: AuthorizationRequest = Sample.request()
  ) throws -> [ParsedEntry] {
    let record = EncodedRecord()
    var ids = EventIDSource()
    // Twice, because a record is used again and keeps nothing.
    for decision in [Sample.threeAccounts(), decision] {
      decision.withView { decision in
        withUnsafePointer(to: request) { request in
          record.encode(
            JournalRecord(decision: decision, request: request, eventID: shared, peer: Sample.peer),
            prefixes: prefixes, ids: &ids)
        }
      }
    }
    let involved = decision.withView { InvolvedAccount.count(of: $0, principal: BorrowedText(request.principal)) }
    #expect(record.entryCount == involved)
    return try (0..<record.entryCount).map { entry in
      let parsed = try NativeProtocol.parse(Array(record.bytes(of: entry, sequence: 1, dropped: 0)))
      try #require(parsed.count == 1)
      return parsed[0]
    }
  }

  static func summary(_ entries: [ParsedEntry]) -> [String] {
    entries.map { "\($0.only("COUNTERSIGN_ACCOUNT") ?? "?") \($0.only("COUNTERSIGN_PERSPECTIVE") ?? "?")" }
  }

  @Test("a cross-account decision has a record for each account, allowed or denied", arguments: [Outcome.allow, .deny])
  func bothAccounts(_ outcome: Outcome) throws {
    let entries = try Self.entries(Sample.crossAccount(outcome))
    #expect(Self.summary(entries) == ["444455556666 caller", "111122223333 owner"])
    #expect(
      entries.map { $0.only("COUNTERSIGN_SHARED_EVENT_ID") } == [
        "5a4ed00000000000000000000000000f", "5a4ed00000000000000000000000000f",
      ])
    #expect(entries[0].only("COUNTERSIGN_EVENT_ID") != entries[1].only("COUNTERSIGN_EVENT_ID"))
  }

  @Test("every field of the contract stands in the caller's record, once")
  func callerFields() throws {
    let entry = try Self.entries(Sample.crossAccount(.deny))[0]
    let expected = [
      "COUNTERSIGN_ACCOUNT": "444455556666", "COUNTERSIGN_PERSPECTIVE": "caller",
      "COUNTERSIGN_REASON": "NO_IDENTITY_POLICY_ALLOW", "COUNTERSIGN_OPERATION": "kms:Decrypt",
      "COUNTERSIGN_PRINCIPAL": "\(Sample.session)", "COUNTERSIGN_CALLER_ACCOUNT": "444455556666",
      "COUNTERSIGN_OWNER_ACCOUNT": "111122223333", "COUNTERSIGN_RESOURCE": "\(Sample.key)",
      "COUNTERSIGN_REGION": "us-west-2", "COUNTERSIGN_REVISION": "\(Sample.revision)", "COUNTERSIGN_STATEMENTS": "",
      "COUNTERSIGN_REQUEST_ID": "r-1", "COUNTERSIGN_PEER_UID": "1000", "COUNTERSIGN_PEER_PID": "4242",
      "MESSAGE": "\(Sample.session) was denied kms:Decrypt on \(Sample.key): NO_IDENTITY_POLICY_ALLOW",
    ]
    for (name, value) in expected { #expect(entry.only(name) == value, "\(name)") }
  }

  @Test("the owner's record has the reduced principal and nothing else of the caller's")
  func ownerLearnsNothing() throws {
    var request = Sample.request()
    request.grantTokens = ["token-of-the-caller"]
    request.context = [ContextEntry(key: "aws:SourceIp", values: .single("192.0.2.7"))]
    request.encryptionContext = [EncryptionContextPair(key: "k", value: "context-value")]
    var session = SessionParameters()
    session.tags = [EncryptionContextPair(key: "team", value: "tag-value")]
    request.session = session
    let entries = try Self.entries(Sample.crossAccount(), of: request)
    let owner = entries[1]
    #expect(owner.only("COUNTERSIGN_PRINCIPAL") == "AROAEXAMPLE")
    #expect(owner.only("MESSAGE") == "AROAEXAMPLE was allowed kms:Decrypt on \(Sample.key)")
    #expect(
      owner.only("COUNTERSIGN_STATEMENTS") == "accounts/111122223333/policy-of-111122223333.json:3 AllowUse allow")
    for field in owner.fields {
      let value = String(decoding: field.value, as: UTF8.self)
      for secret in ["secret-session", "ExampleRole", "token-of", "tag-value", "192.0.2.7", "policy-of-444455556666"] {
        #expect(!value.contains(secret), "\(field.name) tells `\(secret)`")
      }
    }
    #expect(entries[0].texts("COUNTERSIGN_GRANT_TOKEN") == ["token-of-the-caller"])
    #expect(entries[0].only("COUNTERSIGN_STATEMENTS") == "accounts/444455556666/policy-of-444455556666.json:3 #0 allow")
  }

  @Test("without a reduced principal the owner sees the account, never the full principal")
  func nothingToReduce() throws {
    var decision = Sample.crossAccount()
    decision.reducedPrincipal = ""
    #expect(try Self.entries(decision)[1].only("COUNTERSIGN_PRINCIPAL") == "444455556666")
  }

  @Test("within one account there is one record, with both sides' statements")
  func sameAccount() throws {
    let entries = try Self.entries(Sample.sameAccount())
    #expect(Self.summary(entries) == ["111122223333 both"])
    #expect(entries[0].only("COUNTERSIGN_PRINCIPAL") == "\(Sample.session)")
    #expect(
      entries[0].only("COUNTERSIGN_STATEMENTS") == """
        accounts/111122223333/policy-of-111122223333.json:3 AllowUse allow
        accounts/111122223333/policy-of-111122223333.json:9 Own allow
        """)
  }

  @Test("G-9: a service principal has no account, so the owner alone has a record")
  func service() throws {
    let entries = try Self.entries(Sample.serviceCaller(), of: Sample.request(principal: "s3.amazonaws.com"))
    #expect(Self.summary(entries) == ["111122223333 owner"])
    #expect(entries[0].only("COUNTERSIGN_PRINCIPAL") == "s3.amazonaws.com")
    #expect(entries[0].only("COUNTERSIGN_CALLER_ACCOUNT") == "")
  }

  @Test("G-5, G-6: over three accounts each owner sees its own key only, the caller sees both")
  func threeAccounts() throws {
    let entries = try Self.entries(Sample.threeAccounts(), of: Sample.request(operation: "kms:ReEncrypt"))
    #expect(Self.summary(entries) == ["444455556666 caller", "111122223333 owner", "777788889999 owner"])
    #expect(entries[0].texts("COUNTERSIGN_RESOURCE") == ["\(Sample.key)", "\(Sample.thirdKey)"])
    #expect(entries[0].texts("COUNTERSIGN_OWNER_ACCOUNT") == ["111122223333", "777788889999"])
    for (entry, account, key) in [
      (entries[1], "111122223333", Sample.key), (entries[2], "777788889999", Sample.thirdKey),
    ] {
      #expect(entry.texts("COUNTERSIGN_RESOURCE") == ["\(key)"])
      #expect(entry.texts("COUNTERSIGN_OWNER_ACCOUNT") == [account])
      let statements = entry.only("COUNTERSIGN_STATEMENTS") ?? ""
      #expect(statements.hasPrefix("accounts/\(account)/"))
      #expect(!statements.contains("\n"))
    }
  }

  @Test("G-6: the owner of the leg that decided does not see the resource of the first leg")
  func decidingLegOfAnotherOwner() throws {
    var decision = Sample.threeAccounts()
    // As the engine puts it together: the owner is the deciding leg's, the resource the request's first.
    decision.ownerAccount = decision.legs[1].owner?.account ?? ""
    decision.owner = decision.legs[1].owner
    let entries = try Self.entries(decision, of: Sample.request(operation: "kms:ReEncrypt"))
    #expect(Self.summary(entries) == ["444455556666 caller", "777788889999 owner", "111122223333 owner"])
    #expect(entries[0].texts("COUNTERSIGN_RESOURCE") == ["\(Sample.key)", "\(Sample.thirdKey)"])
    #expect(entries[1].texts("COUNTERSIGN_RESOURCE") == ["\(Sample.thirdKey)"])
    #expect(entries[2].texts("COUNTERSIGN_RESOURCE") == ["\(Sample.key)"])
    #expect(entries[1].only("MESSAGE")?.contains("\(Sample.key)") == false)
  }

  @Test("what was not found is recorded for the account that its ARN names")
  func notFound() throws {
    var decision = Sample.crossAccount(.deny)
    (decision.reason, decision.ownerAccount, decision.owner, decision.keyARN) = (.keyNotFound, "", nil, "")
    #expect(Self.summary(try Self.entries(decision)) == ["444455556666 caller", "111122223333 owner"])
    decision.resource = "alias/unknown"
    #expect(Self.summary(try Self.entries(decision)) == ["444455556666 caller"])
    decision.resource = "arn:aws:s3:::bucket"
    #expect(Self.summary(try Self.entries(decision)) == ["444455556666 caller"])
    decision.callerAccount = ""
    #expect(Self.summary(try Self.entries(decision)) == ["444455556666 caller"])
  }

  @Test("a decision about no account still has a record")
  func nobody() throws {
    var decision = Sample.serviceCaller()
    (decision.ownerAccount, decision.owner, decision.resource) = ("", nil, "")
    let entries = try Self.entries(decision, of: Sample.request(principal: "s3.amazonaws.com", resource: ""))
    #expect(Self.summary(entries) == [" caller"])
    #expect(entries[0].only("COUNTERSIGN_RESOURCE") == "")
  }

  @Test("a statement in a third account's folder is told to nobody else")
  func foreignFolder() throws {
    var decision = Sample.crossAccount()
    let own = try #require(decision.caller?.statements)
    decision.caller?.statements = DecidingStatements(
      Array(own) + [
        Sample.statement(of: Sample.third, sid: "Endpoint"),
        DecidingStatement(file: "service-control-policies/p.json", sid: "Scp", index: 0, line: 1, effect: .allow),
      ])
    let statements = try Self.entries(decision)[0].only("COUNTERSIGN_STATEMENTS") ?? ""
    #expect(!statements.contains("777788889999"))
    #expect(statements.contains("service-control-policies/p.json:1 Scp allow"))
  }
}
