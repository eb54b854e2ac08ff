// Resources of other services: which folder's ARN covers a resource, and so who owns it.

import PolicyDirectory
import PolicyLanguage

/// A resource that has a folder; it covers its ARN and what lies below it.
struct IndexedResource: Sendable {
  let arn: Text
  let accountID: Text
  let organization: OrganizationMembership?
  /// Nil where the resource has no policy.
  let policy: StatementList?

  /// `arn` itself, or `arn` followed by `/` or `:` and more.
  func covers(_ other: Text) -> Bool {
    guard other.hasPrefix(arn) else { return false }
    guard other.count > arn.count else { return true }
    let next = other.utf8[arn.count]
    return next == UInt8(ascii: "/") || next == UInt8(ascii: ":")
  }
}

struct IndexedResources: Sendable {
  /// Longest ARN first, then by account.
  private let resources: [IndexedResource]

  init(_ set: PolicySet, memberships: [Text: OrganizationMembership]) {
    resources = set.accounts.values.flatMap { account in
      account.resources.map { resource in
        IndexedResource(
          arn: resource.arn.text, accountID: account.id, organization: memberships[account.id],
          policy: resource.policy.map { StatementList($0) })
      }
    }.sorted { ($1.arn.count, $0.accountID) < ($0.arn.count, $1.accountID) }
  }

  /// The one with the longest ARN.
  func resource(covering arn: Text) -> IndexedResource? {
    resources.first { $0.covers(arn) }
  }
}
