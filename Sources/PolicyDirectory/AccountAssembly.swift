// Puts the files of one account together. Accounts know nothing of each other here, so they are put together on all cores,
// and one whose files are all as they were is not put together again.

import PolicyLanguage

struct AccountAssembly {
  private struct IdentityParts {
    var record: IdentityRecord?
    var inlinePolicies: [PolicyFile] = []
    var trustPolicy: PolicyFile?
  }
  private struct KeyParts {
    var policy: PolicyFile?
    var record: KeyRecord?
    var grants: [Grant] = []
  }
  private struct ResourceParts {
    var record: ResourceRecord?
    var policy: PolicyFile?
  }

  private(set) var account: Account
  private(set) var errors: [Diagnostic] = []
  private let previous: Account?
  private var users: [Text: IdentityParts] = [:]
  private var groups: [Text: IdentityParts] = [:]
  private var roles: [Text: IdentityParts] = [:]
  private var keys: [KeyName: KeyParts] = [:]
  private var resources: [Text: ResourceParts] = [:]

  /// - Parameters:
  ///   - files: of this account, in byte order of the path.
  ///   - folders: of this account, without files.
  ///   - previous: the account in the last set: what is the same in both will be the same object.
  init(
    _ id: Text, files: some Sequence<SourceFile>, folders: some Sequence<Inventory.EmptyFolder>, previous: Account?
  ) {
    account = Account(id: id)
    self.previous = previous
    for file in files { add(file) }
    for folder in folders { add(folder) }
    addIdentities()
    addKeys()
    addResources()
  }

  // MARK: - Files and folders

  private mutating func add(_ file: SourceFile) {
    errors += file.parsed.errors.map { $0.located(in: file.path) }
    let names = file.names
    switch (file.kind, file.parsed.content) {
    case (.account, .account(let record)):
      account.name = record.name
      account.partition = record.partition
      account.enabledRegions = record.enabledRegions
    case (.customerManagedPolicy, _): account.policies[names[1]] = file.policyOrStandIn
    case (.vpcEndpoint, _): account.vpcEndpoints[names[1]] = file.policyOrStandIn
    case (.user, let content): users[names[1], default: IdentityParts()].record = content?.identity
    case (.userPolicy, _): users[names[1], default: IdentityParts()].inlinePolicies.append(file.policyOrStandIn)
    case (.group, let content): groups[names[1], default: IdentityParts()].record = content?.identity
    case (.groupPolicy, _): groups[names[1], default: IdentityParts()].inlinePolicies.append(file.policyOrStandIn)
    case (.role, let content): roles[names[1], default: IdentityParts()].record = content?.identity
    case (.rolePolicy, _): roles[names[1], default: IdentityParts()].inlinePolicies.append(file.policyOrStandIn)
    case (.trustPolicy, _): roles[names[1], default: IdentityParts()].trustPolicy = file.policyOrStandIn
    case (.keyPolicy, _): keys[KeyName(names), default: KeyParts()].policy = file.policyOrStandIn
    case (.key, .key(let record)): keys[KeyName(names), default: KeyParts()].record = record
    case (.grants, .grants(let records)):
      keys[KeyName(names), default: KeyParts()].grants = records.map { record in
        var grant = record.grant
        grant.file = file.path
        return grant
      }
    case (.key, _), (.grants, _): keys[KeyName(names), default: KeyParts()].grants += []
    case (.aliases, .aliases(let records)):
      for record in records {
        let name = AliasName(region: names[1], name: record.name.value)
        account.aliases[name] = Alias(name: name, targetKeyID: record.targetKeyID?.value)
      }
    case (.resourcePolicy, _): resources[names[1], default: ResourceParts()].policy = file.policyOrStandIn
    case (.resource, .resource(let record)): resources[names[1], default: ResourceParts()].record = record
    case (.resource, _):
      let unread = ARN(service: "", account: "", resource: "")
      resources[names[1], default: ResourceParts()].record = ResourceRecord(
        arn: Located(value: unread, position: SourcePosition(line: 1, column: 1)))
    default: break
    }
  }

  private mutating func add(_ folder: Inventory.EmptyFolder) {
    let names = folder.names
    switch folder.kind {
    case .account: break
    case .user: users[names[1]] = IdentityParts()
    case .group: groups[names[1]] = IdentityParts()
    case .role: roles[names[1]] = IdentityParts()
    case .key: keys[KeyName(names)] = KeyParts()
    case .resource: resources[names[1]] = ResourceParts()
    }
  }

  // MARK: - Wholes

  private mutating func addIdentities() {
    account.users = .init(minimumCapacity: users.count)
    for (name, parts) in users {
      let user = User(identity: identity(name, parts), groups: parts.record?.groups.map(\.value) ?? [])
      let known = previous?.users[name]
      account.users[name] = known.map { $0.isSame(as: user) } == true ? known : user
    }
    for (name, parts) in groups {
      let group = Group(identity: identity(name, parts))
      let known = previous?.groups[name]
      account.groups[name] = known.map { $0.identity.isSame(as: group.identity) } == true ? known : group
    }
    account.roles = .init(minimumCapacity: roles.count)
    for (name, parts) in roles {
      let role = Role(identity: identity(name, parts), trustPolicy: parts.trustPolicy)
      let known = previous?.roles[name]
      account.roles[name] = known.map { $0.isSame(as: role) } == true ? known : role
    }
  }

  private func identity(_ name: Text, _ parts: IdentityParts) -> Identity {
    var identity = Identity(name: name)
    // Files come in order of their paths, in which `a-b.json` stands before `a.json`.
    identity.inlinePolicies = parts.inlinePolicies.sorted {
      $0.path.utf8.dropLast(5).lexicographicallyPrecedes($1.path.utf8.dropLast(5))
    }
    guard let record = parts.record else { return identity }
    identity.path = record.path
    identity.uniqueID = record.uniqueID?.value
    identity.tags = record.tags
    identity.attachedPolicies = record.attachedPolicies.map(\.value)
    identity.permissionsBoundary = record.permissionsBoundary?.value
    return identity
  }

  private mutating func addKeys() {
    account.keys = .init(minimumCapacity: keys.count)
    for (name, parts) in keys {
      guard let policy = parts.policy else {
        let path = Text("accounts/\(account.id)/keys/\(name.region)/\(name.id)/policy.json")
        errors.append(.wholeFile("no such file, expected the key policy", file: path))
        continue
      }
      let key = Key(
        name: name, policy: policy, metadata: parts.record?.metadata ?? KeyMetadata(),
        tags: parts.record?.tags ?? [], grants: parts.grants)
      let known = previous?.keys[name]
      account.keys[name] = known.map { $0.isSame(as: key) } == true ? known : key
    }
  }

  private mutating func addResources() {
    for (name, parts) in resources.sorted(by: { $0.key < $1.key }) {
      guard let record = parts.record else {
        let path = Text("accounts/\(account.id)/resources/\(name)/resource.json")
        errors.append(.wholeFile("no such file, expected `{\"Arn\": \"arn:...\"}`", file: path))
        continue
      }
      account.resources.append(Resource(arn: record.arn.value, policy: parts.policy))
    }
  }
}

extension KeyName {
  /// Of a file's names: account, Region, key.
  fileprivate init(_ names: [Text]) { self.init(region: names[1], id: names[2]) }
}

extension ParsedFile.Content {
  fileprivate var identity: IdentityRecord? {
    if case .identity(let record) = self { record } else { nil }
  }
}

extension SourceFile {
  /// An empty policy in place of one with mistakes, so that what refers to it is not reported as well.
  var policyOrStandIn: PolicyFile {
    policy ?? PolicyFile(path: path, document: PolicyDocument(version: .v2012, statements: []))
  }
}

extension Identity {
  fileprivate func isSame(as other: Identity) -> Bool {
    name == other.name && path == other.path && uniqueID == other.uniqueID && tags == other.tags
      && attachedPolicies == other.attachedPolicies && permissionsBoundary == other.permissionsBoundary
      && inlinePolicies.elementsEqual(other.inlinePolicies, by: ===)
  }
}

extension User {
  fileprivate func isSame(as other: User) -> Bool { identity.isSame(as: other.identity) && groups == other.groups }
}

extension Role {
  fileprivate func isSame(as other: Role) -> Bool {
    identity.isSame(as: other.identity) && trustPolicy === other.trustPolicy
  }
}

extension Key {
  fileprivate func isSame(as other: Key) -> Bool {
    name == other.name && policy === other.policy && metadata == other.metadata && tags == other.tags
      && grants == other.grants
  }
}
