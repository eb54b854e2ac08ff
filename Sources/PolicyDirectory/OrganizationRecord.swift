// organization.json: the tree of accounts. This record is the project's own, put together from several commands of
// the CLI, whose other members (Arn, Name, Email, ...) may stay in it.

import PolicyLanguage

struct OrganizationRecord: Sendable {
  var organization: Organization
  /// Every attachment, to be looked up in the set.
  var serviceControlPolicies: [Located<Text>] = []
  var resourceControlPolicies: [Located<Text>] = []
  var accountIDs: Set<Text> = []
}

extension RecordReader {
  mutating func organization(_ value: JSONValue) -> OrganizationRecord? {
    guard let members = object(value, "organization") else { return nil }
    refuseNearMisses(in: members, of: ["Id", "ManagementAccountId", "Root"])
    if let member = members.first(where: { $0.key == "MasterAccountId" }) {
      remark(member.keyOffset, "`MasterAccountId` is not read; `ManagementAccountId` is")
    }
    let id = identifier(in: members, of: value, "organization", prefix: "o-")
    let management = text("ManagementAccountId", in: members)
    guard let root = members.value("Root") else {
      refuse(value.offset, "organization without `Root`, expected one")
      return nil
    }
    var record = OrganizationRecord(
      organization: Organization(
        id: id ?? "", managementAccountID: management?.value,
        root: OrganizationalUnit(id: "", attached: AttachedControlPolicies())))
    var unitIDs: Set<Text> = []
    if let root = unit(root, "`Root`", prefix: "r-", into: &record, &unitIDs) { record.organization.root = root }
    if let management, !record.accountIDs.contains(management.value) {
      refuse(
        management.position, "`ManagementAccountId` is \(management.value.quoted), expected an account of the tree")
    }
    return record
  }

  private mutating func unit(
    _ value: JSONValue, _ what: String, prefix: Text, into record: inout OrganizationRecord, _ unitIDs: inout Set<Text>
  ) -> OrganizationalUnit? {
    guard let members = object(value, what) else { return nil }
    refuseNearMisses(
      in: members,
      of: ["Id", "Name", "ServiceControlPolicies", "ResourceControlPolicies", "Accounts", "OrganizationalUnits"])
    let id = identifier(in: members, of: value, what, prefix: prefix)
    if let id, !unitIDs.insert(id).inserted {
      refuse(value.offset, "`\(id)` stands twice in the organization, expected each `Id` once")
    }
    var unit = OrganizationalUnit(
      id: id ?? "", name: text("Name", in: members)?.value, attached: attachments(members, into: &record))
    if let list = members.value("Accounts") {
      for entry in array(list, "`Accounts`") ?? [] {
        if let account = organizationAccount(entry, into: &record) { unit.accounts.append(account) }
      }
    }
    if let list = members.value("OrganizationalUnits") {
      for entry in array(list, "`OrganizationalUnits`") ?? [] {
        let inner = self.unit(entry, "entry of `OrganizationalUnits`", prefix: "ou-", into: &record, &unitIDs)
        if let inner { unit.units.append(inner) }
      }
    }
    return unit
  }

  private mutating func organizationAccount(
    _ value: JSONValue, into record: inout OrganizationRecord
  ) -> OrganizationAccount? {
    guard let members = object(value, "entry of `Accounts`") else { return nil }
    refuseNearMisses(in: members, of: ["Id", "ServiceControlPolicies", "ResourceControlPolicies"])
    let attached = attachments(members, into: &record)
    guard let id = requiredText("Id", in: members, of: value, "account") else { return nil }
    if let expectation = NameRule.accountID.expectation(brokenBy: id.value) {
      refuse(id.position, "account \(id.value.quoted), expected \(expectation)")
    } else if !record.accountIDs.insert(id.value).inserted {
      refuse(id.position, "account \(id.value.quoted) stands twice in the organization, expected it once")
    }
    return OrganizationAccount(id: id.value, attached: attached)
  }

  /// A missing list of SCPs means FullAWSAccess; an empty one means that nothing is attached (CONTRACTS' rule, and AWS's
  /// default). RCPFullAWSAccess is always attached and need not be named.
  private mutating func attachments(
    _ members: [JSONMember], into record: inout OrganizationRecord
  ) -> AttachedControlPolicies {
    var attached = AttachedControlPolicies()
    if let policies = texts("ServiceControlPolicies", in: members) {
      attached.serviceControlPolicies = policies.map(\.value)
      record.serviceControlPolicies += policies
    }
    if let policies = texts("ResourceControlPolicies", in: members) {
      attached.resourceControlPolicies = policies.map(\.value)
      record.resourceControlPolicies += policies
    }
    return attached
  }

  /// Ids become parts of aws:PrincipalOrgPaths, so a `/` in one would forge a path.
  private mutating func identifier(
    in members: [JSONMember], of value: JSONValue, _ what: String, prefix: Text
  ) -> Text? {
    guard let id = requiredText("Id", in: members, of: value, what) else { return nil }
    guard id.value.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }) else {
      refuse(id.position, "`Id` is \(id.value.quoted), expected letters, digits and `-`, such as `\(prefix)a1b2c3d4e5`")
      return nil
    }
    if !id.value.hasPrefix(prefix) {
      remark(value.offset, "\(id.value.quoted) is an id that AWS would not give: its begin with `\(prefix)`")
    }
    return id.value
  }
}
