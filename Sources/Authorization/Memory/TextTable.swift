// Finding a record by a text: fingerprints in open addressing, each with the address of its record.
//
// A slot is eight bytes, sixteen bits of them the fingerprint's, so that a search looks at one line of memory and at hardly
// any record but the right one. The record itself tells whether the text is really equal. Of a large table nothing is in the
// cache, so that a search can be announced: the slot first, then what it points to.

import CLinux
import PolicyLanguage

/// INVARIANT: as Run's.
struct TextTable<Record>: BitwiseCopyable, @unchecked Sendable {
  /// Upper sixteen bits: those of the fingerprint; the others: the record's address, so that an empty slot is 0.
  private let slots: UnsafePointer<UInt64>
  private let mask: Int

  /// - Parameter entries: equal fingerprints keep their order.
  init(_ entries: [(fingerprint: UInt64, record: UnsafePointer<Record>)], in arena: Arena) {
    var capacity = 2
    while capacity < 2 * entries.count { capacity *= 2 }
    let slots = arena.allocate(UInt64.self, count: capacity)
    slots.initialize(repeating: 0, count: capacity)
    for (fingerprint, record) in entries {
      var place = Int(truncatingIfNeeded: fingerprint) & (capacity - 1)
      while slots[place] != 0 { place = (place + 1) & (capacity - 1) }
      let address = UInt64(UInt(bitPattern: record))
      // Linux gives no other addresses to a process that does not ask for them.
      precondition(address >> TextTableSlot.addressBits == 0)
      slots[place] = fingerprint & ~TextTableSlot.addressMask | address
    }
    self.slots = UnsafePointer(slots)
    mask = capacity - 1
  }

  /// The first record of that fingerprint that really has the text.
  @inline(__always) func find(
    _ fingerprint: UInt64, where isEqual: (UnsafePointer<Record>) -> Bool
  ) -> UnsafePointer<Record>? {
    var place = Int(truncatingIfNeeded: fingerprint) & mask
    while true {
      let slot = slots[place]
      if slot == 0 { return nil }
      if (slot ^ fingerprint) >> TextTableSlot.addressBits == 0, let record = Self.record(in: slot), isEqual(record) {
        return record
      }
      place = (place + 1) & mask
    }
  }

  /// Announces a search.
  @inline(__always) func prefetch(_ fingerprint: UInt64) {
    prefetch_line(slots + Int(truncatingIfNeeded: fingerprint) & mask)
  }

  /// What a search most likely finds; it may also be the record of another text.
  @inline(__always) func candidate(_ fingerprint: UInt64) -> UnsafePointer<Record>? {
    let slot = slots[Int(truncatingIfNeeded: fingerprint) & mask]
    return (slot ^ fingerprint) >> TextTableSlot.addressBits == 0 ? Self.record(in: slot) : nil
  }

  @inline(__always) private static func record(in slot: UInt64) -> UnsafePointer<Record>? {
    UnsafePointer(bitPattern: UInt(slot & TextTableSlot.addressMask))
  }
}

private enum TextTableSlot {
  static let addressBits: UInt64 = 48
  static let addressMask: UInt64 = 1 << addressBits - 1
}

/// Announces that memory is about to be read.
/// - Parameter lines: of 64 bytes each.
@inline(__always) func prefetch<Value>(_ pointer: UnsafePointer<Value>, lines: Int) {
  prefetch(UnsafeRawPointer(pointer), lines: lines)
}

@inline(__always) func prefetch(_ start: UnsafeRawPointer, lines: Int) {
  for line in 0..<lines { prefetch_line(start + 64 * line) }
}
