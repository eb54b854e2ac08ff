// Answers on their way in. What this client does not understand is an error, never an allow: a decision that is neither of
// the two, and a decision that its own denial contradicts.

import CCountersign
import CProtobufC
import RemoteProcedureCall

extension CheckResponse {
  init(_ message: Countersign__CheckResponse) throws(ClientError) {
    let decision = try Decision(message.decision)
    self.init(
      decision: decision, denial: try Denial(message.denial, of: decision), reason: Reason(message.reason),
      owner: try SideVerdict(message.owner), caller: try SideVerdict(message.caller),
      keyARN: String(message.key_arn), revision: String(message.revision), eventID: String(message.event_id),
      requestID: String(message.request_id))
    for leg in elements(message.legs, message.n_legs) { legs.append(try Leg(leg)) }
  }
}

extension SideVerdict {
  /// Nil for a side that is not in the answer.
  init?(_ message: UnsafeMutablePointer<Countersign__SideVerdict>?) throws(ClientError) {
    guard let message = message?.pointee else { return nil }
    self.init(
      account: String(message.account), decision: try Decision(message.decision), reason: Reason(message.reason))
    for statement in elements(message.statements, message.n_statements) {
      statements.append(
        DecidingStatement(
          file: String(statement.file), sid: String(statement.sid), index: Int(statement.index),
          line: Int(statement.line), effect: try Effect(statement.effect)))
    }
  }
}

extension Leg {
  init(_ message: Countersign__Leg) throws(ClientError) {
    let decision = try Decision(message.decision)
    self.init(
      action: String(message.action), resource: String(message.resource), decision: decision,
      denial: try Denial(message.denial, of: decision), reason: Reason(message.reason),
      owner: try SideVerdict(message.owner), caller: try SideVerdict(message.caller))
  }
}

extension Decision {
  init(_ value: Countersign__Decision) throws(ClientError) {
    switch value {
    case COUNTERSIGN__DECISION__DECISION_ALLOW: self = .allow
    case COUNTERSIGN__DECISION__DECISION_DENY: self = .deny
    default: throw ClientError(.internal, "the daemon answered with the unknown decision \(value.rawValue)")
    }
  }
}

extension Denial {
  /// Nil for an allow.
  init?(_ value: Countersign__Denial, of decision: Decision) throws(ClientError) {
    switch (value, decision) {
    case (COUNTERSIGN__DENIAL__DENIAL_EXPLICIT, .deny): self = .explicit
    case (COUNTERSIGN__DENIAL__DENIAL_IMPLICIT, .deny): self = .implicit
    case (COUNTERSIGN__DENIAL__DENIAL_UNSPECIFIED, .allow): return nil
    default:
      throw ClientError(
        .internal, "the daemon answered \(decision.rawValue) with the denial \(value.rawValue), which contradict")
    }
  }
}

extension Effect {
  init(_ value: Countersign__Effect) throws(ClientError) {
    switch value {
    case COUNTERSIGN__EFFECT__EFFECT_ALLOW: self = .allow
    case COUNTERSIGN__EFFECT__EFFECT_DENY: self = .deny
    default: throw ClientError(.internal, "the daemon answered with the unknown effect \(value.rawValue)")
    }
  }
}

extension Reason {
  /// The proto counts reasons from 1 in the order of `allCases`.
  init(_ value: Countersign__Reason) {
    let index = Int(value.rawValue) - 1
    self = Self.allCases.indices.contains(index) ? Self.allCases[index] : .unrecognized
  }
}
