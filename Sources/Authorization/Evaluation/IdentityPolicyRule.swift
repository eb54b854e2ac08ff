// Identity policies: what the caller's account attached to the caller, groups and managed policies included (F-2).

enum IdentityPolicyRule {
  /// Root users and services have none (F-17, F-37).
  static func finding(_ question: Question) -> PolicyFinding? {
    switch question.caller.kind {
    case .root, .service: nil
    case .user, .role, .federatedUser:
      question.caller.identity.map { PolicyFinding($0.policies, question, kind: .identityPolicy) }
    }
  }
}
