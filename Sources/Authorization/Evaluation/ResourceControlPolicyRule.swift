// Resource control policies: a ceiling on the resources of a member account, whoever calls (F-34).
//
// RCPFullAWSAccess is always attached and a customer's RCPs only deny, so that there is never an allow to look for.

import PolicyLanguage

enum ResourceControlPolicyRule {
  /// The policies that apply; nil where none do: management accounts' resources and service-linked roles are exempt.
  static func policies(
    _ membership: UnsafePointer<OrganizationMembership>?, _ question: Question
  ) -> StatementList? {
    guard let membership, !membership.pointee.isManagementAccount, !question.caller.pointee.isServiceLinkedRole else {
      return nil
    }
    return membership.pointee.resourceControlPolicies
  }

  /// The deny, if any.
  static func deny(
    _ membership: UnsafePointer<OrganizationMembership>?, _ question: Question
  ) -> StatementReference? {
    policies(membership, question).flatMap {
      ResourcePolicyRule.deny($0, question, kind: .resourceControlPolicy)
    }
  }
}
