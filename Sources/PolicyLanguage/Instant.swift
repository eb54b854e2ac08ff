// Moments: what Date operators compare. Dates are read in the proleptic Gregorian calendar, without leap seconds.

import Glibc

/// A moment, to the nanosecond.
public struct Instant: BitwiseCopyable, Sendable, Hashable {
  /// Since 1970-01-01T00:00:00Z.
  public var seconds: Int64
  /// 0 to 999,999,999, counted forward from `seconds` also before 1970.
  public var nanoseconds: Int32
  public init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  public static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(seconds: Int64(time.tv_sec), nanoseconds: Int32(truncatingIfNeeded: time.tv_nsec))
  }

  /// ISO 8601 in W3C's profile, or seconds since 1970 (E-18); UTC where no zone is given. Four digits alone are seconds,
  /// not a year. Fractions finer than a nanosecond are cut off.
  public init?(_ text: Text) {
    var reader = InstantReader(rest: text.utf8[...])
    guard let instant = reader.date() ?? reader.epoch(text.utf8[...]) else { return nil }
    self = instant
  }

  /// `2026-01-01T00:00:00Z`, whole seconds; what aws:CurrentTime holds.
  public var text: Text { withUTF8 { Text(utf8: $0) } }

  /// Lends the bytes of `text`.
  public func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
    let second = seconds - days * 86_400
    let (year, month, day) = civil(fromDays: days)
    // A year of an Int64 of seconds has twelve digits at most.
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 40) { bytes in
      var count = 0
      func append(_ byte: Unicode.Scalar) {
        bytes.initializeElement(at: count, to: UInt8(ascii: byte))
        count += 1
      }
      func append(_ number: Int64, width: Int) {
        var digits = 1
        var power: UInt64 = 10
        while power <= number.magnitude {
          digits += 1
          power *= 10
        }
        let length = digits + (number < 0 ? 1 : 0)
        for _ in 0..<max(0, width - length) { append("0") }
        if number < 0 { append("-") }
        while power > 1 {
          power /= 10
          append(Unicode.Scalar(UInt8(number.magnitude / power % 10) + UInt8(ascii: "0")))
        }
      }
      append(year, width: 4)
      append("-")
      append(month, width: 2)
      append("-")
      append(day, width: 2)
      append("T")
      append(second / 3600, width: 2)
      append(":")
      append(second / 60 % 60, width: 2)
      append(":")
      append(second % 60, width: 2)
      append("Z")
      return body(UnsafeBufferPointer(rebasing: bytes[..<count]))
    }
  }
}

extension Instant: Comparable {
  public static func < (left: Instant, right: Instant) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}

private struct InstantReader {
  var rest: Text.UTF8View

  /// `YYYY-MM`, `YYYY-MM-DD`, either of the latter with `Thh:mm`, `Thh:mm:ss`, `Thh:mm:ss.s` and a zone.
  mutating func date() -> Instant? {
    guard let year = number(4), takes("-"), let month = number(2), (1...12).contains(month) else { return nil }
    guard !rest.isEmpty else { return Instant(seconds: days(year: year, month: month, day: 1) * 86_400) }
    guard takes("-"), let day = number(2), (1...length(ofMonth: month, year: year)).contains(day) else { return nil }
    var seconds = days(year: year, month: month, day: day) * 86_400
    guard !rest.isEmpty else { return Instant(seconds: seconds) }

    guard takes("T"), let hour = number(2), hour < 24, takes(":"), let minute = number(2), minute < 60 else {
      return nil
    }
    seconds += hour * 3600 + minute * 60
    var nanoseconds: Int32 = 0
    if takes(":") {
      guard let second = number(2), second < 60 else { return nil }
      seconds += second
      if takes(".") {
        guard let fraction = fraction() else { return nil }
        nanoseconds = fraction
      }
    }
    guard let zone = zone(), rest.isEmpty else { return nil }
    return Instant(seconds: seconds - zone, nanoseconds: nanoseconds)
  }

  /// Seconds with an optional sign and fraction.
  mutating func epoch(_ text: Text.UTF8View) -> Instant? {
    rest = text
    let isNegative = takes("-")
    let digits = rest.prefix { $0 &- 0x30 < 10 }
    // Eighteen digits cannot overflow.
    guard (1...18).contains(digits.count) else { return nil }
    rest = rest[digits.endIndex...]
    let seconds = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
    var nanoseconds: Int32 = 0
    if takes(".") {
      guard let fraction = fraction() else { return nil }
      nanoseconds = fraction
    }
    guard rest.isEmpty else { return nil }
    guard isNegative else { return Instant(seconds: seconds, nanoseconds: nanoseconds) }
    return nanoseconds == 0
      ? Instant(seconds: -seconds) : Instant(seconds: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds)
  }

  private mutating func takes(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func number(_ width: Int) -> Int64? {
    let digits = rest.prefix(width)
    guard digits.count == width, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    rest.removeFirst(width)
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  /// Nanoseconds.
  private mutating func fraction() -> Int32? {
    let digits = rest.prefix { $0 &- 0x30 < 10 }
    guard !digits.isEmpty else { return nil }
    rest = rest[digits.endIndex...]
    var nanoseconds = digits.prefix(9).reduce(Int32(0)) { $0 * 10 + Int32($1 - 0x30) }
    for _ in digits.count..<max(9, digits.count) { nanoseconds *= 10 }
    return nanoseconds
  }

  /// Seconds east of Greenwich.
  private mutating func zone() -> Int64? {
    if rest.isEmpty || takes("Z") { return 0 }
    let isWest = takes("-")
    guard isWest || takes("+"), let hours = number(2), hours < 24, takes(":"), let minutes = number(2), minutes < 60
    else { return nil }
    let offset = hours * 3600 + minutes * 60
    return isWest ? -offset : offset
  }
}

private func length(ofMonth month: Int64, year: Int64) -> Int64 {
  switch month {
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}

// Both directions count years from March and eras of 400 years from the year 0, which puts the leap day last.

private func days(year: Int64, month: Int64, day: Int64) -> Int64 {
  let year = month <= 2 ? year - 1 : year
  let era = (year >= 0 ? year : year - 399) / 400
  let yearOfEra = year - era * 400
  let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = days + 719_468
  let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}
