// One account's folder: its principals, keys, aliases, endpoints and other resources.

import PolicyLanguage

public struct Account: Sendable {
  public var id: Text
  public var name: Text?
  public var partition: Text
  /// Opt-in Regions that are switched on.
  public var enabledRegions: Set<Text>
  /// Customer managed policies, by name, before which its path may stand (`team/Name`); see `PolicySet.managedPolicy`.
  public var policies: [Text: PolicyFile]
  /// By name, which is unique among users whatever their path.
  public var users: [Text: User]
  public var groups: [Text: Group]
  public var roles: [Text: Role]
  /// By Region and key id.
  public var keys: [KeyName: Key]
  /// By Region and alias name (`alias/...`).
  public var aliases: [AliasName: Alias]
  /// By endpoint id.
  public var vpcEndpoints: [Text: PolicyFile]
  public var resources: [Resource]

  public init(id: Text) {
    self.id = id
    partition = "aws"
    enabledRegions = []
    policies = [:]
    users = [:]
    groups = [:]
    roles = [:]
    keys = [:]
    aliases = [:]
    vpcEndpoints = [:]
    resources = []
  }
}

/// What users and roles have in common: the identity that identity policies are attached to.
public struct Identity: Sendable {
  public var name: Text
  /// Begins and ends with `/`.
  public var path: Text
  /// `AIDA...`, `AROA...` or `AGPA...`, where the directory has one.
  public var uniqueID: Text?
  public var tags: [Tag]
  /// ARNs of managed policies; the loader has checked that each exists.
  public var attachedPolicies: [Text]
  public var permissionsBoundary: Text?
  /// By file name without `.json`, in byte order of the name.
  public var inlinePolicies: [PolicyFile]

  public init(
    name: Text, path: Text = "/", uniqueID: Text? = nil, tags: [Tag] = [], attachedPolicies: [Text] = [],
    permissionsBoundary: Text? = nil, inlinePolicies: [PolicyFile] = []
  ) {
    self.name = name
    self.path = path
    self.uniqueID = uniqueID
    self.tags = tags
    self.attachedPolicies = attachedPolicies
    self.permissionsBoundary = permissionsBoundary
    self.inlinePolicies = inlinePolicies
  }
}

/// A user; the same object in each set in which it is the same, as groups and roles are.
public final class User: Sendable {
  public let identity: Identity
  /// Names of groups of the same account; the loader has checked that each exists.
  public let groups: [Text]
  public init(identity: Identity, groups: [Text] = []) {
    self.identity = identity
    self.groups = groups
  }
}

public final class Group: Sendable {
  public let identity: Identity
  public init(identity: Identity) { self.identity = identity }
}

public final class Role: Sendable {
  public let identity: Identity
  public let trustPolicy: PolicyFile?
  public init(identity: Identity, trustPolicy: PolicyFile? = nil) {
    self.identity = identity
    self.trustPolicy = trustPolicy
  }
}

/// A resource of another service (`resources/<any name>`).
public struct Resource: Sendable {
  public var arn: ARN
  public var policy: PolicyFile?
  public init(arn: ARN, policy: PolicyFile? = nil) {
    self.arn = arn
    self.policy = policy
  }
}
