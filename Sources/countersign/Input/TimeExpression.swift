// Moments as `journalctl --since` takes them, as far as people use them.
//
//     2026-01-01T12:00:00Z, 2026-01-01T12:00:00.5+02:00   with a zone
//     2026-01-01, 2026-01-01 12:00, 2026-01-01 12:00:00   local time
//     @1767225600                                          seconds since 1970
//     now, today, yesterday
//     -30s, -10min, -2h, -1d, 1week ago                    before now

import ArgumentParser
import Glibc

struct TimeExpression: ExpressibleByArgument {
  /// Since 1970.
  var microseconds: UInt64

  init?(argument: String) { self.init(argument, now: Self.now) }

  /// - Parameter now: microseconds since 1970
  init?(_ text: String, now: UInt64) {
    guard let moment = Self.moment(Array(text.utf8), now: Int64(clamping: now)), moment >= 0 else { return nil }
    microseconds = UInt64(moment)
  }

  private static let second: Int64 = 1_000_000

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * UInt64(second) + UInt64(time.tv_nsec) / 1_000
  }

  private static func moment(_ text: [UInt8], now: Int64) -> Int64? {
    if text.elementsEqual("now".utf8) { return now }
    if text.elementsEqual("today".utf8) { return midnight(daysAgo: 0, now: now) }
    if text.elementsEqual("yesterday".utf8) { return midnight(daysAgo: 1, now: now) }
    if text.first == UInt8(ascii: "@") { return number(text.dropFirst()).flatMap(scaled) }
    if text.first == UInt8(ascii: "-") { return span(text.dropFirst()).map { now - $0 } }
    let ago = Array(" ago".utf8)
    if text.suffix(ago.count).elementsEqual(ago) { return span(text.dropLast(ago.count)).map { now - $0 } }
    return calendar(text)
  }

  // MARK: Spans

  private static let units: [(names: [String], seconds: Int64)] = [
    (["s", "sec", "second", "seconds"], 1), (["m", "min", "minute", "minutes"], 60),
    (["h", "hr", "hour", "hours"], 3_600), (["d", "day", "days"], 86_400), (["w", "week", "weeks"], 604_800),
  ]

  /// `10min`, `10 min`
  private static func span(_ text: ArraySlice<UInt8>) -> Int64? {
    let digits = text.prefix { $0 &- 0x30 < 10 }
    let name = text.dropFirst(digits.count).drop { $0 == UInt8(ascii: " ") }
    guard let count = number(digits),
      let unit = units.first(where: { $0.names.contains { $0.utf8.elementsEqual(name) } })
    else { return nil }
    let (seconds, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
    return overflow ? nil : scaled(seconds)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return Int64(String(decoding: digits, as: UTF8.self))
  }

  private static func scaled(_ seconds: Int64) -> Int64? {
    let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: second)
    return overflow ? nil : microseconds
  }

  // MARK: Calendar

  private static func midnight(daysAgo: Int32, now: Int64) -> Int64? {
    var time = time_t(now / second)
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return nil }
    return local(year: parts.tm_year + 1900, month: parts.tm_mon + 1, day: parts.tm_mday - daysAgo)
  }

  private static func local(
    year: Int32, month: Int32, day: Int32, hour: Int32 = 0, minute: Int32 = 0, second: Int32 = 0
  ) -> Int64? {
    var parts = tm()
    parts.tm_year = year - 1900
    parts.tm_mon = month - 1
    parts.tm_mday = day
    parts.tm_hour = hour
    parts.tm_min = minute
    parts.tm_sec = second
    parts.tm_isdst = -1
    return scaled(Int64(mktime(&parts)))
  }

  /// A date, perhaps a time of day, perhaps a fraction of a second, perhaps a zone.
  private static func calendar(_ text: [UInt8]) -> Int64? {
    var rest = text[...]
    guard let year = take(4, &rest), skip("-", &rest), let month = take(2, &rest), skip("-", &rest),
      let day = take(2, &rest), isDate(year, month, day)
    else { return nil }
    guard !rest.isEmpty else { return local(year: year, month: month, day: day) }
    guard skip("T", &rest) || skip(" ", &rest), let hour = take(2, &rest), skip(":", &rest),
      let minute = take(2, &rest), hour < 24, minute < 60
    else { return nil }
    var second: Int32 = 0
    var fraction: Int64 = 0
    if skip(":", &rest) {
      guard let seconds = take(2, &rest), seconds < 60 else { return nil }
      second = seconds
      if skip(".", &rest) {
        let digits = rest.prefix { $0 &- 0x30 < 10 }
        rest = rest.dropFirst(digits.count)
        let padded = digits.prefix(6) + Array(repeating: UInt8(ascii: "0"), count: max(0, 6 - digits.count))
        guard !digits.isEmpty, let microseconds = number(padded) else { return nil }
        fraction = microseconds
      }
    }
    guard !rest.isEmpty else {
      return local(year: year, month: month, day: day, hour: hour, minute: minute, second: second).map { $0 + fraction }
    }
    guard let offset = zone(rest) else { return nil }
    var parts = tm()
    parts.tm_year = year - 1900
    parts.tm_mon = month - 1
    parts.tm_mday = day
    parts.tm_hour = hour
    parts.tm_min = minute
    parts.tm_sec = second
    return scaled(Int64(timegm(&parts)) - offset).map { $0 + fraction }
  }

  /// Seconds east of Greenwich of `Z`, `+02:00` or `-0530`.
  private static func zone(_ text: ArraySlice<UInt8>) -> Int64? {
    var rest = text
    if skip("Z", &rest) { return rest.isEmpty ? 0 : nil }
    let isWest = skip("-", &rest)
    guard isWest || skip("+", &rest), let hours = take(2, &rest) else { return nil }
    _ = skip(":", &rest)
    guard let minutes = take(2, &rest), rest.isEmpty, hours < 24, minutes < 60 else { return nil }
    let seconds = Int64(hours) * 3_600 + Int64(minutes) * 60
    return isWest ? -seconds : seconds
  }

  private static func isDate(_ year: Int32, _ month: Int32, _ day: Int32) -> Bool {
    guard year >= 1970, (1...12).contains(month) else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int32] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...lengths[Int(month) - 1]).contains(day)
  }

  private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int32? {
    let digits = rest.prefix(count)
    guard digits.count == count, let value = number(digits) else { return nil }
    rest = rest.dropFirst(count)
    return Int32(clamping: value)
  }

  private static func skip(_ mark: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest = rest.dropFirst()
    return true
  }
}
