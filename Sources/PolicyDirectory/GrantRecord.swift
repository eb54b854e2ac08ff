// grants.json: what `aws kms list-grants` prints. Each grant becomes a `Grant` with its place; the file is filled in by
// whoever knows it.

import PolicyLanguage

struct GrantRecord: Sendable {
  var grant: Grant
  /// `KeyId`, an id or a key ARN: a grant in another key's folder would open that key.
  var keyID: Located<Text>?
}

extension RecordReader {
  /// What a grant can allow (F-49).
  static let grantOperations: [Text] = [
    "CreateGrant", "Decapsulate", "Decrypt", "DeriveSharedSecret", "DescribeKey", "Encapsulate", "Encrypt",
    "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext",
    "GenerateMac", "GetPublicKey", "ReEncryptFrom", "ReEncryptTo", "RetireGrant", "Sign", "Verify", "VerifyMac",
  ]

  mutating func grants(_ value: JSONValue) -> [GrantRecord]? {
    guard let members = object(value, "list of grants") else { return nil }
    refuseNearMisses(in: members, of: ["Grants"])
    guard let list = members.value("Grants") else {
      refuse(value.offset, "no `Grants`, expected an array of that name")
      return nil
    }
    remarkOnTruncation(members)
    var records: [GrantRecord] = []
    var seen: Set<Text> = []
    for entry in array(list, "`Grants`") ?? [] {
      guard let members = object(entry, "entry of `Grants`") else { continue }
      refuseNearMisses(
        in: members,
        of: [
          "GrantId", "Name", "GranteePrincipal", "GranteeServicePrincipal", "RetiringPrincipal",
          "RetiringServicePrincipal", "IssuingAccount", "Operations", "Constraints", "KeyId",
        ])
      let id = requiredText("GrantId", in: members, of: entry, "grant")
      if let id, !seen.insert(id.value).inserted {
        refuse(id.position, "grant \(id.value.quoted) stands twice, expected each `GrantId` once")
      }
      var grant = Grant(
        id: id?.value ?? "", operations: operations(of: entry, members), constraints: constraints(members), file: "",
        position: position(entry))
      grant.name = text("Name", in: members)?.value
      grant.issuingAccount = issuer(members)
      readPrincipals(of: entry, members, into: &grant)
      records.append(GrantRecord(grant: grant, keyID: text("KeyId", in: members)))
    }
    return records
  }

  private mutating func operations(of entry: JSONValue, _ members: [JSONMember]) -> [Text] {
    guard members.value("Operations") != nil else {
      refuse(entry.offset, "grant without `Operations`, expected an array of that name")
      return []
    }
    guard let operations = texts("Operations", in: members) else { return [] }
    if operations.isEmpty, let value = members.value("Operations"), case .array(let values) = value.content,
      values.isEmpty
    {
      refuse(value.offset, "`Operations` is empty, expected at least one operation")
    }
    for operation in operations where !Self.grantOperations.contains(operation.value) {
      let hint =
        operation.value == "ReEncrypt"
        ? "`ReEncryptFrom` or `ReEncryptTo`"
        : Spelling.intended(by: operation.value, among: Self.grantOperations).map { "`\($0)`" }
          ?? "one that a grant can allow, such as `Decrypt`"
      refuse(operation.position, "grant operation \(operation.value.quoted), expected \(hint)")
    }
    return operations.map(\.value)
  }

  /// By its root's ARN, as AWS prints it, or by its twelve digits alone.
  private mutating func issuer(_ members: [JSONMember]) -> Text? {
    guard let issuer = text("IssuingAccount", in: members) else { return nil }
    let account = ARN(issuer.value)?.account ?? issuer.value
    guard NameRule.accountID.expectation(brokenBy: account) == nil else {
      refuse(issuer.position, "`IssuingAccount` is \(issuer.value.quoted), expected `arn:aws:iam::<account>:root`")
      return nil
    }
    return issuer.value
  }

  // MARK: - Principals (F-41, F-45)

  private mutating func readPrincipals(of entry: JSONValue, _ members: [JSONMember], into grant: inout Grant) {
    let grantee = principal("GranteePrincipal", in: members)
    let granteeService = service("GranteeServicePrincipal", in: members)
    let retiring = principal("RetiringPrincipal", in: members)
    let retiringService = service("RetiringServicePrincipal", in: members)
    // AWS's own grants carry the service in the member meant for principals; both ways mean the same.
    (grant.granteePrincipal, grant.granteeServicePrincipal) = Self.split(grantee, granteeService)
    (grant.retiringPrincipal, grant.retiringServicePrincipal) = Self.split(retiring, retiringService)

    let hasGrantee = members.value("GranteePrincipal") != nil
    let hasGranteeService = members.value("GranteeServicePrincipal") != nil
    if hasGrantee == hasGranteeService {
      let found = hasGrantee ? "both of" : "neither"
      refuse(
        entry.offset,
        "grant with \(found) `GranteePrincipal` \(hasGrantee ? "and" : "nor") `GranteeServicePrincipal`, expected exactly one"
      )
    }
    let hasRetiring = members.value("RetiringPrincipal") != nil
    let hasRetiringService = members.value("RetiringServicePrincipal") != nil
    if hasRetiring, hasRetiringService {
      refuse(
        entry.offset, "grant with both of `RetiringPrincipal` and `RetiringServicePrincipal`, expected one at most")
    }
    guard hasGranteeService else { return }
    if !hasRetiring, !hasRetiringService {
      refuse(
        entry.offset,
        "grant to a service without retiring principal, expected `RetiringPrincipal` or `RetiringServicePrincipal`")
    }
    if grant.constraints.sourceARN == nil {
      refuse(entry.offset, "grant to a service without `SourceArn` in its `Constraints`, expected one")
    }
  }

  private static func split(_ principal: Text?, _ service: Text?) -> (Text?, Text?) {
    guard let principal, isService(principal) else { return (principal, service) }
    return (nil, service ?? principal)
  }

  private mutating func principal(_ name: Text, in members: [JSONMember]) -> Text? {
    guard let text = text(name, in: members) else { return nil }
    let value = text.value
    let isKnown =
      if let arn = ARN(value) {
        ["iam", "sts"].contains(arn.service) && NameRule.accountID.expectation(brokenBy: arn.account) == nil
          && !arn.resource.isEmpty && !arn.resource.hasPrefix("group/")
      } else {
        // A unique id stands where AWS has lost the name (F-48).
        Self.isService(value) || (!value.isEmpty && value.utf8.allSatisfy { $0.isLetter || $0.isDigit })
      }
    guard isKnown, value.count <= 256, value.utf8.allSatisfy(Self.isPrincipalByte) else {
      refuse(
        text.position,
        "`\(name)` is \(value.quoted), expected the ARN of an account, user, role, session or federated user, or a service"
      )
      return nil
    }
    return value
  }

  private mutating func service(_ name: Text, in members: [JSONMember]) -> Text? {
    guard let text = text(name, in: members) else { return nil }
    guard Self.isService(text.value) else {
      refuse(text.position, "`\(name)` is \(text.value.quoted), expected a service such as `s3.amazonaws.com`")
      return nil
    }
    return text.value
  }

  /// A host name of a service; other partitions have other domains, so only its form is looked at.
  private static func isService(_ name: Text) -> Bool {
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        !label.isEmpty && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
      }
  }

  private static func isPrincipalByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "_+=,.@:/-".utf8.contains(byte)
  }

  // MARK: - Constraints (F-50, F-54)

  private mutating func constraints(_ members: [JSONMember]) -> GrantConstraints {
    guard let value = members.value("Constraints"), let members = object(value, "`Constraints`") else {
      return GrantConstraints()
    }
    // A constraint that is not understood would be a grant without it.
    let known: [Text] = ["EncryptionContextEquals", "EncryptionContextSubset", "SourceArn"]
    for member in members where !known.contains(member.key) {
      refuse(
        member.keyOffset,
        "unknown constraint \(member.key.quoted), expected \(Spelling.alternatives(known.map { "`\($0)`" }))")
    }
    var constraints = GrantConstraints()
    constraints.encryptionContextEquals = pairs("EncryptionContextEquals", in: members)
    constraints.encryptionContextSubset = pairs("EncryptionContextSubset", in: members)
    if members.value("EncryptionContextEquals") != nil, members.value("EncryptionContextSubset") != nil {
      refuse(value.offset, "both of `EncryptionContextEquals` and `EncryptionContextSubset`, expected one at most")
    }
    if let source = text("SourceArn", in: members) {
      if ARN(source.value) == nil { refuse(source.position, "`SourceArn` is \(source.value.quoted), expected an ARN") }
      constraints.sourceARN = source.value
    }
    return constraints
  }

  private mutating func pairs(_ name: Text, in members: [JSONMember]) -> [Tag]? {
    guard let value = members.value(name), let pairs = object(value, "`\(name)`") else { return nil }
    if pairs.count > 8 { refuse(value.offset, "`\(name)` of \(pairs.count) pairs, expected at most 8") }
    return pairs.compactMap { pair in
      text(pair.value, "value of \(pair.key.quoted)").map { Tag(key: pair.key, value: $0.value) }
    }
  }
}
