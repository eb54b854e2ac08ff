// An account arranged for questions. Its identities and keys are in the index's own tables.

import PolicyDirectory
import PolicyLanguage

/// An account that has a folder.
struct IndexedAccount: BitwiseCopyable {
  let id: BorrowedText
  let fingerprint: UInt64
  let partition: BorrowedText
  /// `arn:aws:iam::111122223333:root`
  let rootARN: BorrowedText
  let rootFingerprint: UInt64
  let enabledRegions: Run<BorrowedText>
  /// Nil outside of the organization.
  let organization: UnsafePointer<OrganizationMembership>?

  /// Stored with its texts right behind it.
  static func make(
    _ account: Account, organization: UnsafePointer<OrganizationMembership>?, in arena: Arena
  ) -> UnsafePointer<IndexedAccount> {
    arena.beginLine()
    let place = arena.allocate(IndexedAccount.self)
    place.initialize(to: IndexedAccount(account, organization: organization, in: arena))
    return UnsafePointer(place)
  }

  private init(_ account: Account, organization: UnsafePointer<OrganizationMembership>?, in arena: Arena) {
    id = arena.copy(account.id)
    fingerprint = id.fingerprint
    partition = arena.copy(account.partition)
    rootARN = ARNName(partition: partition, service: "iam", account: id, resource: "root", in: arena).text
    rootFingerprint = rootARN.fingerprint
    enabledRegions = arena.run(account.enabledRegions.map { arena.copy($0) })
    self.organization = organization
  }
}
