// Domain values to protobuf: an Explanation becomes an ExplainResponse, put together in the thread's arena.

import Authorization
import CCountersign
import CProtobufC
import PolicyLanguage
import RemoteProcedureCall

extension MessageArena {
  borrowing func response(
    _ explanation: Explanation, requestID: Text
  ) throws(Status) -> UnsafeMutablePointer<Countersign__ExplainResponse> {
    let message = try make(countersign__explain_response__init)
    message.pointee.decision = explanation.outcome.wireValue
    message.pointee.denial = explanation.denial.wireValue
    message.pointee.reason = explanation.reason.wireValue
    let legs = try array(of: Countersign__LegExplanation.self, count: explanation.legs.count)
    for (index, leg) in explanation.legs.enumerated() { legs[index] = try self.leg(leg) }
    message.pointee.legs = legs
    message.pointee.n_legs = explanation.legs.count
    message.pointee.key_arn = try bytes(explanation.keyARN.utf8)
    message.pointee.revision = try bytes(explanation.revision.utf8)
    message.pointee.request_id = try bytes(requestID.utf8)
    return message
  }

  private borrowing func leg(
    _ leg: LegExplanation
  ) throws(Status) -> UnsafeMutablePointer<Countersign__LegExplanation> {
    let message = try make(countersign__leg_explanation__init)
    message.pointee.action = try bytes(leg.action.utf8)
    message.pointee.resource = try bytes(leg.resource.utf8)
    message.pointee.decision = leg.outcome.wireValue
    message.pointee.denial = leg.denial.wireValue
    message.pointee.reason = leg.reason.wireValue
    message.pointee.owner = try side(leg.owner)
    message.pointee.caller = try side(leg.caller)
    return message
  }

  private borrowing func side(
    _ side: SideExplanation?
  ) throws(Status) -> UnsafeMutablePointer<Countersign__SideExplanation>? {
    guard let side else { return nil }
    let message = try make(countersign__side_explanation__init)
    message.pointee.account = try bytes(side.account.utf8)
    message.pointee.decision = side.outcome.wireValue
    message.pointee.reason = side.reason.wireValue
    let answers = try array(of: Countersign__PolicyAnswer.self, count: side.answers.count)
    for (index, answer) in side.answers.enumerated() { answers[index] = try self.answer(answer) }
    message.pointee.answers = answers
    message.pointee.n_answers = side.answers.count
    message.pointee.advice = try texts(side.advice.map { Text($0) })
    message.pointee.n_advice = side.advice.count
    return message
  }

  private borrowing func answer(
    _ answer: PolicyAnswer
  ) throws(Status) -> UnsafeMutablePointer<Countersign__PolicyAnswer> {
    let message = try make(countersign__policy_answer__init)
    message.pointee.kind = answer.kind.wireValue
    message.pointee.result = answer.result.wireValue
    message.pointee.note = try bytes(Array(answer.note.utf8))
    let statements = try array(of: Countersign__ExplainedStatement.self, count: answer.statements.count)
    for (index, statement) in answer.statements.enumerated() { statements[index] = try self.statement(statement) }
    message.pointee.statements = statements
    message.pointee.n_statements = answer.statements.count
    return message
  }

  private borrowing func statement(
    _ statement: ExplainedStatement
  ) throws(Status) -> UnsafeMutablePointer<Countersign__ExplainedStatement> {
    let message = try make(countersign__explained_statement__init)
    message.pointee.file = try bytes(statement.source.file.utf8)
    message.pointee.sid = try bytes((statement.source.sid ?? "").utf8)
    message.pointee.index = UInt32(clamping: statement.source.index)
    message.pointee.line = UInt32(clamping: statement.source.line)
    message.pointee.effect = statement.source.effect.wireValue
    message.pointee.matched = statement.isMatched ? 1 : 0
    message.pointee.deciding = statement.isDeciding ? 1 : 0
    let elements = try array(of: Countersign__ExplainedElement.self, count: statement.elements.count)
    for (index, element) in statement.elements.enumerated() { elements[index] = try self.element(element) }
    message.pointee.elements = elements
    message.pointee.n_elements = statement.elements.count
    return message
  }

  private borrowing func element(
    _ element: ExplainedElement
  ) throws(Status) -> UnsafeMutablePointer<Countersign__ExplainedElement> {
    let message = try make(countersign__explained_element__init)
    message.pointee.name = try bytes(element.name.utf8)
    message.pointee.matched = element.isMatched ? 1 : 0
    message.pointee.operator_ = try bytes(element.comparison.utf8)
    message.pointee.key = try bytes(element.key.utf8)
    message.pointee.expected = try texts(element.expected)
    message.pointee.n_expected = element.expected.count
    message.pointee.presence = element.actual.wireValue
    if case .values(let values) = element.actual {
      message.pointee.actual = try texts(values)
      message.pointee.n_actual = values.count
    }
    return message
  }

  private borrowing func texts(_ texts: [Text]) throws(Status) -> UnsafeMutablePointer<ProtobufCBinaryData> {
    let fields = try array(count: texts.count)
    for (index, text) in texts.enumerated() { fields[index] = try bytes(text.utf8) }
    return fields
  }
}

extension PolicyAnswer.Kind {
  var wireValue: Countersign__PolicyAnswerKind {
    switch self {
    case .resource: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_RESOURCE
    case .principal: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_PRINCIPAL
    case .crossAccountUse: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_CROSS_ACCOUNT_USE
    case .keyPolicy: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_KEY_POLICY
    case .resourcePolicy: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_RESOURCE_POLICY
    case .trustPolicy: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_TRUST_POLICY
    case .grants: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_GRANTS
    case .resourceControlPolicies:
      COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_RESOURCE_CONTROL_POLICIES
    case .identityPolicies: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_IDENTITY_POLICIES
    case .permissionsBoundary: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_PERMISSIONS_BOUNDARY
    case .sessionPolicies: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_SESSION_POLICIES
    case .serviceControlPolicies:
      COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_SERVICE_CONTROL_POLICIES
    case .endpointPolicy: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_ENDPOINT_POLICY
    case .region: COUNTERSIGN__POLICY_ANSWER_KIND__POLICY_ANSWER_KIND_REGION
    }
  }
}

extension PolicyAnswer.Result {
  var wireValue: Countersign__PolicyAnswerResult {
    switch self {
    case .allows: COUNTERSIGN__POLICY_ANSWER_RESULT__POLICY_ANSWER_RESULT_ALLOWS
    case .denies: COUNTERSIGN__POLICY_ANSWER_RESULT__POLICY_ANSWER_RESULT_DENIES
    case .lacksAllow: COUNTERSIGN__POLICY_ANSWER_RESULT__POLICY_ANSWER_RESULT_LACKS_ALLOW
    case .silent: COUNTERSIGN__POLICY_ANSWER_RESULT__POLICY_ANSWER_RESULT_SILENT
    case .notAsked: COUNTERSIGN__POLICY_ANSWER_RESULT__POLICY_ANSWER_RESULT_NOT_ASKED
    }
  }
}

extension ExplainedElement.Actual {
  var wireValue: Countersign__Presence {
    switch self {
    case .values: COUNTERSIGN__PRESENCE__PRESENCE_PRESENT
    case .absent: COUNTERSIGN__PRESENCE__PRESENCE_ABSENT
    case .unknown: COUNTERSIGN__PRESENCE__PRESENCE_UNKNOWN
    case .withheld: COUNTERSIGN__PRESENCE__PRESENCE_WITHHELD
    }
  }
}
