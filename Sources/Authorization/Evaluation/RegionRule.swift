// Opt-in Regions: what a key policy gives works only while the caller's account is enabled in the key's Region (A-15,
// F-27).
//
// The caller's account is the one that must be enabled, its own keys included. Whether the owner's account is enabled is
// not asked: the rule names the trusted account alone, and a key that the directory holds in a Region exists there.

import PolicyLanguage

enum RegionRule {
  private static func isOptIn(_ region: BorrowedText) -> Bool {
    switch region {
    case "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
      "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1",
      "me-south-1", "mx-central-1":
      true
    default: false
    }
  }

  static func isEnabled(_ region: BorrowedText, for caller: Caller) -> Bool {
    guard caller.kind != .service, isOptIn(region) else { return true }
    return caller.account?.pointee.enabledRegions.contains(region) ?? false
  }
}
