// A generated policy directory, as plain data: arrays to be searched from the front, no index, no cleverness.

struct Pair {
  var key: String
  var value: String
}

struct World {
  var organization: Organization?
  var serviceControlPolicies: [NamedPolicy] = []
  var resourceControlPolicies: [NamedPolicy] = []
  var awsManagedPolicies: [NamedPolicy] = []
  var accounts: [Account] = []
}

struct Organization {
  var id: String
  var managementAccount: String?
  var root: Unit
}

struct Unit {
  var id: String
  var attached: Attachments
  var members: [Member] = []
  var units: [Unit] = []
}

struct Member {
  var account: String
  var attached: Attachments
}

struct Attachments {
  /// Nil means FullAWSAccess; an empty array means nothing.
  var serviceControlPolicies: [String]?
  var resourceControlPolicies: [String] = []
}

struct Account {
  var id: String
  var partition: String?
  var enabledRegions: [String] = []
  var policies: [NamedPolicy] = []
  var users: [Identity] = []
  var groups: [Identity] = []
  var roles: [Identity] = []
  var keys: [Key] = []
  var aliases: [Alias] = []
  var endpoints: [NamedPolicy] = []
  var resources: [OtherResource] = []
}

/// A user, group or role.
struct Identity {
  var name: String
  var path = "/"
  var uniqueID: String?
  var tags: [Pair] = []
  /// Of a user.
  var groups: [String] = []
  /// ARNs.
  var attached: [String] = []
  /// ARN.
  var boundary: String?
  var inline: [NamedPolicy] = []
  /// Of a role.
  var trust: Policy?
}

struct Key {
  var region: String
  var id: String
  var policy: Policy
  var spec: String?
  var usage: String?
  var origin: String?
  /// PRIMARY or REPLICA; nil for a single-Region key.
  var multiRegionType: String?
  var isAWSManaged = false
  var tags: [Pair] = []
  var grants: [Grant] = []
}

struct Alias {
  var region: String
  /// With `alias/`.
  var name: String
  var target: String?
}

struct Grant {
  var id: String
  var grantee: String?
  var granteeService: String?
  var retiring: String?
  var retiringService: String?
  /// Twelve digits.
  var issuingAccount: String?
  var operations: [String]
  var equals: [Pair]?
  var subset: [Pair]?
  var sourceARN: String?
}

struct OtherResource {
  var folder: String
  var arn: String
  var policy: Policy?
}
