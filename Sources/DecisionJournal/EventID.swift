// Names of decisions, entries and starts: 128 bits in lower-case hex, never the same twice.
//
// Two random numbers are drawn once; each name is a pair of one-to-one mixtures (SplitMix64) of them and a counter. So
// two names of one process always differ, those of two processes differ as random numbers do, and none costs a system
// call. They are names, not secrets. Every thread that makes names has a source of its own, which takes counts from
// the process's counter by the block, so that none of them waits for another.

import PolicyLanguage
import Synchronization

public struct EventID: Sendable, Hashable {
  /// Bytes of it as text.
  public static let length = 32

  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Writes the 32 digits. INVARIANT: there is room for them.
  public func write(to bytes: UnsafeMutableRawPointer) {
    Self.write(high, to: bytes)
    Self.write(low, to: bytes + 16)
  }

  public var text: Text {
    Text(
      utf8: [UInt8](unsafeUninitializedCapacity: Self.length) { bytes, count in
        guard let base = bytes.baseAddress else { return }
        write(to: base)
        count = Self.length
      })
  }

  private static func write(_ bits: UInt64, to bytes: UnsafeMutableRawPointer) {
    bytes.storeBytes(of: digits(UInt32(truncatingIfNeeded: bits &>> 32)).littleEndian, as: UInt64.self)
    bytes.storeBytes(of: digits(UInt32(truncatingIfNeeded: bits)).littleEndian, toByteOffset: 8, as: UInt64.self)
  }

  /// Eight digits at once, the first in the lowest byte: each half of the bits goes to the end where it is read first,
  /// until there is one digit in each byte.
  private static func digits(_ bits: UInt32) -> UInt64 {
    var spread = UInt64(bits)
    spread = (spread &>> 16) | ((spread & 0xFFFF) &<< 32)
    spread = ((spread & 0x0000_FF00_0000_FF00) &>> 8) | ((spread & 0x0000_00FF_0000_00FF) &<< 16)
    spread = ((spread & 0x00F0_00F0_00F0_00F0) &>> 4) | ((spread & 0x000F_000F_000F_000F) &<< 8)
    let isLetter = ((spread &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
    return spread &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
  }
}

/// Makes the names of one thread.
struct EventIDSource {
  private static let seeds = (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max))
  private static let taken = Atomic<UInt64>(0)
  private static let block: UInt64 = 1 << 20

  private let seeds = Self.seeds
  private var next: UInt64 = 0
  private var end: UInt64 = 0

  mutating func make() -> EventID {
    if next == end {
      end = Self.taken.wrappingAdd(Self.block, ordering: .relaxed).newValue
      next = end &- Self.block
    }
    next &+= 1
    return EventID(
      high: mix(seeds.0 &+ next &* 0x9E37_79B9_7F4A_7C15), low: mix(seeds.1 &+ next &* 0x9E37_79B9_7F4A_7C15))
  }

  /// SplitMix64's finalizer: different inputs have different outputs.
  private func mix(_ input: UInt64) -> UInt64 {
    var bits = input
    bits = (bits ^ (bits &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits &>> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits &>> 31)
  }
}
