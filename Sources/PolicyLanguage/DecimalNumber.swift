// Exact decimal numbers: what Numeric operators compare. Binary floating point would make 0.1 + 0.2 a matter of luck.

/// An exact decimal number: `10` equals `10.0` (E-17).
public struct DecimalNumber: Sendable, Hashable {
  private var isNegative: Bool
  /// Value is 0.d1d2d3... times ten to the power of `exponent`. No zeros at either end, so that equal numbers have equal
  /// members; empty for zero.
  private var digits: [UInt8]
  private var exponent: Int

  /// Integers and decimals, with an optional sign and exponent as JSON has them; nil for everything else.
  public init?(_ text: Text) {
    var rest = text.utf8[...]
    let sign = rest.first
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }

    let whole = rest.prefix(while: isDigit)
    rest = rest[whole.endIndex...]
    var fraction = rest[..<rest.startIndex]
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: isDigit)
      guard !fraction.isEmpty else { return nil }
      rest = rest[fraction.endIndex...]
    }
    var shift = 0
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest.removeFirst()
      let isShiftNegative = rest.first == UInt8(ascii: "-")
      if isShiftNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      // Nine digits are beyond any use and far from overflow.
      guard (1...9).contains(rest.count), rest.allSatisfy(isDigit) else { return nil }
      shift = rest.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
      if isShiftNegative { shift = -shift }
      rest = rest[rest.endIndex...]
    }
    guard !whole.isEmpty, rest.isEmpty else { return nil }

    let all = whole + fraction
    let zero = UInt8(ascii: "0")
    guard let first = all.firstIndex(where: { $0 != zero }), let last = all.lastIndex(where: { $0 != zero }) else {
      (isNegative, digits, exponent) = (false, [], 0)
      return
    }
    isNegative = sign == UInt8(ascii: "-")
    digits = Array(all[first...last])
    exponent = whole.count - first + shift
  }
}

extension DecimalNumber {
  /// The number as a person writes it; very large and very small ones with an exponent.
  public var text: Text {
    let zero = UInt8(ascii: "0")
    let point = UInt8(ascii: ".")
    var result: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
    switch exponent {
    case _ where digits.isEmpty: result.append(zero)
    case -6...0: result += [zero, point] + Array(repeating: zero, count: -exponent) + digits
    case 1...21 where exponent >= digits.count:
      result += digits + Array(repeating: zero, count: exponent - digits.count)
    case 1...21: result += digits[..<exponent] + [point] + digits[exponent...]
    default: result += [zero, point] + digits + Array("e\(exponent)".utf8)
    }
    return Text(utf8: result)
  }
}

extension DecimalNumber: Comparable {
  public static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
    if left.sign != right.sign { return left.sign < right.sign }
    return left.isNegative ? right.isCloserToZero(than: left) : left.isCloserToZero(than: right)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  private func isCloserToZero(than other: DecimalNumber) -> Bool {
    if exponent != other.exponent { return exponent < other.exponent }
    return digits.lexicographicallyPrecedes(other.digits)
  }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
