// A user or role with everything that its own account attached to it, put together once when a set is loaded.

import PolicyDirectory
import PolicyLanguage

/// A user or role.
final class IndexedIdentity: Sendable {
  enum Kind: Sendable {
    case user
    case role
  }
  let kind: Kind
  let name: Text
  /// With the path: what policies name and what aws:PrincipalArn holds.
  let arn: ARN
  let arnText: Text
  let uniqueID: Text?
  let tags: [Tag]
  /// Inline and attached policies, a user's groups' too (F-2, F-40).
  let policies: StatementList
  /// Nil where there is no boundary.
  let boundary: StatementList?
  /// Outside SCPs, RCPs and boundaries (F-30, F-33, F-34).
  let isServiceLinked: Bool

  init(
    kind: Kind, identity: Identity, account: Account, policies: StatementList, boundary: StatementList?
  ) {
    self.kind = kind
    name = identity.name
    let prefix: Text = kind == .user ? "user" : "role"
    arn = ARN(
      partition: account.partition, service: "iam", account: account.id,
      resource: Text(utf8: prefix.utf8 + identity.path.utf8 + identity.name.utf8))
    arnText = arn.text
    uniqueID = identity.uniqueID
    tags = identity.tags
    self.policies = policies
    isServiceLinked = kind == .role && identity.path.hasPrefix("/aws-service-role/")
    self.boundary = isServiceLinked ? nil : boundary
  }
}
