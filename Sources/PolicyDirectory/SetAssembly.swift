// Puts the files of an inventory together to one policy set. What a file says of others is checked by ReferenceCheck.
//
// A file that could not be read stands in as an empty one, so that what refers to it is not reported as well; with any
// mistake no set comes out, so the stand-ins are never seen.

import PolicyLanguage

struct SetAssembly {
  private struct KeyParts {
    var policy: PolicyFile?
    var record: KeyRecord?
    var grants: [Grant] = []
  }
  private struct ResourceParts {
    var record: ResourceRecord?
    var policy: PolicyFile?
  }
  private struct KeyPlace: Hashable {
    var account: Text
    var name: KeyName
  }
  private struct ResourcePlace: Hashable {
    var account: Text
    var name: Text
  }

  let inventory: Inventory
  private(set) var set: PolicySet
  private(set) var errors: [Diagnostic]
  private var keys: [KeyPlace: KeyParts] = [:]
  private var resources: [ResourcePlace: ResourceParts] = [:]

  init(_ inventory: Inventory) {
    self.inventory = inventory
    set = PolicySet(revision: inventory.errors.isEmpty ? inventory.revision : "")
    errors = inventory.errors
    for file in inventory.files { add(file) }
    for folder in inventory.folders { add(folder) }
    addKeys()
    addResources()
    dropBuiltInControlPolicies()
    let check = ReferenceCheck(inventory, set)
    errors += check.errors
    errors.sort()
  }

  func result() throws(PolicySetError) -> PolicySet {
    guard errors.isEmpty else { throw PolicySetError(diagnostics: errors) }
    return set
  }

  // MARK: - Files

  private mutating func add(_ file: SourceFile) {
    errors += file.parsed.errors.map { $0.located(in: file.path) }
    let names = file.names
    if file.kind.isOfAccount, set.accounts[names[0]] == nil { set.accounts[names[0]] = Account(id: names[0]) }
    switch file.kind {
    case .organization:
      if case .organization(let record)? = file.parsed.content { set.organization = record.organization }
    case .serviceControlPolicy: set.serviceControlPolicies[names[0]] = policy(file)
    case .resourceControlPolicy: set.resourceControlPolicies[names[0]] = policy(file)
    case .fullAccessControlPolicy: break
    case .awsManagedPolicy: set.awsManagedPolicies[names[0]] = policy(file)
    case .account:
      guard case .account(let record)? = file.parsed.content else { return }
      self[names[0]].name = record.name
      self[names[0]].partition = record.partition
      self[names[0]].enabledRegions = record.enabledRegions
    case .customerManagedPolicy: self[names[0]].policies[names[1]] = policy(file)
    case .user, .userPolicy: addUser(file)
    case .group, .groupPolicy: addGroup(file)
    case .role, .trustPolicy, .rolePolicy: addRole(file)
    case .keyPolicy, .key, .grants: addKey(file)
    case .aliases:
      guard case .aliases(let records)? = file.parsed.content else { return }
      for record in records {
        let name = AliasName(region: names[1], name: record.name.value)
        self[names[0]].aliases[name] = Alias(name: name, targetKeyID: record.targetKeyID?.value)
      }
    case .vpcEndpoint: self[names[0]].vpcEndpoints[names[1]] = policy(file)
    case .resource, .resourcePolicy: addResource(file)
    }
  }

  private func policy(_ file: SourceFile) -> PolicyFile {
    guard case .policy(let document)? = file.parsed.content else {
      return PolicyFile(path: file.path, document: PolicyDocument(version: .v2012, statements: []))
    }
    return PolicyFile(path: file.path, document: document)
  }

  /// The account of that id, which exists from now on.
  private subscript(_ id: Text) -> Account {
    get { set.accounts[id] ?? Account(id: id) }
    _modify { yield &set.accounts[id, default: Account(id: id)] }
  }

  private func identity(_ file: SourceFile, or existing: Identity?) -> Identity {
    var identity = existing ?? Identity(name: file.names[1])
    if case .identity(let record)? = file.parsed.content {
      identity.path = record.path
      identity.uniqueID = record.uniqueID?.value
      identity.tags = record.tags
      identity.attachedPolicies = record.attachedPolicies.map(\.value)
      identity.permissionsBoundary = record.permissionsBoundary?.value
    }
    return identity
  }

  private mutating func addUser(_ file: SourceFile) {
    let (account, name) = (file.names[0], file.names[1])
    var user = self[account].users.removeValue(forKey: name) ?? User(identity: Identity(name: name))
    if file.kind == .userPolicy {
      user.identity.addInline(policy(file))
    } else {
      user.identity = identity(file, or: user.identity)
      if case .identity(let record)? = file.parsed.content { user.groups = record.groups.map(\.value) }
    }
    self[account].users[name] = user
  }

  private mutating func addGroup(_ file: SourceFile) {
    let (account, name) = (file.names[0], file.names[1])
    var group = self[account].groups.removeValue(forKey: name) ?? Group(identity: Identity(name: name))
    if file.kind == .groupPolicy {
      group.identity.addInline(policy(file))
    } else {
      group.identity = identity(file, or: group.identity)
    }
    self[account].groups[name] = group
  }

  private mutating func addRole(_ file: SourceFile) {
    let (account, name) = (file.names[0], file.names[1])
    var role = self[account].roles.removeValue(forKey: name) ?? Role(identity: Identity(name: name))
    switch file.kind {
    case .rolePolicy: role.identity.addInline(policy(file))
    case .trustPolicy: role.trustPolicy = policy(file)
    default: role.identity = identity(file, or: role.identity)
    }
    self[account].roles[name] = role
  }

  private mutating func addKey(_ file: SourceFile) {
    let place = KeyPlace(account: file.names[0], name: KeyName(region: file.names[1], id: file.names[2]))
    switch (file.kind, file.parsed.content) {
    case (.keyPolicy, _): keys[place, default: KeyParts()].policy = policy(file)
    case (_, .key(let record)): keys[place, default: KeyParts()].record = record
    case (_, .grants(let records)):
      keys[place, default: KeyParts()].grants = records.map { record in
        var grant = record.grant
        grant.file = file.path
        return grant
      }
    default: keys[place, default: KeyParts()].grants += []
    }
  }

  private mutating func addResource(_ file: SourceFile) {
    let place = ResourcePlace(account: file.names[0], name: file.names[1])
    if file.kind == .resourcePolicy {
      resources[place, default: ResourceParts()].policy = policy(file)
    } else if case .resource(let record)? = file.parsed.content {
      resources[place, default: ResourceParts()].record = record
    } else {
      let unread = ARN(service: "", account: "", resource: "")
      let position = SourcePosition(line: 1, column: 1)
      resources[place, default: ResourceParts()].record = ResourceRecord(
        arn: Located(value: unread, position: position))
    }
  }

  // MARK: - Folders

  private mutating func add(_ folder: Inventory.Folder) {
    let names = folder.names
    if set.accounts[names[0]] == nil { set.accounts[names[0]] = Account(id: names[0]) }
    switch folder.kind {
    case .account: break
    case .user: self[names[0]].users[names[1]] = User(identity: Identity(name: names[1]))
    case .group: self[names[0]].groups[names[1]] = Group(identity: Identity(name: names[1]))
    case .role: self[names[0]].roles[names[1]] = Role(identity: Identity(name: names[1]))
    case .key:
      let place = KeyPlace(account: names[0], name: KeyName(region: names[1], id: names[2]))
      keys[place] = KeyParts()
    case .resource: resources[ResourcePlace(account: names[0], name: names[1])] = ResourceParts()
    }
  }

  // MARK: - Wholes

  private mutating func addKeys() {
    for (place, parts) in keys {
      guard let policy = parts.policy else {
        let path = Text("accounts/\(place.account)/keys/\(place.name.region)/\(place.name.id)/policy.json")
        errors.append(.wholeFile("no such file, expected the key policy", file: path))
        continue
      }
      self[place.account].keys[place.name] = Key(
        name: place.name, policy: policy, metadata: parts.record?.metadata ?? KeyMetadata(),
        tags: parts.record?.tags ?? [], grants: parts.grants)
    }
  }

  private mutating func addResources() {
    let ordered = resources.sorted { ($0.key.account, $0.key.name) < ($1.key.account, $1.key.name) }
    for (place, parts) in ordered {
      guard let record = parts.record else {
        let path = Text("accounts/\(place.account)/resources/\(place.name)/resource.json")
        errors.append(.wholeFile("no such file, expected `{\"Arn\": \"arn:...\"}`", file: path))
        continue
      }
      self[place.account].resources.append(Resource(arn: record.arn.value, policy: parts.policy))
    }
  }

  /// RCPFullAWSAccess is attached everywhere in any case, and says nothing that a decision would have to look up.
  private mutating func dropBuiltInControlPolicies() {
    func drop(_ unit: inout OrganizationalUnit) {
      unit.attached.resourceControlPolicies.removeAll { $0 == Organization.fullAccessRCP }
      for index in unit.accounts.indices {
        unit.accounts[index].attached.resourceControlPolicies.removeAll { $0 == Organization.fullAccessRCP }
      }
      for index in unit.units.indices { drop(&unit.units[index]) }
    }
    if var organization = set.organization {
      drop(&organization.root)
      set.organization = organization
    }
  }
}

extension Identity {
  /// Adds a policy in its place: files come in order of their paths, in which `a-b.json` stands before `a.json`.
  fileprivate mutating func addInline(_ policy: PolicyFile) {
    var index = inlinePolicies.count
    while index > 0,
      policy.path.utf8.dropLast(5).lexicographicallyPrecedes(inlinePolicies[index - 1].path.utf8.dropLast(5))
    {
      index -= 1
    }
    inlinePolicies.insert(policy, at: index)
  }
}

extension [Diagnostic] {
  /// By file, line and column, so that the same mistakes are always told in the same order.
  mutating func sort() {
    sort { left, right in
      if left.file != right.file { return left.file < right.file }
      let (one, other) = (left.position, right.position)
      if one != other { return (one.line, one.column) < (other.line, other.column) }
      return left.message.utf8.lexicographicallyPrecedes(right.message.utf8)
    }
  }
}
