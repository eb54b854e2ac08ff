// Amazon Resource Names: six parts divided by colons, the last of which may hold further colons.

/// `arn:partition:service:region:account:resource`
public struct ARN: Sendable, Hashable {
  public var partition: Text
  public var service: Text
  public var region: Text
  public var account: Text
  public var resource: Text

  /// Nil unless `text` begins with `arn:` and has at least six parts.
  public init?(_ text: Text) {
    var parts: [ArraySlice<UInt8>] = []
    var rest = text.utf8[...]
    while parts.count < 5, let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      parts.append(rest[..<colon])
      rest = rest[(colon + 1)...]
    }
    guard parts.count == 5, parts[0].elementsEqual("arn".utf8) else { return nil }
    partition = Text(utf8: parts[1])
    service = Text(utf8: parts[2])
    region = Text(utf8: parts[3])
    account = Text(utf8: parts[4])
    resource = Text(utf8: rest)
  }

  public init(partition: Text = "aws", service: Text, region: Text = "", account: Text, resource: Text) {
    self.partition = partition
    self.service = service
    self.region = region
    self.account = account
    self.resource = resource
  }

  public var text: Text {
    var bytes = Array("arn:".utf8)
    for part in [partition, service, region, account] {
      bytes += part.utf8
      bytes.append(UInt8(ascii: ":"))
    }
    return Text(utf8: bytes + resource.utf8)
  }
}
