// Exact decimal numbers: what Numeric operators compare. Binary floating point would make 0.1 + 0.2 a matter of luck.

/// An exact decimal number: `10` equals `10.0` (E-17).
public struct DecimalNumber: Sendable, Hashable {
  /// How many digits `leading` holds.
  private static let places = 38

  private var isNegative: Bool
  /// Value is 0.d1d2d3... times ten to the power of `exponent`; d1 is no zero, but in zero itself.
  private var exponent: Int
  /// The first digits, filled up with zeros at the right, so that equal numbers have equal members.
  private var leading: UInt128
  /// The digits behind them, without zeros at the end: of next to no number there are any.
  private var rest: Text

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

    let zero = UInt8(ascii: "0")
    let count = whole.count + fraction.count
    func digit(_ index: Int) -> UInt8 {
      index < whole.count ? whole[whole.startIndex + index] : fraction[fraction.startIndex + index - whole.count]
    }
    guard let first = (0..<count).first(where: { digit($0) != zero }),
      let last = (0..<count).last(where: { digit($0) != zero })
    else {
      (isNegative, exponent, leading, self.rest) = (false, 0, 0, "")
      return
    }
    isNegative = sign == UInt8(ascii: "-")
    exponent = whole.count - first + shift
    leading = (first..<(first + Self.places)).reduce(0) { $0 * 10 + UInt128($1 <= last ? digit($1) - zero : 0) }
    self.rest = last < first + Self.places ? "" : Text(utf8: ((first + Self.places)...last).map(digit))
  }

  /// The same number, which borrows the digits that it has beyond most numbers' from `copy`.
  public func copied(by copy: (Text) -> BorrowedText) -> DecimalNumber {
    var number = self
    if !rest.isEmpty { number.rest = Text(copy(rest), keptBy: nil) }
    return number
  }

  /// Without zeros at either end; empty for zero.
  private var digits: [UInt8] {
    guard leading != 0 else { return [] }
    let all = Array(String(leading).utf8) + rest.utf8
    return Array(all[...(all.lastIndex { $0 != UInt8(ascii: "0") } ?? 0)])
  }
}

extension DecimalNumber {
  /// The number as a person writes it; very large and very small ones with an exponent.
  public var text: Text {
    let zero = UInt8(ascii: "0")
    let point = UInt8(ascii: ".")
    let digits = digits
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

  private var sign: Int { leading == 0 ? 0 : isNegative ? -1 : 1 }

  private func isCloserToZero(than other: DecimalNumber) -> Bool {
    if exponent != other.exponent { return exponent < other.exponent }
    return leading != other.leading ? leading < other.leading : rest < other.rest
  }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
