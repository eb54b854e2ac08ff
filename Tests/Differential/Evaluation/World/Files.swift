// A world written as the files of a policy directory, in the layout of the contract.

extension World {
  /// Paths and documents.
  var files: [(path: String, document: JSON)] {
    var files: [(path: String, document: JSON)] = []
    if let organization { files.append(("organization.json", organization.json)) }
    for policy in serviceControlPolicies {
      files.append(("service-control-policies/\(policy.name).json", policy.policy.json))
    }
    for policy in resourceControlPolicies {
      files.append(("resource-control-policies/\(policy.name).json", policy.policy.json))
    }
    for policy in awsManagedPolicies { files.append(("aws-managed-policies/\(policy.name).json", policy.policy.json)) }
    for account in accounts { files += account.files }
    return files
  }
}

extension Account {
  fileprivate var files: [(path: String, document: JSON)] {
    let folder = "accounts/\(id)/"
    var record: [(String, JSON)] = [("EnabledRegions", .texts(enabledRegions))]
    if let partition { record.append(("Partition", .text(partition))) }
    var files: [(path: String, document: JSON)] = [(folder + "account.json", .object(record))]
    for policy in policies { files.append((folder + "policies/\(policy.name).json", policy.policy.json)) }
    for user in users { files += user.files(in: folder + "users/\(user.name)/", "user.json", idName: "UserId") }
    for group in groups { files += group.files(in: folder + "groups/\(group.name)/", "group.json", idName: "GroupId") }
    for role in roles { files += role.files(in: folder + "roles/\(role.name)/", "role.json", idName: "RoleId") }
    for key in keys { files += key.files(in: folder + "keys/\(key.region)/\(key.id)/", account: self) }
    var regions: [String] = []
    for alias in aliases where !regions.contains(alias.region) { regions.append(alias.region) }
    for region in regions {
      let entries = aliases.filter { $0.region == region }.map { alias in
        var members: [(String, JSON)] = [("AliasName", .text(alias.name))]
        if let target = alias.target { members.append(("TargetKeyId", .text(target))) }
        return JSON.object(members)
      }
      files.append((folder + "aliases/\(region).json", .object([("Aliases", .list(entries))])))
    }
    for endpoint in endpoints { files.append((folder + "vpc-endpoints/\(endpoint.name).json", endpoint.policy.json)) }
    for resource in resources {
      files.append((folder + "resources/\(resource.folder)/resource.json", .object([("Arn", .text(resource.arn))])))
      if let policy = resource.policy {
        files.append((folder + "resources/\(resource.folder)/policy.json", policy.json))
      }
    }
    return files
  }
}

extension Identity {
  fileprivate func files(in folder: String, _ record: String, idName: String) -> [(path: String, document: JSON)] {
    var members: [(String, JSON)] = [("Path", .text(path))]
    if let uniqueID { members.append((idName, .text(uniqueID))) }
    if !tags.isEmpty {
      members.append(("Tags", .list(tags.map { .object([("Key", .text($0.key)), ("Value", .text($0.value))]) })))
    }
    if !groups.isEmpty { members.append(("Groups", .texts(groups))) }
    if !attached.isEmpty { members.append(("AttachedPolicies", .texts(attached))) }
    if let boundary { members.append(("PermissionsBoundary", .text(boundary))) }
    var files: [(path: String, document: JSON)] = [(folder + record, .object(members))]
    for policy in inline { files.append((folder + "policies/\(policy.name).json", policy.policy.json)) }
    if let trust { files.append((folder + "trust-policy.json", trust.json)) }
    return files
  }
}

extension Key {
  fileprivate func files(in folder: String, account: Account) -> [(path: String, document: JSON)] {
    var files: [(path: String, document: JSON)] = [(folder + "policy.json", policy.json)]
    var metadata: [(String, JSON)] = []
    if let spec { metadata.append(("KeySpec", .text(spec))) }
    if let usage { metadata.append(("KeyUsage", .text(usage))) }
    if let origin { metadata.append(("Origin", .text(origin))) }
    if isAWSManaged { metadata.append(("KeyManager", .text("AWS"))) }
    if let multiRegionType {
      metadata.append(("MultiRegion", .bare("true")))
      metadata.append(("MultiRegionConfiguration", .object([("MultiRegionKeyType", .text(multiRegionType))])))
    }
    if !metadata.isEmpty || !tags.isEmpty {
      var members: [(String, JSON)] = [("KeyMetadata", .object(metadata))]
      if !tags.isEmpty {
        members.append(
          ("Tags", .list(tags.map { .object([("TagKey", .text($0.key)), ("TagValue", .text($0.value))]) })))
      }
      files.append((folder + "key.json", .object(members)))
    }
    if !grants.isEmpty { files.append((folder + "grants.json", .object([("Grants", .list(grants.map(\.json)))]))) }
    return files
  }
}

extension Grant {
  fileprivate var json: JSON {
    var members: [(String, JSON)] = [("GrantId", .text(id))]
    if let grantee { members.append(("GranteePrincipal", .text(grantee))) }
    if let granteeService { members.append(("GranteeServicePrincipal", .text(granteeService))) }
    if let retiring { members.append(("RetiringPrincipal", .text(retiring))) }
    if let retiringService { members.append(("RetiringServicePrincipal", .text(retiringService))) }
    if let issuingAccount { members.append(("IssuingAccount", .text("arn:aws:iam::\(issuingAccount):root"))) }
    members.append(("Operations", .texts(operations)))
    var constraints: [(String, JSON)] = []
    if let equals { constraints.append(("EncryptionContextEquals", .pairs(equals))) }
    if let subset { constraints.append(("EncryptionContextSubset", .pairs(subset))) }
    if let sourceARN { constraints.append(("SourceArn", .text(sourceARN))) }
    if !constraints.isEmpty { members.append(("Constraints", .object(constraints))) }
    return .object(members)
  }
}

extension JSON {
  static func pairs(_ pairs: [Pair]) -> JSON { .object(pairs.map { ($0.key, .text($0.value)) }) }
}

extension Organization {
  fileprivate var json: JSON {
    var members: [(String, JSON)] = [("Id", .text(id))]
    if let managementAccount { members.append(("ManagementAccountId", .text(managementAccount))) }
    members.append(("Root", root.json))
    return .object(members)
  }
}

extension Unit {
  fileprivate var json: JSON {
    var members: [(String, JSON)] = [("Id", .text(id))] + attached.json
    if !self.members.isEmpty {
      members.append(
        ("Accounts", .list(self.members.map { .object([("Id", .text($0.account))] + $0.attached.json) })))
    }
    if !units.isEmpty { members.append(("OrganizationalUnits", .list(units.map(\.json)))) }
    return .object(members)
  }
}

extension Attachments {
  fileprivate var json: [(String, JSON)] {
    var members: [(String, JSON)] = []
    if let serviceControlPolicies { members.append(("ServiceControlPolicies", .texts(serviceControlPolicies))) }
    if !resourceControlPolicies.isEmpty {
      members.append(("ResourceControlPolicies", .texts(resourceControlPolicies)))
    }
    return members
  }
}
