// Resource control policies: a ceiling on the resources of a member account, whoever calls (F-34).
//
// RCPFullAWSAccess is always attached and a customer's RCPs only deny, so that there is never an allow to look for.

import PolicyLanguage

enum ResourceControlPolicyRule {
  /// The policies that apply; nil where none do: management accounts' resources and service-linked roles are exempt.
  static func policies(_ membership: OrganizationMembership?, _ question: Question) -> StatementList? {
    guard let membership, !membership.isManagementAccount, !question.caller.isServiceLinkedRole else { return nil }
    return membership.resourceControlPolicies
  }

  /// The deny, if any.
  static func deny(_ membership: OrganizationMembership?, _ question: Question) -> DecidingStatement? {
    policies(membership, question).flatMap {
      ResourcePolicyRule.deny($0, question, kind: .resourceControlPolicy)
    }
  }
}
