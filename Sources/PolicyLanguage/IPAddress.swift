// IP addresses in their text forms. Nothing lenient: `010.0.0.1` is octal to some readers and decimal to others, so it is
// no address here.

/// An IPv4 or IPv6 address. The two never equal each other, not even an IPv4 address mapped into IPv6 (E.1).
public struct IPAddress: BitwiseCopyable, Sendable, Hashable {
  public var isIPv6: Bool
  /// The address as a number; an IPv4 one in the lowest 32 bits.
  public var bits: UInt128

  /// 32 or 128.
  public var width: Int { isIPv6 ? 128 : 32 }

  public init(isIPv6: Bool, bits: UInt128) {
    self.isIPv6 = isIPv6
    self.bits = bits
  }

  /// Dotted decimal, or RFC 4291's forms with `::` and an embedded IPv4 address; zones (`%eth0`) are not taken.
  public init?(_ text: Text) {
    let bytes = text.utf8
    if bytes.contains(UInt8(ascii: ":")) {
      guard let bits = sixteenBytes(bytes) else { return nil }
      self.init(isIPv6: true, bits: bits)
    } else {
      guard let bits = fourBytes(bytes) else { return nil }
      self.init(isIPv6: false, bits: UInt128(bits))
    }
  }
}

private func fourBytes(_ text: Text.UTF8View) -> UInt32? {
  var rest = text
  var bits: UInt32 = 0
  for place in 0..<4 {
    if place > 0 {
      guard rest.first == UInt8(ascii: ".") else { return nil }
      rest.removeFirst()
    }
    let digits = rest.prefix { $0 &- 0x30 < 10 }
    guard (1...3).contains(digits.count), digits.count == 1 || digits.first != 0x30 else { return nil }
    let number = digits.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
    guard number < 256 else { return nil }
    bits = bits << 8 | number
    rest = rest[digits.endIndex...]
  }
  return rest.isEmpty ? bits : nil
}

private func sixteenBytes(_ text: Text.UTF8View) -> UInt128? {
  let colon = UInt8(ascii: ":")
  guard let gap = text.indices.dropLast().first(where: { text[$0] == colon && text[$0 + 1] == colon }) else {
    guard let groups = groups(text), groups.count == 8 else { return nil }
    return groups.bits
  }
  // What stands on both sides of `::`; a second `::` would leave an empty group there, which is refused.
  let head = text[..<gap]
  let tail = text[(gap + 2)...]
  guard let high = head.isEmpty ? (0, 0) : groups(head), let low = tail.isEmpty ? (0, 0) : groups(tail),
    high.count + low.count < 8, !head.contains(UInt8(ascii: "."))
  else { return nil }
  return high.bits << UInt128(16 * (8 - high.count)) | low.bits
}

/// Groups of one to four hexadecimal digits; the last may be an IPv4 address, which makes two. They stand at the right.
private func groups(_ text: Text.UTF8View) -> (bits: UInt128, count: Int)? {
  var bits: UInt128 = 0
  var count = 0
  var rest = text
  while true {
    let part = rest.prefix { $0 != UInt8(ascii: ":") }
    rest = rest[part.endIndex...]
    guard count < 8 else { return nil }
    if rest.isEmpty, part.contains(UInt8(ascii: ".")) {
      guard let address = fourBytes(part) else { return nil }
      return (bits << 32 | UInt128(address), count + 2)
    }
    guard (1...4).contains(part.count) else { return nil }
    var group: UInt32 = 0
    for byte in part {
      guard let digit = hexadecimalDigit(byte) else { return nil }
      group = group << 4 | digit
    }
    bits = bits << 16 | UInt128(group)
    count += 1
    if rest.isEmpty { return (bits, count) }
    rest.removeFirst()
  }
}
