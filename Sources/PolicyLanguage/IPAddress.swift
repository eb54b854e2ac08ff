// IP addresses in their text forms. Nothing lenient: `010.0.0.1` is octal to some readers and decimal to others, so it is
// no address here.

/// An IPv4 or IPv6 address. The two never equal each other, not even an IPv4 address mapped into IPv6 (E.1).
public struct IPAddress: Sendable, Hashable {
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
    let bytes = text.utf8[...]
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
  let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  guard parts.count == 4 else { return nil }
  var bits: UInt32 = 0
  for part in parts {
    guard (1...3).contains(part.count), part.allSatisfy({ $0 &- 0x30 < 10 }), part.count == 1 || part.first != 0x30
    else { return nil }
    let number = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
    guard number < 256 else { return nil }
    bits = bits << 8 | number
  }
  return bits
}

private func sixteenBytes(_ text: Text.UTF8View) -> UInt128? {
  let colon = UInt8(ascii: ":")
  guard let gap = text.indices.dropLast().first(where: { text[$0] == colon && text[$0 + 1] == colon }) else {
    guard let groups = groups(text), groups.count == 8 else { return nil }
    return groups.reduce(0) { $0 << 16 | UInt128($1) }
  }
  // What stands on both sides of `::`; a second `::` would leave an empty group there, which is refused.
  let head = text[..<gap]
  let tail = text[(gap + 2)...]
  guard let high = head.isEmpty ? [] : groups(head), let low = tail.isEmpty ? [] : groups(tail),
    high.count + low.count < 8, !head.contains(UInt8(ascii: "."))
  else { return nil }
  let all = high + [UInt16](repeating: 0, count: 8 - high.count - low.count) + low
  return all.reduce(0) { $0 << 16 | UInt128($1) }
}

/// Groups of one to four hexadecimal digits; the last may be an IPv4 address, which makes two.
private func groups(_ text: Text.UTF8View) -> [UInt16]? {
  var result: [UInt16] = []
  let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
  guard parts.count <= 8 else { return nil }
  for (index, part) in parts.enumerated() {
    if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
      guard let bits = fourBytes(part) else { return nil }
      result += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
      continue
    }
    guard (1...4).contains(part.count) else { return nil }
    var group: UInt16 = 0
    for byte in part {
      switch byte {
      case 0x30...0x39: group = group << 4 | UInt16(byte - 0x30)
      case 0x41...0x46: group = group << 4 | UInt16(byte - 0x41 + 10)
      case 0x61...0x66: group = group << 4 | UInt16(byte - 0x61 + 10)
      default: return nil
      }
    }
    result.append(group)
  }
  return result
}
