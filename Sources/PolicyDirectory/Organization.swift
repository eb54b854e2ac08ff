// organization.json: the tree of accounts and the policies attached at each level.

import PolicyLanguage

public struct Organization: Sendable {
  public var id: Text
  public var managementAccountID: Text?
  public var root: OrganizationalUnit
  public init(id: Text, managementAccountID: Text?, root: OrganizationalUnit) {
    self.id = id
    self.managementAccountID = managementAccountID
    self.root = root
  }
}

/// The root or an organizational unit.
public struct OrganizationalUnit: Sendable {
  public var id: Text
  public var name: Text?
  public var attached: AttachedControlPolicies
  public var accounts: [OrganizationAccount]
  public var units: [OrganizationalUnit]
  public init(
    id: Text, name: Text? = nil, attached: AttachedControlPolicies, accounts: [OrganizationAccount] = [],
    units: [OrganizationalUnit] = []
  ) {
    self.id = id
    self.name = name
    self.attached = attached
    self.accounts = accounts
    self.units = units
  }
}

public struct OrganizationAccount: Sendable {
  public var id: Text
  public var attached: AttachedControlPolicies
  public init(id: Text, attached: AttachedControlPolicies) {
    self.id = id
    self.attached = attached
  }
}

/// Names of the policies attached at one level.
public struct AttachedControlPolicies: Sendable {
  /// `["FullAWSAccess"]` when the file does not say; an empty list means that nothing is attached.
  public var serviceControlPolicies: [Text]
  /// Beside RCPFullAWSAccess, which is always attached.
  public var resourceControlPolicies: [Text]
  public init(serviceControlPolicies: [Text] = ["FullAWSAccess"], resourceControlPolicies: [Text] = []) {
    self.serviceControlPolicies = serviceControlPolicies
    self.resourceControlPolicies = resourceControlPolicies
  }
}

extension Organization {
  /// The RCP that AWS attaches to every root, unit and account, and lets nobody detach.
  static let fullAccessRCP: Text = "RCPFullAWSAccess"
}
