// The engine's own explanation in the shape of the daemon's, so that both are printed by the same code.

import Authorization
import CountersignClient
import PolicyLanguage

extension ExplainResponse {
  init(_ explanation: Authorization.Explanation, requestID: Text) {
    self.init(
      decision: CountersignClient.Decision(explanation.outcome),
      denial: explanation.denial.map { CountersignClient.Denial($0) },
      reason: CountersignClient.Reason(explanation.reason),
      legs: explanation.legs.map { CountersignClient.LegExplanation($0) }, keyARN: explanation.keyARN.description,
      revision: explanation.revision.description, requestID: requestID.description)
  }
}

extension CountersignClient.LegExplanation {
  fileprivate init(_ leg: Authorization.LegExplanation) {
    self.init(
      action: leg.action.description, resource: leg.resource.description,
      decision: CountersignClient.Decision(leg.outcome), denial: leg.denial.map { CountersignClient.Denial($0) },
      reason: CountersignClient.Reason(leg.reason), owner: leg.owner.map { CountersignClient.SideExplanation($0) },
      caller: leg.caller.map { CountersignClient.SideExplanation($0) })
  }
}

extension CountersignClient.SideExplanation {
  fileprivate init(_ side: Authorization.SideExplanation) {
    self.init(
      account: side.account.description, decision: CountersignClient.Decision(side.outcome),
      reason: CountersignClient.Reason(side.reason), answers: side.answers.map { CountersignClient.PolicyAnswer($0) },
      advice: side.advice)
  }
}

extension CountersignClient.PolicyAnswer {
  /// Both sides spell kinds and results as the proto does.
  fileprivate init(_ answer: Authorization.PolicyAnswer) {
    self.init(
      kind: Kind(rawValue: answer.kind.rawValue) ?? .unrecognized,
      result: Result(rawValue: answer.result.rawValue) ?? .unrecognized, note: answer.note,
      statements: answer.statements.map { CountersignClient.ExplainedStatement($0) })
  }
}

extension CountersignClient.ExplainedStatement {
  fileprivate init(_ statement: Authorization.ExplainedStatement) {
    let source = statement.source
    self.init(
      statement: CountersignClient.DecidingStatement(
        file: source.file.description, sid: source.sid?.description ?? "", index: source.index, line: source.line,
        effect: source.effect == .allow ? .allow : .deny),
      isMatched: statement.isMatched, isDeciding: statement.isDeciding,
      elements: statement.elements.map { CountersignClient.ExplainedElement($0) })
  }
}

extension CountersignClient.ExplainedElement {
  fileprivate init(_ element: Authorization.ExplainedElement) {
    var actual: [Text] = []
    let presence: Presence
    switch element.actual {
    case .values(let values):
      actual = values
      presence = .present
    case .absent: presence = .absent
    case .unknown: presence = .unknown
    case .withheld: presence = .withheld
    }
    self.init(
      name: element.name.description, isMatched: element.isMatched, comparison: element.comparison.description,
      key: element.key.description, expected: element.expected.map(\.description), actual: actual.map(\.description),
      presence: presence)
  }
}
