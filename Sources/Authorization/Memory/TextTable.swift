// Finding a record by a text: fingerprints in open addressing, each with the place of its record.
//
// A slot is eight bytes, half of them the fingerprint's upper part, so that a search looks at one line of memory and at
// no record but the right one. The record itself tells whether the text is really equal.

import PolicyLanguage

/// INVARIANT: as Run's.
struct TextTable: BitwiseCopyable, @unchecked Sendable {
  /// Upper half: that of the fingerprint; lower half: the record's number and one, so that an empty slot is 0.
  private let slots: UnsafePointer<UInt64>
  private let mask: Int

  /// - Parameter entries: fingerprints and numbers of records below 2^32 - 1; equal fingerprints keep their order.
  init(_ entries: [(fingerprint: UInt64, number: Int)], in arena: Arena) {
    var capacity = 2
    while capacity < 2 * entries.count { capacity *= 2 }
    let slots = arena.allocate(UInt64.self, count: capacity)
    slots.initialize(repeating: 0, count: capacity)
    for (fingerprint, number) in entries {
      var place = Int(truncatingIfNeeded: fingerprint) & (capacity - 1)
      while slots[place] != 0 { place = (place + 1) & (capacity - 1) }
      slots[place] = fingerprint & ~0xFFFF_FFFF | UInt64(number + 1)
    }
    self.slots = UnsafePointer(slots)
    mask = capacity - 1
  }

  /// The number of the first record of that fingerprint that really has the text.
  @inline(__always) func find(_ fingerprint: UInt64, where isEqual: (Int) -> Bool) -> Int? {
    var place = Int(truncatingIfNeeded: fingerprint) & mask
    while true {
      let slot = slots[place]
      if slot == 0 { return nil }
      if (slot ^ fingerprint) >> 32 == 0 {
        let number = Int(slot & 0xFFFF_FFFF) - 1
        if isEqual(number) { return number }
      }
      place = (place + 1) & mask
    }
  }
}
