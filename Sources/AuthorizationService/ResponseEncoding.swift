// Domain values to protobuf: a Decision becomes a CheckResponse, put together in the thread's arena.

import Authorization
import CCountersign
import CProtobufC
import DecisionJournal
import PolicyLanguage
import RemoteProcedureCall

typealias CheckResponse = UnsafeMutablePointer<Countersign__CheckResponse>

extension MessageArena {
  /// The value of a string field that shares a text's bytes.
  /// INVARIANT: the message is packed while whoever keeps the bytes lives. Answers are borrowed by those who pack them.
  borrowing func lend(_ text: BorrowedText) -> ProtobufCBinaryData {
    if text.isEmpty { return ProtobufCBinaryData(len: 0, data: nil) }
    return ProtobufCBinaryData(len: text.count, data: UnsafeMutablePointer(mutating: text.bytes.baseAddress))
  }

  /// - Returns: a message that shares the answer's texts.
  borrowing func response(_ answer: borrowing Answer) throws(Status) -> CheckResponse {
    let message = try make(countersign__check_response__init)
    let decision = answer.decision
    message.pointee.decision = decision.pointee.outcome.wireValue
    message.pointee.denial = decision.pointee.denial.wireValue
    message.pointee.reason = decision.pointee.reason.wireValue
    if let owner = decision.pointee.owner { message.pointee.owner = try verdict(owner) }
    if let caller = decision.pointee.caller { message.pointee.caller = try verdict(caller) }
    let count = decision.pointee.legs.count
    if count > 0 {
      let legs = try array(of: Countersign__Leg.self, count: count)
      for index in 0..<count { legs[index] = try leg(decision.pointee.legs.pointer(at: index)) }
      message.pointee.legs = legs
      message.pointee.n_legs = count
    }
    message.pointee.key_arn = lend(decision.pointee.keyARN)
    message.pointee.revision = lend(decision.pointee.revision)
    if let eventID = answer.eventID {
      message.pointee.event_id = try bytes(count: EventID.length) { eventID.write(to: $0) }
    }
    message.pointee.request_id = lend(BorrowedText(answer.requestID))
    return message
  }

  private borrowing func leg(
    _ leg: UnsafePointer<LegResult>
  ) throws(Status) -> UnsafeMutablePointer<Countersign__Leg> {
    let message = try make(countersign__leg__init)
    message.pointee.action = lend(leg.pointee.action)
    message.pointee.resource = lend(leg.pointee.resource)
    message.pointee.decision = leg.pointee.outcome.wireValue
    message.pointee.denial = leg.pointee.denial.wireValue
    message.pointee.reason = leg.pointee.reason.wireValue
    if let owner = leg.pointee.owner { message.pointee.owner = try verdict(owner) }
    if let caller = leg.pointee.caller { message.pointee.caller = try verdict(caller) }
    return message
  }

  private borrowing func verdict(
    _ verdict: SideFinding
  ) throws(Status) -> UnsafeMutablePointer<Countersign__SideVerdict> {
    let message = try make(countersign__side_verdict__init)
    message.pointee.account = lend(verdict.account)
    message.pointee.decision = verdict.outcome.wireValue
    message.pointee.reason = verdict.reason.wireValue
    let count = verdict.statements.count
    let statements = try array(of: Countersign__DecidingStatement.self, count: count)
    for index in 0..<count { statements[index] = try statement(verdict.statements.pointer(at: index)) }
    message.pointee.statements = statements
    message.pointee.n_statements = count
    return message
  }

  private borrowing func statement(
    _ statement: UnsafePointer<StatementReference>
  ) throws(Status) -> UnsafeMutablePointer<Countersign__DecidingStatement> {
    let message = try make(countersign__deciding_statement__init)
    message.pointee.file = lend(statement.pointee.file)
    if let sid = statement.pointee.sid { message.pointee.sid = lend(sid) }
    message.pointee.index = statement.pointee.index
    message.pointee.line = statement.pointee.line
    message.pointee.effect = statement.pointee.effect.wireValue
    return message
  }
}

extension Outcome {
  var wireValue: Countersign__Decision {
    switch self {
    case .allow: COUNTERSIGN__DECISION__DECISION_ALLOW
    case .deny: COUNTERSIGN__DECISION__DECISION_DENY
    }
  }
}

extension Denial? {
  var wireValue: Countersign__Denial {
    switch self {
    case nil: COUNTERSIGN__DENIAL__DENIAL_UNSPECIFIED
    case .explicit: COUNTERSIGN__DENIAL__DENIAL_EXPLICIT
    case .implicit: COUNTERSIGN__DENIAL__DENIAL_IMPLICIT
    }
  }
}

extension Effect {
  var wireValue: Countersign__Effect {
    switch self {
    case .allow: COUNTERSIGN__EFFECT__EFFECT_ALLOW
    case .deny: COUNTERSIGN__EFFECT__EFFECT_DENY
    }
  }
}

extension Reason {
  var wireValue: Countersign__Reason {
    switch self {
    case .allowed: COUNTERSIGN__REASON__REASON_ALLOWED
    case .keyNotFound: COUNTERSIGN__REASON__REASON_KEY_NOT_FOUND
    case .grantNotFound: COUNTERSIGN__REASON__REASON_GRANT_NOT_FOUND
    case .unknownPrincipal: COUNTERSIGN__REASON__REASON_UNKNOWN_PRINCIPAL
    case .notCrossAccountOperation: COUNTERSIGN__REASON__REASON_NOT_CROSS_ACCOUNT_OPERATION
    case .explicitDenyKeyPolicy: COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_KEY_POLICY
    case .explicitDenyResourcePolicy: COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_RESOURCE_POLICY
    case .explicitDenyRCP: COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_RCP
    case .explicitDenySCP: COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_SCP
    case .explicitDenyIdentityPolicy: COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_IDENTITY_POLICY
    case .explicitDenyBoundary: COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_BOUNDARY
    case .explicitDenySessionPolicy: COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_SESSION_POLICY
    case .explicitDenyEndpointPolicy: COUNTERSIGN__REASON__REASON_EXPLICIT_DENY_ENDPOINT_POLICY
    case .noSCPAllow: COUNTERSIGN__REASON__REASON_NO_SCP_ALLOW
    case .noEndpointPolicyAllow: COUNTERSIGN__REASON__REASON_NO_ENDPOINT_POLICY_ALLOW
    case .regionNotEnabled: COUNTERSIGN__REASON__REASON_REGION_NOT_ENABLED
    case .retireNotEntitled: COUNTERSIGN__REASON__REASON_RETIRE_NOT_ENTITLED
    case .grantScope: COUNTERSIGN__REASON__REASON_GRANT_SCOPE
    case .grantConstraint: COUNTERSIGN__REASON__REASON_GRANT_CONSTRAINT
    case .noKeyPolicyAllow: COUNTERSIGN__REASON__REASON_NO_KEY_POLICY_ALLOW
    case .noResourcePolicyAllow: COUNTERSIGN__REASON__REASON_NO_RESOURCE_POLICY_ALLOW
    case .noIdentityPolicyAllow: COUNTERSIGN__REASON__REASON_NO_IDENTITY_POLICY_ALLOW
    case .noBoundaryAllow: COUNTERSIGN__REASON__REASON_NO_BOUNDARY_ALLOW
    case .noSessionPolicyAllow: COUNTERSIGN__REASON__REASON_NO_SESSION_POLICY_ALLOW
    }
  }
}
