// The value of `grpc-timeout`: at most eight digits and a unit.

/// Reads and writes `grpc-timeout`.
public enum Timeout {
  /// The longest timeout told apart from none: a year. Longer ones are cut to it, so that sums with a clock cannot overflow.
  public static let maximum: Int64 = 365 * 24 * 3_600 * 1_000_000_000

  /// Nanoseconds that `value` asks for, at most `maximum`; nil when it is malformed.
  public static func nanoseconds(_ value: UnsafeRawBufferPointer) -> Int64? {
    guard value.count >= 2, value.count <= 9 else { return nil }
    var number: Int64 = 0
    for byte in value.dropLast() {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      number = number * 10 + Int64(byte - 0x30)
    }
    let unit: Int64
    switch value[value.count - 1] {
    case UInt8(ascii: "H"): unit = 3_600_000_000_000
    case UInt8(ascii: "M"): unit = 60_000_000_000
    case UInt8(ascii: "S"): unit = 1_000_000_000
    case UInt8(ascii: "m"): unit = 1_000_000
    case UInt8(ascii: "u"): unit = 1_000
    case UInt8(ascii: "n"): unit = 1
    default: return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? maximum : min(product, maximum)
  }

  /// The header's value for a timeout, in the finest unit that eight digits can hold, rounded up. Negative ones are zero.
  public static func headerValue(nanoseconds: Int64) -> String {
    let nanoseconds = min(max(nanoseconds, 0), maximum)
    for (unit, letter) in [(1, "n"), (1_000, "u"), (1_000_000, "m"), (1_000_000_000, "S")] as [(Int64, String)] {
      let number = nanoseconds / unit + (nanoseconds % unit == 0 ? 0 : 1)
      if number <= 99_999_999 { return "\(number)\(letter)" }
    }
    return "99999999S"
  }
}
