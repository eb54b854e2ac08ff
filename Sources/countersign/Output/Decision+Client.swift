// The engine's own decision in the shape of the daemon's answer, so that both are printed by the same code.

import Authorization
import CountersignClient
import PolicyLanguage

extension CheckResponse {
  init(_ decision: Authorization.Decision, requestID: Text) {
    self.init(
      decision: CountersignClient.Decision(decision.outcome),
      denial: decision.denial.map { CountersignClient.Denial($0) },
      reason: CountersignClient.Reason(decision.reason),
      owner: decision.owner.map { CountersignClient.SideVerdict($0) },
      caller: decision.caller.map { CountersignClient.SideVerdict($0) },
      legs: decision.legs.map { CountersignClient.Leg($0) },
      keyARN: decision.keyARN.description, revision: decision.revision.description, requestID: requestID.description)
  }
}

extension CountersignClient.Decision {
  init(_ outcome: Authorization.Outcome) {
    switch outcome {
    case .allow: self = .allow
    case .deny: self = .deny
    }
  }
}

extension CountersignClient.Denial {
  init(_ denial: Authorization.Denial) {
    switch denial {
    case .explicit: self = .explicit
    case .implicit: self = .implicit
    }
  }
}

extension CountersignClient.Reason {
  /// Both sides spell reasons as the contract does.
  init(_ reason: Authorization.Reason) { self = Self(rawValue: reason.rawValue) ?? .unrecognized }
}

extension CountersignClient.SideVerdict {
  init(_ side: Authorization.SideVerdict) {
    self.init(
      account: side.account.description, decision: CountersignClient.Decision(side.outcome),
      reason: CountersignClient.Reason(side.reason),
      statements: side.statements.map { statement in
        CountersignClient.DecidingStatement(
          file: statement.file.description, sid: statement.sid?.description ?? "", index: statement.index,
          line: statement.line, effect: statement.effect == .allow ? .allow : .deny)
      })
  }
}

extension CountersignClient.Leg {
  init(_ leg: Authorization.Leg) {
    self.init(
      action: leg.action.description, resource: leg.resource.description,
      decision: CountersignClient.Decision(leg.outcome), denial: leg.denial.map { CountersignClient.Denial($0) },
      reason: CountersignClient.Reason(leg.reason), owner: leg.owner.map { CountersignClient.SideVerdict($0) },
      caller: leg.caller.map { CountersignClient.SideVerdict($0) })
  }
}
