// Resource control policies: a ceiling on the resources of a member account, whoever calls (F-34).
//
// RCPFullAWSAccess is always attached and a customer's RCPs only deny, so that there is never an allow to look for.

import PolicyLanguage

enum ResourceControlPolicyRule {
  /// The deny, if any. Management accounts' resources and service-linked roles are exempt.
  static func deny(_ membership: OrganizationMembership?, _ question: Question) -> DecidingStatement? {
    guard let membership, !membership.isManagementAccount, !question.caller.isServiceLinkedRole else { return nil }
    return ResourcePolicyRule.deny(membership.resourceControlPolicies, question, kind: .resourceControlPolicy)
  }
}
