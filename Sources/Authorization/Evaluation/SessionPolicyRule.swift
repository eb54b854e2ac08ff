// Session policies: a limit on one session (F-31).

enum SessionPolicyRule {
  enum Finding: BitwiseCopyable {
    /// Nothing was passed and the session is not limited.
    case unlimited
    /// A federated user without session policies has no permission but by naming the session (F-14).
    case nothingAllowed
    case limited(PolicyFinding)
  }

  static func finding(_ question: Question) -> Finding {
    if let policies = question.caller.pointee.session.policies {
      return .limited(PolicyFinding(policies, question, kind: .sessionPolicy))
    }
    return question.caller.pointee.kind == .federatedUser ? .nothingAllowed : .unlimited
  }
}
