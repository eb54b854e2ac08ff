// The organization as an account sees it: where it stands in the tree and which control policies hang above it.
//
// Each account gets one membership, worked out when a set is loaded, so that a question walks a short list of levels and
// never the tree.

import PolicyDirectory
import PolicyLanguage

/// What one account has from its organization.
struct OrganizationMembership: BitwiseCopyable {
  /// The SCPs of one level: they unite, the levels intersect (F-32).
  struct Level: BitwiseCopyable {
    /// FullAWSAccess is attached here and is the built-in one.
    let allowsEverything: Bool
    let policies: StatementList
  }
  /// `o-...`: aws:PrincipalOrgID, aws:ResourceOrgID.
  let organizationID: BorrowedText
  /// `o-ID/r-ID/ou-.../`: aws:PrincipalOrgPaths, aws:ResourceOrgPaths.
  let path: BorrowedText
  let isManagementAccount: Bool
  /// From the root down to the account.
  let serviceControlLevels: Run<Level>
  /// All RCPs above and on the account; RCPFullAWSAccess, which always allows, is left out (F-34).
  let resourceControlPolicies: StatementList
}

extension IndexBuilder {
  /// The membership of every account of the tree, by account id.
  func memberships(_ set: PolicySet) -> [Text: UnsafePointer<OrganizationMembership>] {
    guard let organization = set.organization else { return [:] }
    let id = arena.copy(organization.id)
    let servicePolicies = set.serviceControlPolicies.mapValues { attach($0) }
    let resourcePolicies = set.resourceControlPolicies.mapValues { attach($0) }
    var memberships: [Text: UnsafePointer<OrganizationMembership>] = [:]

    func level(_ attached: AttachedControlPolicies) -> OrganizationMembership.Level {
      var policies: [AttachedPolicy] = []
      var allowsEverything = false
      for name in attached.serviceControlPolicies {
        if let policy = servicePolicies[name] {
          policies.append(policy)
        } else if name == "FullAWSAccess" {
          allowsEverything = true
        } else {
          policies.append(denyingEverything(inPlaceOf: name))
        }
      }
      return OrganizationMembership.Level(allowsEverything: allowsEverything, policies: list(policies))
    }
    func resourceControls(_ attached: AttachedControlPolicies) -> [AttachedPolicy] {
      attached.resourceControlPolicies.filter { $0 != "RCPFullAWSAccess" || resourcePolicies[$0] != nil }.map {
        resourcePolicies[$0] ?? denyingEverything(inPlaceOf: $0)
      }
    }
    func walk(
      _ unit: OrganizationalUnit, path: BorrowedText, levels: [OrganizationMembership.Level],
      controls: [AttachedPolicy]
    ) {
      let path = arena.join(path, arena.copy(unit.id), "/")
      let levels = levels + [level(unit.attached)]
      let controls = controls + resourceControls(unit.attached)
      for account in unit.accounts {
        memberships[account.id] = arena.store(
          OrganizationMembership(
            organizationID: id, path: path, isManagementAccount: account.id == organization.managementAccountID,
            serviceControlLevels: arena.run(levels + [level(account.attached)]),
            resourceControlPolicies: list(controls + resourceControls(account.attached))))
      }
      for child in unit.units { walk(child, path: path, levels: levels, controls: controls) }
    }
    walk(organization.root, path: arena.join(id, "/"), levels: [], controls: [])
    return memberships
  }
}
