// What a set may say but AWS would not: ids of other forms, records in the wrong folder, names that lead nowhere.
//
// Nothing here changes a decision; each remark points at something that its author probably did not mean.

import PolicyLanguage

struct Remarks {
  private let set: PolicySet
  private(set) var found: [Diagnostic] = []
  private var endpoints: [Text: Text] = [:]
  /// The file that first holds a unique id of a user or role.
  private var uniqueIDs: [Text: Text] = [:]
  private var lowerCaseNames: [[Text]: Text] = [:]

  init(_ inventory: Inventory, _ set: PolicySet) {
    self.set = set
    found = inventory.remarks
    if set.accounts.isEmpty {
      found.append(.wholeFile("no account: every principal and every key is unknown", file: "accounts"))
    }
    for file in inventory.files {
      found += file.parsed.remarks.map { $0.located(in: file.path) }
      switch file.parsed.content {
      case .identity(let record): remark(on: record, file)
      case .key(let record): remark(on: record, file)
      case .aliases(let records): remark(on: records, file)
      case .grants(let records): remark(on: records, file)
      case .resource(let record): remark(on: record, file)
      case .policy(.document(let document)): remark(on: document, file)
      case .policy(.compiled), .organization, .account, nil: break
      }
      remarkOnNames(of: file)
    }
    remarkOnOrganization(inventory)
  }

  private mutating func remark(_ file: SourceFile, _ position: SourcePosition?, _ message: String) {
    let position = position ?? SourcePosition(line: 1, column: 1)
    found.append(Diagnostic(position: position, message: message).located(in: file.path))
  }

  private mutating func remark(on document: PolicyDocument, _ file: SourceFile) {
    guard let kind = file.kind.policyKind else { return }
    found += PolicyRemarks.remarks(on: document, as: kind).map { $0.located(in: file.path) }
  }

  // MARK: - Ids and names

  private mutating func remarkOnNames(of file: SourceFile) {
    let names = file.names
    switch file.kind {
    case .keyPolicy where !Self.isKeyID(names[2]):
      remark(
        file, nil, "key id \(names[2].quoted) is none that AWS would give: a UUID, or `mrk-` and 32 hexadecimal digits")
    case .vpcEndpoint:
      let digits = names[1].utf8.dropFirst(5)
      if ![8, 17].contains(digits.count) || !digits.allSatisfy(\.isHexadecimalDigit) {
        remark(
          file, nil, "endpoint id \(names[1].quoted) is none that AWS would give: `vpce-` and 17 hexadecimal digits")
      }
      if let other = endpoints.updateValue(file.path, forKey: names[1]) {
        remark(
          file, nil,
          "endpoint \(names[1].quoted) stands in `\(other)` too; which one counts depends on the caller's account")
      }
    case .user, .group, .role:
      // The folder's kind and account belong to the name; IAM takes names that differ by case alone for one.
      let kind: Text = file.kind == .user ? "user" : file.kind == .group ? "group" : "role"
      let key = [kind, names[0], names[1].lowercased]
      if let other = lowerCaseNames.updateValue(names[1], forKey: key), other != names[1] {
        remark(
          file, nil, "\(kind) \(names[1].quoted) differs from \(other.quoted) by case alone, which AWS does not allow")
      }
    default: break
    }
  }

  static func isKeyID(_ id: Text) -> Bool {
    if id.hasPrefix("mrk-") { return id.count == 36 && id.utf8.dropFirst(4).allSatisfy(\.isHexadecimalDigit) }
    let parts = id.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexadecimalDigit) }
  }

  private mutating func remark(on record: IdentityRecord, _ file: SourceFile) {
    if let stated = record.statedName, stated.value != file.names[1] {
      remark(
        file, stated.position,
        "record of \(stated.value.quoted) in the folder of \(file.names[1].quoted); the folder's name counts")
    }
    if let place = record.statedTrustPolicy, file.kind == .role,
      set.accounts[file.names[0]]?.roles[file.names[1]]?.trustPolicy == nil
    {
      remark(file, place, "`AssumeRolePolicyDocument` is not read; the trust policy stands in trust-policy.json")
    }
    if let id = record.uniqueID {
      let prefix: Text = file.kind == .user ? "AIDA" : file.kind == .group ? "AGPA" : "AROA"
      if !id.value.hasPrefix(prefix) || id.value.count < 16 {
        remark(
          file, id.position,
          "unique id \(id.value.quoted) is none that AWS would give: `\(prefix)` and 17 letters and digits")
      }
      // A principal named by this id is then either of them.
      if let other = uniqueIDs.updateValue(file.path, forKey: id.value) {
        remark(file, id.position, "unique id \(id.value.quoted) is that of `\(other)` too; AWS gives each once")
      }
    }
  }

  // MARK: - Keys

  private mutating func remark(on record: KeyRecord, _ file: SourceFile) {
    let id = file.names[2]
    if let stated = record.statedID, stated.value != id {
      remark(
        file, stated.position,
        "record of key \(stated.value.quoted) in the folder of \(id.quoted); the folder's name counts")
    }
    if id.hasPrefix("mrk-") != record.metadata.isMultiRegion {
      remark(
        file, record.statedID?.position,
        "key \(id.quoted) with `MultiRegion` \(record.metadata.isMultiRegion); at AWS ids of multi-Region keys, and no others, begin with `mrk-`"
      )
    }
  }

  private mutating func remark(on records: [AliasRecord], _ file: SourceFile) {
    let (account, region) = (file.names[0], file.names[1])
    for record in records {
      let name = record.name.value
      guard !name.hasPrefix("alias/aws/") else { continue }
      guard let target = record.targetKeyID else {
        remark(file, record.name.position, "alias \(name.quoted) without a key leads to KEY_NOT_FOUND")
        continue
      }
      if set.accounts[account]?.keys[KeyName(region: region, id: target.value)] == nil {
        remark(
          file, target.position,
          "alias \(name.quoted) of key \(target.value.quoted), which is not in the directory, leads to KEY_NOT_FOUND")
      }
    }
  }

  /// F-49 and F-51: what KMS would not have created.
  private mutating func remark(on records: [GrantRecord], _ file: SourceFile) {
    let name = KeyName(region: file.names[1], id: file.names[2])
    guard let metadata = set.accounts[file.names[0]]?.keys[name]?.metadata else { return }
    let supported = metadata.grantOperations
    for record in records {
      let grant = record.grant
      for operation in grant.operations where !supported.contains(operation) {
        remark(
          file, grant.position,
          "grant \(grant.id.quoted) of \(operation.quoted), which a key with `KeySpec` \(metadata.keySpec.quoted) and `KeyUsage` \(metadata.keyUsage.quoted) cannot do"
        )
      }
      let hasContext =
        grant.constraints.encryptionContextEquals != nil || grant.constraints.encryptionContextSubset != nil
      if hasContext, metadata.keySpec != "SYMMETRIC_DEFAULT" {
        remark(file, grant.position, "grant \(grant.id.quoted) with an encryption context on a key that has none")
      }
    }
  }

  private mutating func remark(on record: ResourceRecord, _ file: SourceFile) {
    let arn = record.arn.value
    if let partition = set.accounts[file.names[0]]?.partition, arn.partition != partition {
      remark(
        file, record.arn.position, "resource of partition \(arn.partition.quoted) in an account of \(partition.quoted)")
    }
    if arn.service == "kms" {
      remark(
        file, record.arn.position,
        "\(arn.text.quoted) is of KMS: keys and aliases are read from `keys/` and `aliases/` only")
    }
  }

  // MARK: - Organization

  private mutating func remarkOnOrganization(_ inventory: Inventory) {
    for file in inventory.files {
      guard case .organization(let record)? = file.parsed.content else { continue }
      for account in set.accounts.keys.sorted() where !record.accountIDs.contains(account) {
        remark(
          file, nil, "account `\(account)` of the directory is not in the organization: no SCP or RCP applies to it")
      }
    }
  }
}

extension KeyMetadata {
  /// The operations that a grant on such a key can allow (F-49).
  fileprivate var grantOperations: [Text] {
    let always: [Text] = ["CreateGrant", "RetireGrant", "DescribeKey"]
    switch keyUsage {
    case "GENERATE_VERIFY_MAC": return always + ["GenerateMac", "VerifyMac"]
    case "SIGN_VERIFY": return always + ["Sign", "Verify", "GetPublicKey"]
    case "KEY_AGREEMENT": return always + ["DeriveSharedSecret", "GetPublicKey"]
    case "ENCRYPT_DECRYPT" where keySpec == "SYMMETRIC_DEFAULT":
      return always + [
        "Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo",
      ]
    case "ENCRYPT_DECRYPT": return always + ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GetPublicKey"]
    // Usages that came later (key encapsulation and whatever follows) are not judged.
    default: return RecordReader.grantOperations
    }
  }
}
