// Service control policies: a ceiling on the caller's account. Every level must allow, none may deny (F-32).

import PolicyLanguage

enum ServiceControlPolicyRule {
  struct Finding: BitwiseCopyable {
    var deny: StatementReference?
    /// One of each level but those where the built-in FullAWSAccess allows.
    var allows: ArenaList<StatementReference>
    var allowsAtEveryLevel = true
  }

  /// The organization whose SCPs apply; nil where none do (F-33): management account, service-linked roles, services,
  /// accounts outside.
  static func organization(limiting caller: Caller) -> UnsafePointer<OrganizationMembership>? {
    guard caller.kind != .service, !caller.isServiceLinkedRole, let membership = caller.account?.pointee.organization,
      !membership.pointee.isManagementAccount
    else { return nil }
    return membership
  }

  /// Nil where SCPs do not apply.
  static func finding(_ question: Question) -> Finding? {
    guard let membership = organization(limiting: question.caller.pointee) else { return nil }
    let levels = membership.pointee.serviceControlLevels
    var finding = Finding(allows: ArenaList(in: question.context.pointee.arena, capacity: levels.count))
    for level in levels {
      let found = PolicyFinding(level.policies, question, kind: .serviceControlPolicy)
      if finding.deny == nil { finding.deny = found.deny }
      if level.allowsEverything { continue }
      if let allow = found.allow {
        finding.allows.append(allow)
      } else {
        finding.allowsAtEveryLevel = false
      }
    }
    return finding
  }
}
