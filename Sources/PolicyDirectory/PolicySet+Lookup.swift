// Finding managed policies by ARN: one place for the rule that a file's path in its folder is the policy's path and name.

import PolicyLanguage

extension PolicySet {
  /// The managed policy of that ARN, of AWS or of an account; nil when the directory has none.
  public func managedPolicy(_ arn: ARN) -> PolicyFile? {
    guard arn.service == "iam", arn.region.isEmpty, arn.resource.hasPrefix("policy/") else { return nil }
    let name = Text(utf8: arn.resource.utf8.dropFirst(7))
    if arn.account == "aws" { return awsManagedPolicies[name] }
    guard let account = accounts[arn.account], account.partition == arn.partition else { return nil }
    return account.policies[name]
  }
}
