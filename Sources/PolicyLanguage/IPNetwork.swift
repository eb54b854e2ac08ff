// IP networks as IpAddress and NotIpAddress name them.

/// An IPv4 or IPv6 network; v4 never matches v6.
public struct IPNetwork: BitwiseCopyable, Sendable, Hashable {
  /// All bits behind the prefix are zero: `10.1.2.3/8` is the network `10.0.0.0/8`.
  public let address: IPAddress
  /// 0 to 32, or to 128.
  public let prefixLength: Int

  // UNDOCUMENTED: E.1, an IPv6 address without prefix length (section I, 7)
  /// CIDR, or a plain address which stands for itself alone.
  public init?(_ text: Text) {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let base = parts.first, let address = IPAddress(Text(utf8: base)) else { return nil }
    var length = address.width
    if parts.count == 2 {
      let digits = parts[1]
      guard (1...3).contains(digits.count), digits.allSatisfy({ $0 &- 0x30 < 10 }),
        digits.count == 1 || digits.first != 0x30
      else { return nil }
      length = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      guard length <= address.width else { return nil }
    }
    let hostBits = address.width - length
    prefixLength = length
    self.address = IPAddress(isIPv6: address.isIPv6, bits: (address.bits >> hostBits) << hostBits)
  }

  public func contains(_ other: IPAddress) -> Bool {
    // Shifting by the whole width gives 0.
    other.isIPv6 == address.isIPv6 && (other.bits ^ address.bits) >> (address.width - prefixLength) == 0
  }
}
