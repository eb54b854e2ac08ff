// resource.json: the ARN that a folder of another service's resource stands for.

import PolicyLanguage

struct ResourceRecord: Sendable {
  var arn: Located<ARN>
}

extension RecordReader {
  mutating func resource(_ value: JSONValue) -> ResourceRecord? {
    guard let members = object(value, "resource") else { return nil }
    refuseNearMisses(in: members, of: ["Arn"])
    guard let text = requiredText("Arn", in: members, of: value, "resource") else { return nil }
    guard let arn = ARN(text.value), !arn.partition.isEmpty, !arn.service.isEmpty, !arn.resource.isEmpty else {
      refuse(text.position, "`Arn` is \(text.value.quoted), expected `arn:partition:service:region:account:resource`")
      return nil
    }
    if arn.resource.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) {
      remark(
        value.offset, "wildcard in \(text.value.quoted) stands for itself; an ARN covers what lies below it without one"
      )
    }
    return ResourceRecord(arn: Located(value: arn, position: text.position))
  }
}
