// aliases/<region>.json: what `aws kms list-aliases` prints.
//
// Real exports name AWS managed keys that the directory does not hold, and aliases without a key: both are kept, and
// resolve to no key.

import PolicyLanguage

struct AliasRecord: Sendable {
  var name: Located<Text>
  var targetKeyID: Located<Text>?
}

extension RecordReader {
  mutating func aliases(_ value: JSONValue) -> [AliasRecord]? {
    guard let members = object(value, "list of aliases") else { return nil }
    refuseNearMisses(in: members, of: ["Aliases"])
    guard let list = members.value("Aliases") else {
      refuse(value.offset, "no `Aliases`, expected an array of that name")
      return nil
    }
    remarkOnTruncation(members)
    var records: [AliasRecord] = []
    var seen: Set<Text> = []
    for entry in array(list, "`Aliases`") ?? [] {
      guard let members = object(entry, "entry of `Aliases`") else { continue }
      refuseNearMisses(in: members, of: ["AliasName", "TargetKeyId"])
      let target = text("TargetKeyId", in: members)
      guard let name = requiredText("AliasName", in: members, of: entry, "alias") else { continue }
      if !Self.isAlias(name.value) {
        refuse(name.position, "alias name \(name.value.quoted), expected `alias/` and letters, digits, `/`, `_` or `-`")
      }
      if let target, let expectation = NameRule.keyID.expectation(brokenBy: target.value) {
        refuse(target.position, "`TargetKeyId` is \(target.value.quoted), expected \(expectation)")
      }
      if seen.insert(name.value).inserted {
        records.append(AliasRecord(name: name, targetKeyID: target))
      } else {
        refuse(name.position, "alias \(name.value.quoted) stands twice, expected each name once")
      }
    }
    return records
  }

  /// A page of a longer list is an incomplete export.
  mutating func remarkOnTruncation(_ members: [JSONMember]) {
    if let truncated = members.value("Truncated"), case .bool(true) = truncated.content {
      remark(truncated.offset, "`Truncated` is true: the list goes on in another page, which is not here")
    }
  }

  private static func isAlias(_ name: Text) -> Bool {
    name.hasPrefix("alias/") && (7...256).contains(name.count)
      && name.utf8.allSatisfy { byte in
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_")
          || byte == UInt8(ascii: "-")
      }
  }
}
