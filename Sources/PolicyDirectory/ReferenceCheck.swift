// What files of a set say of each other: attached policies, groups, boundaries, control policies, grants, resources. A
// reference to nothing is an error, because AWS would not have it either and the policy meant would silently not apply.
//
// Aliases are the exception: real exports name keys that are not in the directory.

import PolicyLanguage

struct ReferenceCheck {
  private let set: PolicySet
  private(set) var errors: [Diagnostic] = []
  private var resourceOwners: [ARN: Text] = [:]

  init(_ inventory: Inventory, _ set: PolicySet) {
    self.set = set
    for file in inventory.files {
      switch file.parsed.content {
      case .organization(let record): check(record, file)
      case .identity(let record): check(record, file)
      case .grants(let records): check(records, file)
      case .resource(let record): check(record, file)
      case .policy, .account, .key, .aliases, nil: break
      }
    }
  }

  private mutating func refuse(_ file: SourceFile, _ position: SourcePosition, _ message: String) {
    errors.append(Diagnostic(position: position, message: message).located(in: file.path))
  }

  private mutating func check(_ record: OrganizationRecord, _ file: SourceFile) {
    for name in record.serviceControlPolicies
    where name.value != "FullAWSAccess" && set.serviceControlPolicies[name.value] == nil {
      let hint = hint(name.value, among: Array(set.serviceControlPolicies.keys) + ["FullAWSAccess"])
      refuse(
        file, name.position,
        "unknown service control policy \(name.value.quoted), expected one of `service-control-policies/`\(hint)")
    }
    for name in record.resourceControlPolicies
    where name.value != Organization.fullAccessRCP && set.resourceControlPolicies[name.value] == nil {
      let hint = hint(name.value, among: Array(set.resourceControlPolicies.keys) + [Organization.fullAccessRCP])
      refuse(
        file, name.position,
        "unknown resource control policy \(name.value.quoted), expected one of `resource-control-policies/`\(hint)")
    }
  }

  private mutating func check(_ record: IdentityRecord, _ file: SourceFile) {
    let account = file.names[0]
    for policy in record.attachedPolicies { checkManaged(policy, "attached policy", file, account) }
    if let boundary = record.permissionsBoundary { checkManaged(boundary, "permissions boundary", file, account) }
    let groups = set.accounts[account]?.groups ?? [:]
    for group in record.groups where groups[group.value] == nil {
      let hint = hint(group.value, among: Array(groups.keys))
      refuse(
        file, group.position,
        "unknown group \(group.value.quoted), expected a folder in `accounts/\(account)/groups/`\(hint)")
    }
  }

  private mutating func checkManaged(
    _ reference: Located<Text>, _ what: String, _ file: SourceFile, _ account: Text
  ) {
    let text = reference.value
    guard let arn = ARN(text), arn.service == "iam", arn.region.isEmpty, arn.resource.hasPrefix("policy/") else {
      refuse(
        file, reference.position,
        "\(what) \(text.quoted), expected the ARN of a managed policy, `arn:aws:iam::...:policy/...`")
      return
    }
    let partition = set.accounts[account]?.partition ?? "aws"
    guard arn.partition == partition else {
      refuse(
        file, reference.position, "\(what) \(text.quoted), expected one of the account's partition `\(partition)`")
      return
    }
    guard arn.account == "aws" || arn.account == account else {
      refuse(
        file, reference.position,
        "\(what) \(text.quoted), expected one of account \(account) or of AWS (`arn:\(partition):iam::aws:policy/...`)")
      return
    }
    guard set.managedPolicy(arn) == nil else { return }
    let name = Text(utf8: arn.resource.utf8.dropFirst(7))
    let folder = arn.account == "aws" ? "aws-managed-policies" : "accounts/\(account)/policies"
    refuse(
      file, reference.position, "unknown \(what) \(text.quoted), expected its document in `\(folder)/\(name).json`")
  }

  private mutating func check(_ records: [GrantRecord], _ file: SourceFile) {
    let (account, region, key) = (file.names[0], file.names[1], file.names[2])
    for record in records {
      guard let stated = record.keyID, stated.value != key else { continue }
      if let arn = ARN(stated.value), arn.service == "kms", arn.region == region, arn.account == account,
        arn.resource == Text("key/\(key)")
      {
        continue
      }
      refuse(
        file, stated.position,
        "grant for the key \(stated.value.quoted), expected the key of its folder, `\(key)` in \(region) of \(account)")
    }
  }

  private mutating func check(_ record: ResourceRecord, _ file: SourceFile) {
    let arn = record.arn.value
    if !arn.account.isEmpty, arn.account != file.names[0] {
      refuse(
        file, record.arn.position,
        "resource of account \(arn.account.quoted), expected one of its folder's account `\(file.names[0])`")
    } else if let owner = resourceOwners[arn] {
      refuse(file, record.arn.position, "\(arn.text.quoted) is also that of `\(owner)`, expected each ARN once")
    } else {
      resourceOwners[arn] = file.path
    }
  }

  private func hint(_ name: Text, among known: [Text]) -> String {
    Spelling.intended(by: name, among: known.sorted()).map { " (did you mean `\($0)`)" } ?? ""
  }
}
