// Times as people write them.

import Testing

@testable import countersign

@Suite("Times")
struct TimeExpressionTests {
  /// 2026-01-02T03:04:05Z
  static let now: UInt64 = 1_767_323_045_000_000

  @Test(
    "a moment with a zone, since 1970, or before now",
    arguments: [
      ("2026-01-02T03:04:05Z", 0), ("2026-01-02 03:04:05Z", 0), ("2026-01-02T03:04:05.25Z", 250_000),
      ("2026-01-02T05:04:05+02:00", 0), ("2026-01-01T22:34:05-0430", 0), ("@1767323045", 0), ("now", 0),
      ("-30s", -30_000_000), ("-10min", -600_000_000), ("2h ago", -7_200_000_000), ("1 day ago", -86_400_000_000),
      ("-1w", -604_800_000_000), ("2026-01-02T03:04:05.1234567Z", 123_456),
    ])
  func moments(_ text: String, _ offset: Int64) {
    #expect(TimeExpression(text, now: Self.now)?.microseconds == UInt64(Int64(Self.now) + offset))
  }

  @Test("a day begins at local midnight")
  func days() throws {
    let today = try #require(TimeExpression("today", now: Self.now)).microseconds
    #expect(today <= Self.now && Self.now - today < 90_000_000_000)
    let yesterday = try #require(TimeExpression("yesterday", now: Self.now)).microseconds
    #expect((82_800_000_000...90_000_000_000).contains(today - yesterday))
    let date = try #require(TimeExpression("2026-01-02", now: Self.now)).microseconds
    let noon = try #require(TimeExpression("2026-01-02 12:00", now: Self.now)).microseconds
    #expect((39_600_000_000...46_800_000_000).contains(noon - date))
  }

  @Test(
    "what is not a time",
    arguments: [
      "", "-", "@", "@x", "-5", "5 parsecs ago", "2026-13-01", "2026-02-29", "2026-01-02T", "2026-01-02T25:00",
      "2026-01-02T03:04:05+25:00", "2026-01-02T03:04:05Zx", "1969-12-31", "-99999999999999999999s", "26-1-2",
      "-999999999999w",
    ])
  func refused(_ text: String) {
    #expect(TimeExpression(text, now: Self.now) == nil)
  }
}
