// What one policy, or several that unite, says about a question: the first deny, and the first allow.

import PolicyLanguage

struct PolicyFinding: Sendable {
  var deny: DecidingStatement?
  var allow: DecidingStatement?

  /// Asks policies that have no Principal element.
  init(_ list: StatementList, _ question: Question, kind: PolicyKind) {
    deny = list.denies.first { question.isAsked(of: $0, in: kind) }?.source
    allow = list.allows.first { question.isAsked(of: $0, in: kind) }?.source
  }
}
