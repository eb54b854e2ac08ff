// Managed policies by ARN: those of AWS and those of the accounts, each compiled once however often it is attached.

import PolicyDirectory
import PolicyLanguage

struct ManagedPolicies: BitwiseCopyable {
  /// The account that may use the policy; empty for one of AWS, which all may use.
  private struct Entry: BitwiseCopyable {
    let account: BorrowedText
    /// May hold a path.
    let name: BorrowedText
    let policy: AttachedPolicy
  }
  private let entries: Run<Entry>
  private let byName: TextTable<Entry>

  init(_ set: PolicySet, _ builder: IndexBuilder) {
    let arena = builder.arena
    var entries = set.awsManagedPolicies.map {
      Entry(account: "", name: arena.copy($0.key), policy: builder.attach($0.value))
    }
    for account in set.accounts.values where !account.policies.isEmpty {
      let id = arena.copy(account.id)
      entries += account.policies.map { Entry(account: id, name: arena.copy($0.key), policy: builder.attach($0.value)) }
    }
    self.entries = arena.run(entries)
    byName = TextTable(self.entries.pointers.map { ($0.pointee.name.fingerprint, $0) }, in: arena)
  }

  /// Nil when there is no such policy, or `account` may not attach it: one uses AWS's policies and one's own.
  func policy(_ arn: BorrowedText, usedBy account: BorrowedText) -> AttachedPolicy? {
    let prefix: BorrowedText = "policy/"
    guard let arn = ARNName(arn), arn.service == "iam", arn.resource.hasPrefix(prefix) else { return nil }
    let isOfAWS = arn.account == "aws"
    guard isOfAWS || arn.account == account else { return nil }
    let owner = isOfAWS ? "" : account
    let name = arn.resource.dropFirst(prefix.count)
    return byName.find(name.fingerprint) { $0.pointee.name == name && $0.pointee.account == owner }?.pointee.policy
  }
}
