// Moments, as people and programs read them: ISO 8601 in UTC.

import Glibc

enum Timestamp {
  /// `2026-01-01T00:00:00Z`
  static func text(_ seconds: Int64) -> String { calendar(seconds) + "Z" }

  /// `2026-01-01T00:00:00.000000Z`
  static func text(microseconds: UInt64) -> String {
    let fraction = String(microseconds % 1_000_000)
    let zeros = String(repeating: "0", count: 6 - fraction.count)
    return "\(calendar(Int64(microseconds / 1_000_000))).\(zeros)\(fraction)Z"
  }

  private static func calendar(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return "\(seconds)" }
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
