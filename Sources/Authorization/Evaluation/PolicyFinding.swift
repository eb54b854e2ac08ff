// What one policy, or several that unite, says about a question: the first deny, and the first allow.

import PolicyLanguage

struct PolicyFinding: BitwiseCopyable {
  let deny: StatementReference?
  let allow: StatementReference?

  init(deny: StatementReference?, allow: StatementReference?) {
    self.deny = deny
    self.allow = allow
  }

  /// Asks policies that have no Principal element.
  init(_ list: StatementList, _ question: Question, kind: PolicyKind) {
    deny = list.firstDeny(of: question.leg.pointee.action) { question.isAsked(of: $0, in: kind) }
    allow = list.firstAllow(of: question.leg.pointee.action) { question.isAsked(of: $0, in: kind) }
  }
}
