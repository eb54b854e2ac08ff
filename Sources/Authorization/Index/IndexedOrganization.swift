// The organization as an account sees it: where it stands in the tree and which control policies hang above it.
//
// Each account gets one membership, worked out when a set is loaded, so that a question walks a short list of levels and
// never the tree.

import PolicyDirectory
import PolicyLanguage

/// What one account has from its organization.
final class OrganizationMembership: Sendable {
  /// The SCPs of one level: they unite, the levels intersect (F-32).
  struct Level: Sendable {
    /// FullAWSAccess is attached here and is the built-in one.
    var allowsEverything: Bool
    var policies: StatementList
  }
  /// `o-...`: aws:PrincipalOrgID, aws:ResourceOrgID.
  let organizationID: Text
  /// `o-ID/r-ID/ou-.../`: aws:PrincipalOrgPaths, aws:ResourceOrgPaths.
  let path: Text
  let isManagementAccount: Bool
  /// From the root down to the account.
  let serviceControlLevels: [Level]
  /// All RCPs above and on the account; RCPFullAWSAccess, which always allows, is left out (F-34).
  let resourceControlPolicies: StatementList

  init(
    organizationID: Text, path: Text, isManagementAccount: Bool, serviceControlLevels: [Level],
    resourceControlPolicies: StatementList
  ) {
    self.organizationID = organizationID
    self.path = path
    self.isManagementAccount = isManagementAccount
    self.serviceControlLevels = serviceControlLevels
    self.resourceControlPolicies = resourceControlPolicies
  }
}

enum IndexedOrganization {
  /// The membership of every account of the tree, by account id.
  static func memberships(_ set: PolicySet) -> [Text: OrganizationMembership] {
    guard let organization = set.organization else { return [:] }
    let servicePolicies = set.serviceControlPolicies.mapValues { StatementList($0) }
    let resourcePolicies = set.resourceControlPolicies.mapValues { StatementList($0) }
    var memberships: [Text: OrganizationMembership] = [:]

    func level(_ attached: AttachedControlPolicies) -> OrganizationMembership.Level {
      var level = OrganizationMembership.Level(allowsEverything: false, policies: StatementList())
      for name in attached.serviceControlPolicies {
        if let list = servicePolicies[name] {
          level.policies.append(list)
        } else if name == "FullAWSAccess" {
          level.allowsEverything = true
        } else {
          level.policies.append(.denyingEverything(inPlaceOf: name))
        }
      }
      return level
    }
    func resourceControls(_ attached: AttachedControlPolicies) -> StatementList {
      var list = StatementList()
      for name in attached.resourceControlPolicies where name != "RCPFullAWSAccess" || resourcePolicies[name] != nil {
        list.append(resourcePolicies[name] ?? .denyingEverything(inPlaceOf: name))
      }
      return list
    }
    func walk(
      _ unit: OrganizationalUnit, path: Text, levels: [OrganizationMembership.Level], controls: StatementList
    ) {
      let path = Text(utf8: path.utf8 + unit.id.utf8 + [UInt8(ascii: "/")])
      let levels = levels + [level(unit.attached)]
      var controls = controls
      controls.append(resourceControls(unit.attached))
      for account in unit.accounts {
        var own = controls
        own.append(resourceControls(account.attached))
        memberships[account.id] = OrganizationMembership(
          organizationID: organization.id, path: path,
          isManagementAccount: account.id == organization.managementAccountID,
          serviceControlLevels: levels + [level(account.attached)], resourceControlPolicies: own)
      }
      for child in unit.units { walk(child, path: path, levels: levels, controls: controls) }
    }
    walk(
      organization.root, path: Text(utf8: organization.id.utf8 + [UInt8(ascii: "/")]), levels: [],
      controls: StatementList())
    return memberships
  }
}
