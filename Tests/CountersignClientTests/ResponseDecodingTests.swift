// Answers are read whole, and what is not a clear answer is an error: never an allow.

import CCountersign
import CProtobufC
import CountersignClient
import Testing

@testable import RemoteProcedureCall

@Suite("Answers off the wire")
struct ResponseDecodingTests {
  private func answer(
    _ build:
      @escaping @Sendable (borrowing MessageArena) throws(Status) -> UnsafeMutablePointer<
        Countersign__CheckResponse
      >
  ) async throws -> CheckResponse {
    let method = TestServer.check { _, call in TestServer.answer(call, build) }
    return try await TestServer.run([method]) { client, _ in
      try await client.check(CheckRequest(principal: "p", operation: "kms:Decrypt"))
    }
  }

  @Test("all fields are read")
  func allFields() async throws {
    let response = try await answer { arena throws(Status) in
      let response = try arena.make(countersign__check_response__init)
      response.pointee.decision = COUNTERSIGN__DECISION__DECISION_DENY
      response.pointee.denial = COUNTERSIGN__DENIAL__DENIAL_EXPLICIT
      response.pointee.reason = COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_KEY_POLICY
      response.pointee.owner = try side("111122223333", COUNTERSIGN__DECISION__DECISION_DENY, in: arena)
      response.pointee.caller = try side("444455556666", COUNTERSIGN__DECISION__DECISION_ALLOW, in: arena)
      let leg = try arena.make(countersign__leg__init)
      leg.pointee.action = try arena.bytes(Array("kms:ReEncryptFrom".utf8))
      leg.pointee.resource = try arena.bytes(Array("*".utf8))
      leg.pointee.decision = COUNTERSIGN__DECISION__DECISION_ALLOW
      leg.pointee.reason = COUNTERSIGN__REASON__REASON_ALLOWED
      response.pointee.n_legs = 1
      response.pointee.legs = try arena.array(of: Countersign__Leg.self, count: 1)
      response.pointee.legs.initialize(to: leg)
      response.pointee.key_arn = try arena.bytes(Array("arn:k".utf8))
      response.pointee.revision = try arena.bytes(Array("rev".utf8))
      response.pointee.event_id = try arena.bytes(Array("event".utf8))
      return response
    }
    let statement = DecidingStatement(file: "policy.json", sid: "S", index: 3, line: 7, effect: .deny)
    #expect(
      response
        == CheckResponse(
          decision: .deny, denial: .explicit, reason: .explicitDenyKeyPolicy,
          owner: SideVerdict(
            account: "111122223333", decision: .deny, reason: .noKeyPolicyAllow, statements: [statement]),
          caller: SideVerdict(
            account: "444455556666", decision: .allow, reason: .noKeyPolicyAllow, statements: [statement]),
          legs: [Leg(action: "kms:ReEncryptFrom", resource: "*", decision: .allow, reason: .allowed)],
          keyARN: "arn:k", revision: "rev", eventID: "event"))
    #expect(!response.isAllowed)
  }

  @Test("an unspecified decision is an error", arguments: [UInt32(0), 3, 99])
  func unknownDecision(_ number: UInt32) async throws {
    await expectInternal {
      _ = try await answer { arena throws(Status) in
        let response = try TestServer.allow(requestID: "", in: arena)
        response.pointee.decision = Countersign__Decision(rawValue: number)
        return response
      }
    }
  }

  @Test("an allow that is a denial, and a deny that is none, are errors")
  func contradictions() async throws {
    await expectInternal {
      _ = try await answer { arena throws(Status) in
        let response = try TestServer.allow(requestID: "", in: arena)
        response.pointee.denial = COUNTERSIGN__DENIAL__DENIAL_EXPLICIT
        return response
      }
    }
    await expectInternal {
      _ = try await answer { arena throws(Status) in
        let response = try TestServer.allow(requestID: "", in: arena)
        response.pointee.decision = COUNTERSIGN__DECISION__DECISION_DENY
        return response
      }
    }
  }

  @Test("the answer to another request is an error")
  func otherRequest() async throws {
    await expectInternal {
      _ = try await answer { arena throws(Status) in try TestServer.allow(requestID: "another", in: arena) }
    }
  }

  @Test("bytes that are no message, and no bytes, are errors", arguments: [[], [0xFF, 0xFF], [8, 1, 0x3A, 9]])
  func garbage(_ bytes: [UInt8]) async throws {
    let method = TestServer.check { _, call in call.reply(size: bytes.count) { $0.copyBytes(from: bytes) } }
    try await TestServer.run([method]) { client, _ in
      await expectInternal { _ = try await client.check(CheckRequest(principal: "p", operation: "o")) }
    }
  }

  @Test("an unknown reason is kept as unrecognized, the decision counts")
  func unknownReason() async throws {
    let response = try await answer { arena throws(Status) in
      let response = try TestServer.allow(requestID: "", in: arena)
      response.pointee.reason = Countersign__Reason(rawValue: 1_000)
      return response
    }
    #expect(response.reason == .unrecognized)
    #expect(response.isAllowed)
  }

  @Test("every reason of the proto has its name", arguments: Array(Reason.allCases.dropLast().enumerated()))
  func reasons(_ position: Int, _ reason: Reason) async throws {
    let response = try await answer { arena throws(Status) in
      let response = try TestServer.allow(requestID: "", in: arena)
      response.pointee.reason = Countersign__Reason(rawValue: UInt32(position + 1))
      return response
    }
    #expect(response.reason == reason)
    let name = countersign__reason__descriptor.values.map { String(cString: $0[position + 1].name) }
    #expect(name == "REASON_\(reason.rawValue)")
  }

  private func expectInternal(_ body: () async throws -> Void) async {
    let error = await #expect(throws: ClientError.self) { try await body() }
    #expect(error?.code == .internal)
  }
}

private func side(
  _ account: String, _ decision: Countersign__Decision, in arena: borrowing MessageArena
) throws(Status) -> UnsafeMutablePointer<Countersign__SideVerdict> {
  let side = try arena.make(countersign__side_verdict__init)
  side.pointee.account = try arena.bytes(Array(account.utf8))
  side.pointee.decision = decision
  side.pointee.reason = COUNTERSIGN__REASON__REASON_NO_KEY_POLICY_ALLOW
  let statement = try arena.make(countersign__deciding_statement__init)
  statement.pointee.file = try arena.bytes(Array("policy.json".utf8))
  statement.pointee.sid = try arena.bytes(Array("S".utf8))
  statement.pointee.index = 3
  statement.pointee.line = 7
  statement.pointee.effect = COUNTERSIGN__EFFECT__EFFECT_DENY
  side.pointee.n_statements = 1
  side.pointee.statements = try arena.array(of: Countersign__DecidingStatement.self, count: 1)
  side.pointee.statements.initialize(to: statement)
  return side
}
