// Numbers, dates, addresses and base64, read by hand.

/// A decimal number without limits: 0.digits × 10^exponent.
struct PlainNumber {
  var isNegative: Bool
  /// Without zeros at either end; empty means zero.
  var digits: [UInt8]
  var exponent: Int

  init?(_ text: String) {
    var rest = Array(text.utf8)
    isNegative = false
    if rest.first == UInt8(ascii: "-") {
      isNegative = true
      rest.removeFirst()
    }
    var power = 0
    if let e = rest.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
      guard let value = Int(String(decoding: rest[(e + 1)...], as: UTF8.self)) else { return nil }
      power = value
      rest = Array(rest[..<e])
    }
    var whole: [UInt8] = []
    var fraction: [UInt8] = []
    var seenPoint = false
    for byte in rest {
      if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else if byte >= 48, byte <= 57 {
        if seenPoint { fraction.append(byte - 48) } else { whole.append(byte - 48) }
      } else {
        return nil
      }
    }
    guard !whole.isEmpty, !seenPoint || !fraction.isEmpty else { return nil }
    digits = whole + fraction
    exponent = whole.count + power
    while digits.first == 0 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty {
      exponent = 0
      isNegative = false
    }
  }

  /// -1, 0 or 1.
  static func compare(_ left: PlainNumber, _ right: PlainNumber) -> Int {
    if left.isNegative != right.isNegative { return left.isNegative ? -1 : 1 }
    let size = compareSize(left, right)
    return left.isNegative ? -size : size
  }

  private static func compareSize(_ left: PlainNumber, _ right: PlainNumber) -> Int {
    if left.digits.isEmpty || right.digits.isEmpty {
      return (left.digits.isEmpty ? 0 : 1) - (right.digits.isEmpty ? 0 : 1)
    }
    if left.exponent != right.exponent { return left.exponent < right.exponent ? -1 : 1 }
    for place in 0..<max(left.digits.count, right.digits.count) {
      let a = place < left.digits.count ? left.digits[place] : 0
      let b = place < right.digits.count ? right.digits[place] : 0
      if a != b { return a < b ? -1 : 1 }
    }
    return 0
  }
}

/// An instant, in nanoseconds since 1970.
enum PlainDate {
  static func read(_ text: String) -> Int? {
    // E-18: seconds since 1970.
    if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) { return Int(text).map { $0 * 1_000_000_000 } }
    let bytes = Array(text.utf8)
    func digits(_ from: Int, _ count: Int) -> Int? {
      guard from + count <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[from..<(from + count)] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      return value
    }
    func isAt(_ place: Int, _ character: UInt8) -> Bool { place < bytes.count && bytes[place] == character }
    guard let year = digits(0, 4), isAt(4, 45), let month = digits(5, 2), isAt(7, 45), let day = digits(8, 2),
      (1...12).contains(month), day >= 1, day <= lengthOf(month, year)
    else { return nil }
    var seconds = 0
    for other in 1970..<max(1970, year) { seconds += isLeap(other) ? 366 : 365 }
    for other in 1..<month { seconds += lengthOf(other, year) }
    seconds = (seconds + day - 1) * 86_400
    if bytes.count == 10 { return seconds * 1_000_000_000 }
    guard isAt(10, UInt8(ascii: "T")), let hour = digits(11, 2), isAt(13, 58), let minute = digits(14, 2) else {
      return nil
    }
    seconds += hour * 3600 + minute * 60
    var at = 16
    var nanoseconds = 0
    if isAt(at, 58) {
      guard let second = digits(at + 1, 2) else { return nil }
      seconds += second
      at += 3
      if isAt(at, UInt8(ascii: ".")) {
        at += 1
        var unit = 100_000_000
        while let digit = digits(at, 1) {
          nanoseconds += digit * unit
          unit /= 10
          at += 1
        }
      }
    }
    if isAt(at, UInt8(ascii: "Z")) {
      at += 1
    } else if isAt(at, 43) || isAt(at, 45) {
      guard let hours = digits(at + 1, 2), isAt(at + 3, 58), let minutes = digits(at + 4, 2) else { return nil }
      seconds -= (bytes[at] == 43 ? 1 : -1) * (hours * 3600 + minutes * 60)
      at += 6
    }
    return at == bytes.count ? seconds * 1_000_000_000 + nanoseconds : nil
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func lengthOf(_ month: Int, _ year: Int) -> Int {
    if month == 2 { return isLeap(year) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }
}

/// An address or network as bits.
struct PlainNetwork {
  var bits: [Bool]
  var prefix: Int

  init?(_ text: String) {
    let halves = split(text, "/")
    guard halves.count <= 2, let bits = Self.bits(halves[0]) else { return nil }
    self.bits = bits
    prefix = bits.count
    if halves.count == 2 {
      guard let length = Int(halves[1]), length >= 0, length <= bits.count else { return nil }
      prefix = length
    }
  }

  /// Of another family: never.
  func covers(_ other: PlainNetwork) -> Bool {
    bits.count == other.bits.count && prefix <= other.prefix && bits.prefix(prefix) == other.bits.prefix(prefix)
  }

  private static func bits(_ text: String) -> [Bool]? {
    var bytes: [UInt8] = []
    if text.utf8.contains(58) {
      let halves = text.components(of: "::")
      guard halves.count <= 2 else { return nil }
      var groups: [[UInt16]] = []
      for half in halves {
        var list: [UInt16] = []
        if !half.isEmpty {
          for word in split(half, ":") {
            guard word.utf8.count <= 4, let value = UInt16(word, radix: 16) else { return nil }
            list.append(value)
          }
        }
        groups.append(list)
      }
      var all = groups[0]
      if groups.count == 2 {
        guard groups[0].count + groups[1].count < 8 else { return nil }
        while all.count + groups[1].count < 8 { all.append(0) }
        all += groups[1]
      }
      guard all.count == 8 else { return nil }
      for group in all { bytes += [UInt8(group >> 8), UInt8(group & 255)] }
    } else {
      let words = split(text, ".")
      guard words.count == 4 else { return nil }
      for word in words {
        guard !word.isEmpty, word.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let value = UInt8(word) else { return nil }
        bytes.append(value)
      }
    }
    var bits: [Bool] = []
    for byte in bytes {
      for place in (0..<8).reversed() { bits.append(byte >> place & 1 == 1) }
    }
    return bits
  }
}

extension String {
  fileprivate func components(of separator: String) -> [String] {
    var parts: [String] = [""]
    var rest = Array(self)
    let mark = Array(separator)
    while !rest.isEmpty {
      if rest.starts(with: mark) {
        parts.append("")
        rest.removeFirst(mark.count)
      } else {
        parts[parts.count - 1].append(rest.removeFirst())
      }
    }
    return parts
  }
}

enum PlainBase64 {
  static func bytes(_ text: String) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bits: [Bool] = []
    guard text.utf8.count % 4 == 0 else { return nil }
    for byte in text.utf8 where byte != UInt8(ascii: "=") {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      for place in (0..<6).reversed() { bits.append(value >> place & 1 == 1) }
    }
    var bytes: [UInt8] = []
    var at = 0
    while at + 8 <= bits.count {
      var byte: UInt8 = 0
      for bit in bits[at..<(at + 8)] { byte = byte << 1 | (bit ? 1 : 0) }
      bytes.append(byte)
      at += 8
    }
    return bytes
  }
}
