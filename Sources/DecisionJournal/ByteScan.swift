// Which bytes a value holds, eight at a time: most values hold none that has to be looked at closer.

enum ByteScan {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// Whether a byte below 0x20 is in it.
  static func hasControl(_ bytes: UnsafeRawBufferPointer) -> Bool {
    contains(bytes, word: { below(0x20, $0) }, byte: { $0 < 0x20 })
  }

  /// Whether a byte is in it that `EscapedBytes` escapes.
  static func mustEscape(_ bytes: UnsafeRawBufferPointer, alsoSpace: Bool) -> Bool {
    let bound: UInt64 = alsoSpace ? 0x21 : 0x20
    return contains(
      bytes,
      word: { below(bound, $0) | below(1, $0 ^ (0x7F &* ones)) | below(1, $0 ^ (0x5C &* ones)) },
      byte: { EscapedBytes.mustEscape($0, alsoSpace: alsoSpace) })
  }

  /// The top bits tell whether a byte of it is below `bound`, which is at most 0x80.
  @inline(__always) private static func below(_ bound: UInt64, _ word: UInt64) -> UInt64 {
    (word &- bound &* ones) & ~word
  }

  @inline(__always) private static func contains(
    _ bytes: UnsafeRawBufferPointer, word isInWord: (UInt64) -> UInt64, byte isByte: (UInt8) -> Bool
  ) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    let end = base + bytes.count
    var place = base
    while end - place >= 8 {
      if isInWord(place.loadUnaligned(as: UInt64.self)) & tops != 0 { return true }
      place += 8
    }
    while place < end {
      if isByte(place.load(as: UInt8.self)) { return true }
      place += 1
    }
    return false
  }
}
