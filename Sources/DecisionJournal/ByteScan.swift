// Which bytes a value holds, sixteen at a time: most values hold none that has to be looked at closer.
//
// Vectors stand on both sides of each operator: those that take a scalar are many times slower.

enum ByteScan {
  private typealias Block = SIMD16<UInt8>

  /// Whether a byte below 0x20 is in it.
  static func hasControl(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let bound = Block(repeating: 0x20)
    return contains(bytes) { $0 .< bound }
  }

  /// Whether a byte is in it that `EscapedBytes` escapes.
  static func mustEscape(_ bytes: UnsafeRawBufferPointer, alsoSpace: Bool) -> Bool {
    let bound = Block(repeating: alsoSpace ? 0x21 : 0x20)
    let (delete, backslash) = (Block(repeating: 0x7F), Block(repeating: 0x5C))
    return contains(bytes) { ($0 .< bound) .| ($0 .== delete) .| ($0 .== backslash) }
  }

  @inline(__always) private static func contains(
    _ bytes: UnsafeRawBufferPointer, _ find: (Block) -> SIMDMask<SIMD16<Int8>>
  ) -> Bool {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return false }
    let count = bytes.count
    guard count >= 16 else { return holdsAny(find(short(base, count))) }
    // The last block may overlap the one before.
    var found = find(base.loadUnaligned(fromByteOffset: count - 16, as: Block.self))
    for place in stride(from: 0, to: count - 16, by: 16) {
      found = found .| find(base.loadUnaligned(fromByteOffset: place, as: Block.self))
    }
    return holdsAny(found)
  }

  /// A block of the bytes of a value of 1 to 15, some of them more than once.
  @inline(__always) private static func short(_ base: UnsafeRawPointer, _ count: Int) -> Block {
    let halves: (UInt64, UInt64)
    if count >= 8 {
      halves = (
        base.loadUnaligned(as: UInt64.self), base.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      )
    } else if count >= 4 {
      let first = base.loadUnaligned(as: UInt32.self)
      let last = base.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      halves.0 = UInt64(first) | UInt64(last) &<< 32
      halves.1 = halves.0
    } else {
      var block = Block(repeating: base.load(as: UInt8.self))
      block[1] = base.load(fromByteOffset: count / 2, as: UInt8.self)
      block[2] = base.load(fromByteOffset: count - 1, as: UInt8.self)
      return block
    }
    return unsafeBitCast(SIMD2(halves.0, halves.1), to: Block.self)
  }

  @inline(__always) private static func holdsAny(_ mask: SIMDMask<SIMD16<Int8>>) -> Bool {
    let halves = unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    return halves.x | halves.y != 0
  }
}
