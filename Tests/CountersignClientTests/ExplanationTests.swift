// Explanations off the wire, and what is asked for them.

import CCountersign
import CProtobufC
import CountersignClient
import Testing

@testable import RemoteProcedureCall

@Suite("Explanations off the wire")
struct ExplanationTests {
  private func explain(
    _ build:
      @escaping @Sendable (borrowing MessageArena) throws(Status) -> UnsafeMutablePointer<
        Countersign__ExplainResponse
      >
  ) async throws -> ExplainResponse {
    let path = "/countersign.v1.AuthorizationService/Explain"
    let method = Method(path: path, kind: .unary { _, call in TestServer.answer(call, build) })
    return try await TestServer.run([method]) { client, _ in
      try await client.explain(CheckRequest(principal: "p", operation: "kms:Decrypt"), side: .owner)
    }
  }

  @Test("all fields are read, and numbers without a meaning are not guessed")
  func allFields() async throws {
    let response = try await explain { arena throws(Status) in
      let element = try arena.make(countersign__explained_element__init)
      element.pointee.name = try arena.bytes(Array("Condition".utf8))
      element.pointee.operator_ = try arena.bytes(Array("Bool".utf8))
      element.pointee.key = try arena.bytes(Array("aws:securetransport".utf8))
      element.pointee.matched = 1
      element.pointee.presence = COUNTERSIGN__PRESENCE__PRESENCE_WITHHELD
      element.pointee.n_expected = 1
      element.pointee.expected = try arena.array(count: 1)
      element.pointee.expected.initialize(to: try arena.bytes(Array("true".utf8)))
      let statement = try arena.make(countersign__explained_statement__init)
      statement.pointee.file = try arena.bytes(Array("policy.json".utf8))
      statement.pointee.line = 7
      statement.pointee.effect = COUNTERSIGN__EFFECT__EFFECT_DENY
      statement.pointee.deciding = 1
      statement.pointee.n_elements = 1
      statement.pointee.elements = try arena.array(of: Countersign__ExplainedElement.self, count: 1)
      statement.pointee.elements.initialize(to: element)
      let answer = try arena.make(countersign__policy_answer__init)
      answer.pointee.kind = COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_REGION
      answer.pointee.result = Countersign__PolicyAnswerResult(rawValue: 99)
      answer.pointee.note = try arena.bytes(Array("note".utf8))
      answer.pointee.n_statements = 1
      answer.pointee.statements = try arena.array(of: Countersign__ExplainedStatement.self, count: 1)
      answer.pointee.statements.initialize(to: statement)
      let side = try arena.make(countersign__side_explanation__init)
      side.pointee.account = try arena.bytes(Array("111122223333".utf8))
      side.pointee.decision = COUNTERSIGN__DECISION__DECISION_DENY
      side.pointee.reason = COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_KEY_POLICY
      side.pointee.n_answers = 1
      side.pointee.answers = try arena.array(of: Countersign__PolicyAnswer.self, count: 1)
      side.pointee.answers.initialize(to: answer)
      side.pointee.n_advice = 1
      side.pointee.advice = try arena.array(count: 1)
      side.pointee.advice.initialize(to: try arena.bytes(Array("advice".utf8)))
      let leg = try arena.make(countersign__leg_explanation__init)
      leg.pointee.action = try arena.bytes(Array("kms:Decrypt".utf8))
      leg.pointee.decision = COUNTERSIGN__DECISION__DECISION_ALLOW
      leg.pointee.reason = COUNTERSIGN__REASON__REASON_ALLOWED
      leg.pointee.owner = side
      let response = try arena.make(countersign__explain_response__init)
      response.pointee.decision = COUNTERSIGN__DECISION__DECISION_ALLOW
      response.pointee.reason = COUNTERSIGN__REASON__REASON_ALLOWED
      response.pointee.n_legs = 1
      response.pointee.legs = try arena.array(of: Countersign__LegExplanation.self, count: 1)
      response.pointee.legs.initialize(to: leg)
      response.pointee.revision = try arena.bytes(Array("rev".utf8))
      return response
    }
    let element = ExplainedElement(
      name: "Condition", isMatched: true, comparison: "Bool", key: "aws:securetransport", expected: ["true"],
      presence: .withheld)
    let statement = ExplainedStatement(
      statement: DecidingStatement(file: "policy.json", sid: "", index: 0, line: 7, effect: .deny), isMatched: false,
      isDeciding: true, elements: [element])
    let owner = SideExplanation(
      account: "111122223333", decision: .deny, reason: .explicitDenyKeyPolicy,
      answers: [PolicyAnswer(kind: .region, result: .unrecognized, note: "note", statements: [statement])],
      advice: ["advice"])
    #expect(
      response
        == ExplainResponse(
          decision: .allow, reason: .allowed,
          legs: [
            LegExplanation(action: "kms:Decrypt", resource: "", decision: .allow, reason: .allowed, owner: owner)
          ], revision: "rev"))
  }

  @Test("an unspecified decision is an error")
  func noDecision() async throws {
    await #expect(throws: ClientError.self) {
      _ = try await explain { arena throws(Status) in try arena.make(countersign__explain_response__init) }
    }
  }
}
