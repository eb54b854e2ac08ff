// Chance that depends on a place only: the same seed gives the same key 17, whatever was made before it and on every host.

struct Seed: Sendable {
  let value: UInt64

  /// The number at `index` of the series `kind`.
  func number(_ kind: Kind, _ index: Int) -> UInt64 {
    var z = value &* 0xD1B5_4A32_D192_ED03 ^ kind.rawValue &* 0x9E37_79B9_7F4A_7C15
    z = Self.mixed(z &+ UInt64(truncatingIfNeeded: index) &* 0xBF58_476D_1CE4_E5B9)
    return Self.mixed(z ^ kind.rawValue)
  }

  func below(_ bound: Int, _ kind: Kind, _ index: Int) -> Int { Int(number(kind, index) % UInt64(bound)) }

  enum Kind: UInt64 {
    case ownerAccounts = 1, callerAccounts, region, keyIDHigh, keyIDLow, trust, spelling, alias, grant, roleID, fillerID
  }

  private static func mixed(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Leading zeros up to `width` digits.
func padded(_ number: some BinaryInteger, radix: Int = 10, _ width: Int) -> String {
  let digits = String(number, radix: radix)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
