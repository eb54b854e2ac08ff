// Fingerprints: 64 bits by which texts are found in tables and told apart at a glance.
//
// Two different texts may have one fingerprint, so that equal ones are always followed by a comparison of the bytes. It
// is neither stored nor sent, and no client can put texts into a table that is searched by it.

extension BorrowedText {
  @inlinable public var fingerprint: UInt64 {
    let bytes = UnsafeRawPointer(base)
    let count = count
    var state = UInt64(truncatingIfNeeded: count) ^ 0x9E37_79B9_7F4A_7C15
    if count >= 16 {
      var offset = 0
      while offset + 16 < count {
        state = Self.folded(
          Self.load(bytes, offset) ^ 0xA076_1D64_78BD_642F ^ state, Self.load(bytes, offset + 8) ^ state)
        offset += 16
      }
      // The last sixteen bytes, which may overlap those before.
      return Self.folded(
        Self.load(bytes, count - 16) ^ 0xE703_7ED1_A0B4_28DB ^ state, Self.load(bytes, count - 8) ^ state)
    }
    var low: UInt64 = 0
    var high: UInt64 = 0
    if count >= 8 {
      low = Self.load(bytes, 0)
      high = Self.load(bytes, count - 8)
    } else if count >= 4 {
      low = UInt64(bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
      high = UInt64(bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
    } else if count > 0 {
      low = UInt64(base[0]) << 16 | UInt64(base[count >> 1]) << 8 | UInt64(base[count - 1])
    }
    return Self.folded(low ^ 0xA076_1D64_78BD_642F ^ state, high ^ 0xE703_7ED1_A0B4_28DB)
  }

  @inlinable static func load(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  /// Both halves of the product, so that every bit of the operands counts.
  @inlinable static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right | 1)
    return product.high ^ product.low
  }
}
