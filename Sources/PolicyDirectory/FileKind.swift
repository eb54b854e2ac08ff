// What a path of the layout holds. The kind decides how the file is read, so it is also half of the key under which a
// parsed file is remembered.

import PolicyLanguage

/// A file that the layout knows; the comment says which names of its path it comes with.
enum FileKind: Sendable, Hashable {
  case organization
  /// policy
  case serviceControlPolicy
  /// policy
  case resourceControlPolicy
  /// AWS's own RCPFullAWSAccess, which alone may allow
  case fullAccessControlPolicy
  /// policy, with its path
  case awsManagedPolicy
  /// account
  case account
  /// account, policy with its path
  case customerManagedPolicy
  /// account, user
  case user
  /// account, user, policy
  case userPolicy
  /// account, group
  case group
  /// account, group, policy
  case groupPolicy
  /// account, role
  case role
  /// account, role
  case trustPolicy
  /// account, role, policy
  case rolePolicy
  /// account, Region, key
  case keyPolicy
  /// account, Region, key
  case key
  /// account, Region, key
  case grants
  /// account, Region
  case aliases
  /// account, endpoint
  case vpcEndpoint
  /// account, resource
  case resource
  /// account, resource
  case resourcePolicy

  /// Whether its first name is an account.
  var isOfAccount: Bool {
    switch self {
    case .organization, .serviceControlPolicy, .resourceControlPolicy, .fullAccessControlPolicy, .awsManagedPolicy:
      false
    default: true
    }
  }

  /// The same for all kinds that are read alike, so that one document in many places is read once.
  var form: FileKind {
    policyKind == .identityPolicy ? .customerManagedPolicy : self
  }

  /// Nil for records, which are not policies.
  var policyKind: PolicyKind? {
    switch self {
    case .serviceControlPolicy: .serviceControlPolicy
    case .resourceControlPolicy: .resourceControlPolicy
    case .awsManagedPolicy, .customerManagedPolicy, .userPolicy, .groupPolicy, .rolePolicy: .identityPolicy
    case .trustPolicy: .trustPolicy
    case .keyPolicy: .keyPolicy
    case .vpcEndpoint: .endpointPolicy
    case .resourcePolicy: .resourcePolicy
    case .organization, .fullAccessControlPolicy, .account, .user, .group, .role, .key, .grants, .aliases, .resource:
      nil
    }
  }
}

/// A folder whose being there says that something exists, whatever files it holds.
enum FolderKind: Sendable, Hashable {
  /// account
  case account
  /// account, user
  case user
  /// account, group
  case group
  /// account, role
  case role
  /// account, Region, key
  case key
  /// account, resource
  case resource
}
