// The users and roles of one account, with all that is attached to them.

import PolicyDirectory
import PolicyLanguage

extension IndexBuilder {
  /// Those that a request can name: a hand-made set may hold others.
  func identities(
    of source: Account, _ account: UnsafePointer<IndexedAccount>, _ managedPolicies: ManagedPolicies
  ) -> [UnsafePointer<IndexedIdentity>] {
    func managed(_ arn: Text) -> AttachedPolicy {
      defer { withExtendedLifetime(arn) {} }
      return managedPolicies.policy(BorrowedText(arn), usedBy: account.pointee.id)
        ?? denyingEverything(inPlaceOf: arn)
    }
    func policies(of identity: Identity) -> [AttachedPolicy] {
      identity.inlinePolicies.map { attach($0) } + identity.attachedPolicies.map(managed)
    }
    func indexed(
      _ kind: IndexedIdentity.Kind, _ identity: Identity, _ policies: [AttachedPolicy], trust: PolicyFile? = nil
    ) -> UnsafePointer<IndexedIdentity> {
      // What a question reads lies side by side: the identity, where its policies are, its ARN.
      arena.beginLine()
      let place = arena.allocate(IndexedIdentity.self)
      place.initialize(
        to: IndexedIdentity(
          kind: kind, identity: identity, account: account, policies: list(policies),
          boundary: identity.permissionsBoundary.map { list([managed($0)]) },
          trustPolicy: trust.map { list([attach($0)]) }, in: arena, scratch: scratch.arena))
      return UnsafePointer(place)
    }

    let groups = source.groups.mapValues { policies(of: $0.identity) }
    var result: [UnsafePointer<IndexedIdentity>] = []
    for (name, user) in source.users where user.identity.isNameable(as: name, in: source) {
      let inherited = user.groups.flatMap { groups[$0] ?? [denyingEverything(inPlaceOf: $0)] }
      result.append(indexed(.user, user.identity, policies(of: user.identity) + inherited))
    }
    for (name, role) in source.roles where role.identity.isNameable(as: name, in: source) {
      result.append(indexed(.role, role.identity, policies(of: role.identity), trust: role.trustPolicy))
    }
    return result
  }
}

extension Identity {
  fileprivate func isNameable(as name: Text, in account: Account) -> Bool {
    name == self.name && !name.isEmpty && !name.utf8.contains(UInt8(ascii: "/")) && path.hasPrefix("/")
      && CallerResolution.isAccountID(BorrowedText(account.id)) && !account.partition.utf8.contains(UInt8(ascii: ":"))
  }
}
