// Moments as people type them for `--since` and `--until`.
//
//     now   today   yesterday   tomorrow          the day's start, in the local time zone
//     2026-01-31   2026-01-31 12:00[:30[.5]]      local
//     12:00[:30]                                  today, local
//     2026-01-31T12:00:00Z   ...+02:00            ISO 8601; without a zone local
//     -1h   +30min   1h30m ago                    from now: s, m or min, h, d, w
//     @1767225600                                 seconds since 1970
//
// What systemd's own tools take, less what nobody types. Anything else is refused.

import Glibc

public enum JournalTime {
  /// - Parameter now: microseconds since 1970.
  /// - Returns: microseconds since 1970.
  /// - Throws: `JournalError` that says what was expected.
  public static func parse(_ text: String, now: UInt64 = JournalTime.now) throws(JournalError) -> UInt64 {
    let trimmed = trim(text)
    guard let time = keyword(trimmed, now) ?? epoch(trimmed) ?? relative(trimmed, now) ?? calendar(trimmed, now) else {
      throw JournalError(
        "`\(text)` is not a time: expected `2026-01-31 12:00`, `2026-01-31T12:00:00Z`, `today`, `yesterday`, `now`, "
          + "`-1h` or `@1767225600`")
    }
    return time
  }

  /// Microseconds since 1970.
  public static var now: UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
  }

  // MARK: Forms

  private static func keyword(_ text: [UInt8], _ now: UInt64) -> UInt64? {
    let day: Int32
    if text.elementsEqual("now".utf8) { return now }
    if text.elementsEqual("today".utf8) {
      day = 0
    } else if text.elementsEqual("yesterday".utf8) {
      day = -1
    } else if text.elementsEqual("tomorrow".utf8) {
      day = 1
    } else {
      return nil
    }
    var date = localDate(now)
    date.tm_mday += day
    return moment(&date, fraction: 0, offset: nil)
  }

  private static func epoch(_ text: [UInt8]) -> UInt64? {
    var rest = text[...]
    guard take(UInt8(ascii: "@"), from: &rest), let seconds = number(from: &rest, digits: 1...12) else { return nil }
    guard let fraction = optionalFraction(from: &rest), rest.isEmpty else { return nil }
    return UInt64(seconds) * 1_000_000 + fraction
  }

  private static func relative(_ text: [UInt8], _ now: UInt64) -> UInt64? {
    var rest = text[...]
    var isPast = take(UInt8(ascii: "-"), from: &rest)
    let isFuture = !isPast && take(UInt8(ascii: "+"), from: &rest)
    if !isPast, !isFuture {
      let ago = " ago".utf8
      guard rest.count > ago.count, rest.suffix(ago.count).elementsEqual(ago) else { return nil }
      rest = rest.dropLast(ago.count)
      isPast = true
    }
    var span: UInt64 = 0
    repeat {
      skipSpaces(&rest)
      guard let count = number(from: &rest, digits: 1...9) else { return nil }
      skipSpaces(&rest)
      let unit = rest.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
      rest = rest.dropFirst(unit.count)
      guard let seconds = seconds(of: unit) else { return nil }
      span += UInt64(count) * seconds * 1_000_000
    } while !rest.isEmpty
    if isPast { return span <= now ? now - span : 0 }
    return now + span
  }

  private static func seconds(of unit: ArraySlice<UInt8>) -> UInt64? {
    switch String(decoding: unit, as: UTF8.self) {
    case "s", "sec", "second", "seconds": 1
    case "m", "min", "minute", "minutes": 60
    case "h", "hour", "hours": 3_600
    case "d", "day", "days": 86_400
    case "w", "week", "weeks": 604_800
    default: nil
    }
  }

  private static func calendar(_ text: [UInt8], _ now: UInt64) -> UInt64? {
    var rest = text[...]
    var date = localDate(now)
    var hasDate = false
    if text.count >= 10, text[4] == UInt8(ascii: "-") {
      guard let year = number(from: &rest, digits: 4...4), take(UInt8(ascii: "-"), from: &rest),
        let month = number(from: &rest, digits: 2...2), take(UInt8(ascii: "-"), from: &rest),
        let day = number(from: &rest, digits: 2...2), year >= 1970, (1...12).contains(month),
        (1...days(inMonth: month, of: year)).contains(day)
      else { return nil }
      (date.tm_year, date.tm_mon, date.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
      hasDate = true
      if rest.isEmpty { return moment(&date, fraction: 0, offset: nil) }
      guard take(UInt8(ascii: "T"), from: &rest) || take(UInt8(ascii: " "), from: &rest) else { return nil }
    }
    guard let hour = number(from: &rest, digits: 2...2), take(UInt8(ascii: ":"), from: &rest),
      let minute = number(from: &rest, digits: 2...2), hour < 24, minute < 60
    else { return nil }
    (date.tm_hour, date.tm_min) = (Int32(hour), Int32(minute))
    var fraction: UInt64 = 0
    if take(UInt8(ascii: ":"), from: &rest) {
      guard let second = number(from: &rest, digits: 2...2), second < 61, let part = optionalFraction(from: &rest)
      else { return nil }
      date.tm_sec = Int32(second)
      fraction = part
    }
    guard !rest.isEmpty else { return moment(&date, fraction: fraction, offset: nil) }
    guard hasDate, let offset = zone(rest) else { return nil }
    return moment(&date, fraction: fraction, offset: offset)
  }

  /// `Z`, ` UTC`, `+02:00`, `-0500` as seconds east.
  private static func zone(_ text: ArraySlice<UInt8>) -> Int? {
    var rest = text
    if rest.elementsEqual("Z".utf8) || rest.elementsEqual(" UTC".utf8) { return 0 }
    let sign: Int
    if take(UInt8(ascii: "+"), from: &rest) {
      sign = 1
    } else if take(UInt8(ascii: "-"), from: &rest) {
      sign = -1
    } else {
      return nil
    }
    guard let hours = number(from: &rest, digits: 2...2) else { return nil }
    _ = take(UInt8(ascii: ":"), from: &rest)
    guard let minutes = number(from: &rest, digits: 2...2), rest.isEmpty, hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }

  // MARK: Calendar

  /// Start of the local day that `now` is in.
  private static func localDate(_ now: UInt64) -> tm {
    var seconds = time_t(now / 1_000_000)
    var date = tm()
    localtime_r(&seconds, &date)
    (date.tm_hour, date.tm_min, date.tm_sec) = (0, 0, 0)
    return date
  }

  /// - Parameter offset: seconds east of UTC, or nil for the local zone.
  private static func moment(_ date: inout tm, fraction: UInt64, offset: Int?) -> UInt64? {
    date.tm_isdst = -1
    let seconds = offset.map { timegm(&date) - $0 } ?? mktime(&date)
    return seconds < 0 ? nil : UInt64(seconds) * 1_000_000 + fraction
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // MARK: Scanning

  private static func trim(_ text: String) -> [UInt8] {
    let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") }
    return Array(text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  private static func take(_ byte: UInt8, from rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  private static func skipSpaces(_ rest: inout ArraySlice<UInt8>) {
    while take(UInt8(ascii: " "), from: &rest) {}
  }

  private static func number(from rest: inout ArraySlice<UInt8>, digits: ClosedRange<Int>) -> Int? {
    let run = rest.prefix(digits.upperBound).prefix { $0 &- UInt8(ascii: "0") < 10 }
    guard digits.contains(run.count) else { return nil }
    rest = rest.dropFirst(run.count)
    return run.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  /// Microseconds of `.5`; 0 where there is none; nil for a dot without digits.
  private static func optionalFraction(from rest: inout ArraySlice<UInt8>) -> UInt64? {
    guard take(UInt8(ascii: "."), from: &rest) else { return 0 }
    let run = rest.prefix { $0 &- UInt8(ascii: "0") < 10 }
    guard !run.isEmpty else { return nil }
    rest = rest.dropFirst(run.count)
    var fraction: UInt64 = 0
    for place in 0..<6 {
      fraction *= 10
      if place < run.count { fraction += UInt64(run[run.startIndex + place] - UInt8(ascii: "0")) }
    }
    return fraction
  }
}
