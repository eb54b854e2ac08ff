// Which bytes a value holds, eight at a time: most values hold none that has to be looked at closer.

enum ByteScan {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// Whether a byte below 0x20 is in it.
  static func hasControl(_ bytes: UnsafeRawBufferPointer) -> Bool {
    contains(bytes, word: { below32($0) }, byte: { $0 < 0x20 })
  }

  /// Whether a byte is in it that `EscapedBytes` escapes.
  /// - Parameter extra: one more such byte, or a control byte again.
  static func mustEscape(_ bytes: UnsafeRawBufferPointer, extra: UInt8) -> Bool {
    let pattern = UInt64(extra) &* ones
    return contains(
      bytes,
      word: { below32($0) | zero($0 ^ 0x7F &* ones) | zero($0 ^ 0x5C &* ones) | zero($0 ^ pattern) },
      byte: { EscapedBytes.mustEscape($0, extra: extra) })
  }

  /// Not 0 when a byte of it is below 0x20.
  @inline(__always) private static func below32(_ word: UInt64) -> UInt64 { (word &- 0x20 &* ones) & ~word & tops }

  /// Not 0 when a byte of it is 0.
  @inline(__always) private static func zero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

  @inline(__always) private static func contains(
    _ bytes: UnsafeRawBufferPointer, word isInWord: (UInt64) -> UInt64, byte isByte: (UInt8) -> Bool
  ) -> Bool {
    var place = 0
    while bytes.count - place >= 8 {
      if isInWord(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) != 0 { return true }
      place += 8
    }
    while place < bytes.count {
      if isByte(bytes[place]) { return true }
      place += 1
    }
    return false
  }
}
