// account.json: what a folder's account is called and where it is.

import PolicyLanguage

struct AccountRecord: Sendable {
  var name: Text?
  var partition: Text = "aws"
  var enabledRegions: Set<Text> = []
}

extension RecordReader {
  mutating func account(_ value: JSONValue) -> AccountRecord? {
    guard let members = object(value, "account") else { return nil }
    refuseNearMisses(in: members, of: ["Name", "Partition", "EnabledRegions"])
    var record = AccountRecord()
    record.name = text("Name", in: members)?.value
    if let partition = text("Partition", in: members) {
      if Self.isPartition(partition.value) {
        record.partition = partition.value
      } else {
        refuse(
          partition.position, "partition \(partition.value.quoted), expected `aws`, `aws-cn`, `aws-us-gov` or the like")
      }
    }
    for region in texts("EnabledRegions", in: members) ?? [] {
      if let expectation = NameRule.region.expectation(brokenBy: region.value) {
        refuse(region.position, "Region \(region.value.quoted), expected \(expectation)")
      }
      record.enabledRegions.insert(region.value)
    }
    return record
  }

  private static func isPartition(_ name: Text) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return parts[0].elementsEqual("aws".utf8)
      && parts.dropFirst().allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isLowerCaseLetter) }
  }
}
