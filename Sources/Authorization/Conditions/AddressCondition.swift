// IpAddress and NotIpAddress.

import PolicyLanguage

enum AddressCondition {
  static func compare(_ value: Text, with networks: [IPNetwork]) -> Comparison {
    guard let address = IPAddress(value) else { return .unreadable }
    return networks.contains { $0.contains(address) } ? .match : .noMatch
  }
}
