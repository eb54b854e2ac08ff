// IpAddress and NotIpAddress.

import PolicyLanguage

enum AddressCondition {
  static func compare(_ value: BorrowedText, with networks: Run<IPNetwork>) -> Comparison {
    guard let address = IPAddress(Text(value, keptBy: nil)) else { return .unreadable }
    return networks.first { $0.pointee.contains(address) } != nil ? .match : .noMatch
  }
}
