// key.json: what `aws kms describe-key` prints, and the key's tags beside it.

import PolicyLanguage

struct KeyRecord: Sendable {
  var metadata = KeyMetadata()
  var tags: [Tag] = []
  /// `KeyId`: read only to remark on a record in the wrong folder.
  var statedID: Located<Text>?
}

extension RecordReader {
  mutating func key(_ value: JSONValue) -> KeyRecord? {
    guard let members = object(value, "key") else { return nil }
    let inner: [Text] = [
      "KeySpec", "KeyUsage", "Origin", "MultiRegion", "MultiRegionConfiguration", "KeyManager", "KeyId",
    ]
    refuseNearMisses(in: members, of: ["KeyMetadata", "Tags"])
    for member in members where inner.contains(member.key) {
      refuse(member.keyOffset, "\(member.key.quoted) stands outside of `KeyMetadata`, expected it inside")
    }
    var record = KeyRecord()
    if let tags = members.value("Tags") { record.tags = self.tags(tags, ignoringCase: false) }
    guard let metadata = members.value("KeyMetadata"), let members = object(metadata, "`KeyMetadata`") else {
      return record
    }
    refuseNearMisses(in: members, of: inner)
    if let tags = members.value("Tags") {
      refuse(tags.offset, "`Tags` stands inside of `KeyMetadata`, expected it beside")
    }
    if case .string(let id)? = members.value("KeyId")?.content {
      record.statedID = Located(value: id, position: position(members.value("KeyId") ?? metadata))
    }
    let spec: Text = members.value("KeySpec") == nil ? "CustomerMasterKeySpec" : "KeySpec"
    if let keySpec = constant(spec, in: members) { record.metadata.keySpec = keySpec.value }
    if let usage = constant("KeyUsage", in: members) { record.metadata.keyUsage = usage.value }
    if let origin = constant("Origin", in: members) { record.metadata.origin = origin.value }
    if let keyManager = constant("KeyManager", in: members, of: ["AWS", "CUSTOMER"]) {
      record.metadata.keyManager = keyManager.value
    }
    let isMultiRegion = flag("MultiRegion", in: members)
    if let configuration = members.value("MultiRegionConfiguration"),
      let inner = object(configuration, "`MultiRegionConfiguration`")
    {
      refuseNearMisses(in: inner, of: ["MultiRegionKeyType"])
      let type = constant("MultiRegionKeyType", in: inner, of: ["PRIMARY", "REPLICA"])
      record.metadata.multiRegionKeyType = type?.value
      if isMultiRegion == false {
        refuse(configuration.offset, "`MultiRegionConfiguration` of a key with `MultiRegion` false, expected none")
      }
    }
    record.metadata.isMultiRegion = isMultiRegion ?? (record.metadata.multiRegionKeyType != nil)
    return record
  }

  /// A member whose value is one of AWS's constants. Without `choices` any word of capitals will do, because AWS adds
  /// key specs and usages over time.
  private mutating func constant(_ name: Text, in members: [JSONMember], of choices: [Text]? = nil) -> Located<Text>? {
    guard let text = text(name, in: members) else { return nil }
    if let choices {
      guard !choices.contains(text.value) else { return text }
      let expected = Spelling.alternatives(choices.map { "`\($0)`" })
      refuse(text.position, "`\(name)` is \(text.value.quoted), expected \(expected)")
      return nil
    }
    let isWord =
      !text.value.isEmpty
      && text.value.utf8.allSatisfy {
        $0.isDigit || $0 == UInt8(ascii: "_") || ($0.isLetter && !$0.isLowerCaseLetter)
      }
    guard isWord else {
      refuse(text.position, "`\(name)` is \(text.value.quoted), expected a constant of AWS in capitals")
      return nil
    }
    return text
  }
}
