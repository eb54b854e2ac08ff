// An account arranged for questions: its identities by name, its keys and aliases by Region.

import PolicyDirectory
import PolicyLanguage

/// An account that has a folder.
final class IndexedAccount: Sendable {
  let id: Text
  let partition: Text
  let enabledRegions: Set<Text>
  let users: [Text: IndexedIdentity]
  let roles: [Text: IndexedIdentity]
  let trustPolicies: [Text: StatementList]
  let keys: [KeyName: IndexedKey]
  /// The key that an alias stands for; an alias without a target is not here.
  let aliases: [AliasName: IndexedKey]
  let organization: OrganizationMembership?

  init(_ account: Account, managedPolicies: ManagedPolicies, organization: OrganizationMembership?) {
    id = account.id
    partition = account.partition
    enabledRegions = account.enabledRegions
    self.organization = organization

    func managed(_ arn: Text) -> StatementList {
      managedPolicies.policy(arn, usedBy: account.id) ?? .denyingEverything(inPlaceOf: arn)
    }
    func policies(of identity: Identity) -> StatementList {
      var list = StatementList()
      for file in identity.inlinePolicies { list.append(StatementList(file)) }
      for arn in identity.attachedPolicies { list.append(managed(arn)) }
      return list
    }
    users = account.users.mapValues { user in
      var list = policies(of: user.identity)
      for name in user.groups {
        if let group = account.groups[name] {
          list.append(policies(of: group.identity))
        } else {
          list.append(.denyingEverything(inPlaceOf: name))
        }
      }
      return IndexedIdentity(
        kind: .user, identity: user.identity, account: account, policies: list,
        boundary: user.identity.permissionsBoundary.map(managed))
    }
    roles = account.roles.mapValues { role in
      IndexedIdentity(
        kind: .role, identity: role.identity, account: account, policies: policies(of: role.identity),
        boundary: role.identity.permissionsBoundary.map(managed))
    }
    trustPolicies = account.roles.compactMapValues { $0.trustPolicy.map { StatementList($0) } }

    var aliasNames: [KeyName: [Text]] = [:]
    for alias in account.aliases.values {
      guard let target = alias.targetKeyID else { continue }
      aliasNames[KeyName(region: alias.name.region, id: target), default: []].append(alias.name.name)
    }
    let keys = account.keys.mapValues { key in
      IndexedKey(
        key, account: account, aliases: (aliasNames[key.name] ?? []).sorted(), organization: organization)
    }
    self.keys = keys
    aliases = account.aliases.compactMapValues { alias in
      alias.targetKeyID.flatMap { keys[KeyName(region: alias.name.region, id: $0)] }
    }
  }
}
