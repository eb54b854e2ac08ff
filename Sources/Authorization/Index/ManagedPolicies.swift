// Managed policies by ARN: those of AWS and those of the accounts, each compiled once however often it is attached.

import PolicyDirectory
import PolicyLanguage

struct ManagedPolicies: Sendable {
  /// By name, which may hold a path.
  private let aws: [Text: StatementList]
  /// By account, then by name.
  private let customer: [Text: [Text: StatementList]]

  init(_ set: PolicySet) {
    aws = set.awsManagedPolicies.mapValues { StatementList($0) }
    customer = set.accounts.mapValues { $0.policies.mapValues { StatementList($0) } }
  }

  /// Nil when there is no such policy, or `account` may not attach it: one uses AWS's policies and one's own.
  func policy(_ arnText: Text, usedBy account: Text) -> StatementList? {
    let prefix: Text = "policy/"
    guard let arn = ARN(arnText), arn.service == "iam", arn.resource.hasPrefix(prefix) else { return nil }
    let name = Text(utf8: arn.resource.utf8.dropFirst(prefix.count))
    if arn.account == "aws" { return aws[name] }
    guard arn.account == account else { return nil }
    return customer[account]?[name]
  }
}
