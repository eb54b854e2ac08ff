// How much a set holds, for status reports.

/// Counts of one set.
public struct PolicySetCounts: Sendable, Hashable {
  public var accounts = 0
  public var users = 0
  public var groups = 0
  public var roles = 0
  public var keys = 0
  public var aliases = 0
  public var grants = 0
  public var resources = 0
  /// Policy documents of every kind, trust policies too.
  public var documents = 0
}

extension PolicySet {
  /// Counted anew at each call, in time linear in the set.
  public var counts: PolicySetCounts {
    var counts = PolicySetCounts()
    counts.documents = serviceControlPolicies.count + resourceControlPolicies.count + awsManagedPolicies.count
    counts.accounts = accounts.count
    for account in accounts.values {
      counts.users += account.users.count
      counts.groups += account.groups.count
      counts.roles += account.roles.count
      counts.keys += account.keys.count
      counts.aliases += account.aliases.count
      counts.resources += account.resources.count
      counts.documents += account.policies.count + account.vpcEndpoints.count + account.keys.count
      for key in account.keys.values { counts.grants += key.grants.count }
      for user in account.users.values { counts.documents += user.identity.inlinePolicies.count }
      for group in account.groups.values { counts.documents += group.identity.inlinePolicies.count }
      for role in account.roles.values {
        counts.documents += role.identity.inlinePolicies.count + (role.trustPolicy == nil ? 0 : 1)
      }
      for resource in account.resources where resource.policy != nil { counts.documents += 1 }
    }
    return counts
  }
}
