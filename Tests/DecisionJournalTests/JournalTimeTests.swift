// Times as people type them.

import Glibc
import Testing

@testable import DecisionJournal

@Suite("Times") struct JournalTimeTests {
  static let now: UInt64 = 1_767_268_800_000_000  // 2026-01-01T12:00:00Z

  @Test(
    "a time that names its zone, or counts from now, is the same everywhere",
    arguments: [
      ("now", 1_767_268_800_000_000), ("@1767225600", 1_767_225_600_000_000), ("@1767225600.25", 1_767_225_600_250_000),
      ("-1h", 1_767_265_200_000_000), ("+30min", 1_767_270_600_000_000), ("-1h30m", 1_767_263_400_000_000),
      ("1h 30m ago", 1_767_263_400_000_000), ("2 days ago", 1_767_096_000_000_000), ("-1w", 1_766_664_000_000_000),
      ("2026-01-01T12:00:00Z", 1_767_268_800_000_000), ("2026-01-01T12:00Z", 1_767_268_800_000_000),
      ("2026-01-01T14:00:00+02:00", 1_767_268_800_000_000), ("2026-01-01T07:00:00-0500", 1_767_268_800_000_000),
      ("2026-01-01 12:00:00.5 UTC", 1_767_268_800_500_000), (" now ", 1_767_268_800_000_000),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
    ] as [(String, UInt64)])
  func absolute(_ text: String, _ expected: UInt64) throws {
    #expect(try JournalTime.parse(text, now: Self.now) == expected)
  }

  @Test(
    "a time without a zone is local",
    arguments: [
      ("2026-01-31", 31, 0, 0, 0), ("2026-01-31 12:00", 31, 12, 0, 0), ("2026-01-31T12:34:56", 31, 12, 34, 56),
    ])
  func local(_ text: String, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int) throws {
    var date = tm()
    (date.tm_year, date.tm_mday, date.tm_hour) = (126, Int32(day), Int32(hour))
    (date.tm_min, date.tm_sec, date.tm_isdst) = (Int32(minute), Int32(second), -1)
    #expect(try JournalTime.parse(text, now: Self.now) == UInt64(mktime(&date)) * 1_000_000)
  }

  @Test("today, yesterday and tomorrow begin at midnight")
  func days() throws {
    let today = try JournalTime.parse("today", now: Self.now)
    #expect(today <= Self.now && Self.now - today < 86_400_000_000)
    #expect(try JournalTime.parse("yesterday", now: Self.now) < today)
    #expect(try JournalTime.parse("tomorrow", now: Self.now) > Self.now)
    #expect(try JournalTime.parse("00:00", now: Self.now) == today)
    #expect(try JournalTime.parse("01:30:15", now: Self.now) == today + 5_415_000_000)
  }

  @Test(
    "anything else is refused, naming what was found",
    arguments: [
      "", "soon", "2026", "2026-13-01", "2026-00-10", "2026-02-30", "2023-02-29", "2026-01-01 24:00", "2026-01-01 12",
      "2026-01-01 12:60", "2026-01-01 12:00x", "2026-01-01T12:00:00.Z", "12:00Z", "-1", "-h", "-1y", "1h", "@", "@x",
      "@1.",
      "--1h", "-1h ago", "2026-1-1", "2026-01-01T12:00:00+25:00", "now now", "-99999999999h",
    ])
  func refused(_ text: String) {
    let error = #expect(throws: JournalError.self) { try JournalTime.parse(text, now: Self.now) }
    #expect(error?.description.hasPrefix("`\(text)` is not a time: expected ") == true)
  }
}
