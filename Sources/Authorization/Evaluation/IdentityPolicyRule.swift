// Identity policies: what the caller's account attached to the caller, groups and managed policies included (F-2).

enum IdentityPolicyRule {
  /// Root users and services have none (F-17, F-37).
  static func policies(of caller: Caller) -> StatementList? {
    switch caller.kind {
    case .root, .service: nil
    case .user, .role, .federatedUser: caller.identity?.pointee.policies
    }
  }

  static func finding(_ question: Question) -> PolicyFinding? {
    policies(of: question.caller.pointee).map { PolicyFinding($0, question, kind: .identityPolicy) }
  }
}
