// 128 random bits in lower-case hex: names of decisions, entries and starts.

import PolicyLanguage

enum EventIdentifier {
  static let length = 32

  static func random() -> Text {
    Text(
      utf8: [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
        write { buffer[$0] = $1 }
        count = length
      })
  }

  /// Appends one without an array of its own.
  static func appendRandom(to bytes: inout [UInt8]) {
    write { bytes.append($1) }
  }

  private static func write(_ put: (Int, UInt8) -> Void) {
    var generator = SystemRandomNumberGenerator()
    for half in 0..<2 {
      let bits = generator.next()
      for digit in 0..<16 {
        let value = UInt8(truncatingIfNeeded: bits &>> UInt64(60 - 4 * digit)) & 0xF
        put(half * 16 + digit, value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value)
      }
    }
  }
}
