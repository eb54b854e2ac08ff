// Names of decisions, entries and starts: 128 bits in lower-case hex, never the same twice.
//
// Two random numbers are drawn once; each identifier is a pair of one-to-one mixtures (SplitMix64) of them and a
// counter. So two identifiers of one process always differ, those of two processes differ as random numbers do, and
// none costs a system call. They are names, not secrets.

import PolicyLanguage
import Synchronization

enum EventIdentifier {
  private static let seeds = (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max))
  private static let counter = Atomic<UInt64>(0)

  static func make() -> Text {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    append(to: &bytes)
    return Text(utf8: bytes)
  }

  /// Appends one without an array of its own.
  static func append(to bytes: inout [UInt8]) {
    let count = counter.add(1, ordering: .relaxed).newValue
    append(mix(seeds.0 &+ count &* 0x9E37_79B9_7F4A_7C15), to: &bytes)
    append(mix(seeds.1 &+ count &* 0x9E37_79B9_7F4A_7C15), to: &bytes)
  }

  /// SplitMix64's finalizer: different inputs have different outputs.
  private static func mix(_ input: UInt64) -> UInt64 {
    var bits = input
    bits = (bits ^ (bits &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits &>> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits &>> 31)
  }

  private static func append(_ bits: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: bits &>> shift) & 0xF
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
    }
  }
}
