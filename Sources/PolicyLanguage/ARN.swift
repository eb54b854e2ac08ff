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
    guard text.hasPrefix("arn:") else { return nil }
    var rest = text.utf8.dropFirst("arn:".utf8.count)
    func part() -> Text? {
      guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      defer { rest = rest[(colon + 1)...] }
      return Text(utf8: rest[..<colon])
    }
    guard let partition = part(), let service = part(), let region = part(), let account = part() else { return nil }
    self.init(partition: partition, service: service, region: region, account: account, resource: Text(utf8: rest))
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
