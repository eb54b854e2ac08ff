// A user or role with everything that its own account attached to it, put together once when a set is loaded.

import PolicyDirectory
import PolicyLanguage

/// A user or role.
struct IndexedIdentity: BitwiseCopyable {
  enum Kind: BitwiseCopyable {
    case user
    case role
  }
  let kind: Kind
  /// Outside SCPs, RCPs and boundaries (F-30, F-33, F-34).
  let isServiceLinked: Bool
  let account: UnsafePointer<IndexedAccount>
  /// With the path: what policies name and what aws:PrincipalArn holds.
  let arn: BorrowedText
  let fingerprint: UInt64
  /// The end of the ARN.
  let name: BorrowedText
  let uniqueID: BorrowedText?
  let uniqueIDFingerprint: UInt64
  /// Inline and attached policies, a user's groups' too (F-2, F-40).
  let policies: StatementList
  /// Nil where there is no boundary.
  let boundary: StatementList?
  /// Nil where there is none, and for users.
  let trustPolicy: StatementList?
  let tags: Run<IndexedTag>

  init(
    kind: Kind, identity: Identity, account: UnsafePointer<IndexedAccount>, policies: StatementList,
    boundary: StatementList?, trustPolicy: StatementList?, in arena: Arena, scratch: Arena
  ) {
    self.kind = kind
    self.account = account
    scratch.reset()
    let resource = scratch.join(
      kind == .user ? "user" : "role", scratch.copy(identity.path), scratch.copy(identity.name))
    arn =
      ARNName(
        partition: account.pointee.partition, service: "iam", account: account.pointee.id, resource: resource, in: arena
      ).text
    fingerprint = arn.fingerprint
    name = arn.dropFirst(arn.count - identity.name.count)
    uniqueID = identity.uniqueID.map { arena.copy($0) }
    uniqueIDFingerprint = uniqueID?.fingerprint ?? 0
    tags = arena.run(identity.tags.map { IndexedTag(copying: $0, in: arena) })
    self.policies = policies
    self.trustPolicy = trustPolicy
    isServiceLinked = kind == .role && identity.path.hasPrefix("/aws-service-role/")
    self.boundary = isServiceLinked ? nil : boundary
  }
}
