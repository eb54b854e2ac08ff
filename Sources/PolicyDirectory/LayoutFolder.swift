// The layout of a policy directory as a tree of folders: what may stand where, and so also what was expected where
// something else stands.

import PolicyLanguage

/// One folder of the layout.
struct LayoutFolder: Sendable {
  struct NamedFile: Sendable {
    var name: Text
    var kind: FileKind
  }
  struct NamedFolder: Sendable {
    var name: Text
    var folder: LayoutFolder
  }
  /// `<name>.json`
  struct AnyFile: Sendable {
    var rule: NameRule
    var kind: FileKind
    /// The name may hold a path, as ARNs of managed policies do: `service-role/Name`.
    var hasPath = false
  }
  /// `<name>/`; an array of one, since a struct cannot hold itself.
  struct AnyFolder: Sendable {
    var rule: NameRule
    var kind: FolderKind?
    var folder: [LayoutFolder]
    init(_ rule: NameRule, _ kind: FolderKind? = nil, _ folder: LayoutFolder) {
      self.rule = rule
      self.kind = kind
      self.folder = [folder]
    }
  }

  var files: [NamedFile] = []
  var folders: [NamedFolder] = []
  var anyFile: AnyFile?
  var anyFolder: AnyFolder?

  private static func policies(_ kind: FileKind, _ rule: NameRule = .iam, hasPath: Bool = false) -> LayoutFolder {
    LayoutFolder(anyFile: AnyFile(rule: rule, kind: kind, hasPath: hasPath))
  }

  static let root = LayoutFolder(
    files: [NamedFile(name: "organization.json", kind: .organization)],
    folders: [
      NamedFolder(name: "service-control-policies", folder: policies(.serviceControlPolicy, .free)),
      NamedFolder(name: "resource-control-policies", folder: resourceControlPolicies),
      NamedFolder(name: "aws-managed-policies", folder: policies(.awsManagedPolicy, hasPath: true)),
      NamedFolder(name: "accounts", folder: LayoutFolder(anyFolder: AnyFolder(.accountID, .account, account))),
    ])

  private static let resourceControlPolicies = LayoutFolder(
    files: [NamedFile(name: "RCPFullAWSAccess.json", kind: .fullAccessControlPolicy)],
    anyFile: AnyFile(rule: .free, kind: .resourceControlPolicy))

  private static let account = LayoutFolder(
    files: [NamedFile(name: "account.json", kind: .account)],
    folders: [
      NamedFolder(name: "policies", folder: policies(.customerManagedPolicy, hasPath: true)),
      NamedFolder(name: "users", folder: LayoutFolder(anyFolder: AnyFolder(.principal, .user, user))),
      NamedFolder(name: "groups", folder: LayoutFolder(anyFolder: AnyFolder(.iam, .group, group))),
      NamedFolder(name: "roles", folder: LayoutFolder(anyFolder: AnyFolder(.principal, .role, role))),
      NamedFolder(
        name: "keys",
        folder: LayoutFolder(
          anyFolder: AnyFolder(.region, nil, LayoutFolder(anyFolder: AnyFolder(.keyID, .key, key))))),
      NamedFolder(name: "aliases", folder: policies(.aliases, .region)),
      NamedFolder(name: "vpc-endpoints", folder: policies(.vpcEndpoint, .endpointID)),
      NamedFolder(name: "resources", folder: LayoutFolder(anyFolder: AnyFolder(.free, .resource, resource))),
    ])

  private static let user = LayoutFolder(
    files: [NamedFile(name: "user.json", kind: .user)],
    folders: [NamedFolder(name: "policies", folder: policies(.userPolicy))])

  private static let group = LayoutFolder(
    files: [NamedFile(name: "group.json", kind: .group)],
    folders: [NamedFolder(name: "policies", folder: policies(.groupPolicy))])

  private static let role = LayoutFolder(
    files: [NamedFile(name: "role.json", kind: .role), NamedFile(name: "trust-policy.json", kind: .trustPolicy)],
    folders: [NamedFolder(name: "policies", folder: policies(.rolePolicy))])

  private static let key = LayoutFolder(
    files: [
      NamedFile(name: "policy.json", kind: .keyPolicy), NamedFile(name: "key.json", kind: .key),
      NamedFile(name: "grants.json", kind: .grants),
    ])

  private static let resource = LayoutFolder(
    files: [
      NamedFile(name: "resource.json", kind: .resource), NamedFile(name: "policy.json", kind: .resourcePolicy),
    ])
}
