// Text without an owner: what compiled policies and questions are made of.
//
// It is a pointer and a length, so copying it costs a register or two and touches no reference count that loops on other
// cores touch too. Who makes one answers for the bytes; whatever is handed to others becomes a Text again.

import Glibc

/// A run of valid UTF-8 that somebody else keeps.
// INVARIANT: the bytes outlive it unchanged: an index, a request or a workspace holds them while a question is judged.
public struct BorrowedText: BitwiseCopyable, @unchecked Sendable {
  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline let length: UInt32

  @inlinable public init(_ base: UnsafePointer<UInt8>, count: Int) {
    self.base = base
    length = UInt32(truncatingIfNeeded: count)
  }

  /// INVARIANT: the text's owner is held while this is used.
  @inlinable public init(_ text: Text) { self.init(text.base, count: text.count) }

  @inlinable public var count: Int { Int(length) }
  @inlinable public var isEmpty: Bool { length == 0 }
  @inlinable public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  /// Unchecked: the index is below `count`.
  @inlinable public subscript(index: Int) -> UInt8 { base[index] }

  @inlinable public func prefix(_ length: Int) -> BorrowedText { BorrowedText(base, count: min(length, count)) }

  @inlinable public func dropFirst(_ length: Int) -> BorrowedText {
    let dropped = min(length, count)
    return BorrowedText(base + dropped, count: count - dropped)
  }

  /// `range` lies within the text.
  @inlinable public subscript(range: Range<Int>) -> BorrowedText {
    BorrowedText(base + range.lowerBound, count: range.count)
  }

  @inlinable public func hasPrefix(_ prefix: BorrowedText) -> Bool { count >= prefix.count && holds(prefix, at: 0) }

  @inlinable public func hasSuffix(_ suffix: BorrowedText) -> Bool {
    count >= suffix.count && holds(suffix, at: count - suffix.count)
  }

  /// Whether `part` stands at an offset from which on there are as many bytes. Names are short: comparing them eight bytes
  /// at a time costs less than calling anything.
  @inlinable func holds(_ part: BorrowedText, at offset: Int) -> Bool {
    let own = UnsafeRawPointer(base + offset)
    let other = UnsafeRawPointer(part.base)
    let count = part.count
    if count >= 8 {
      var place = 0
      while place + 8 < count {
        if Self.load(own, place) != Self.load(other, place) { return false }
        place += 8
      }
      // The last eight bytes, which may overlap those before.
      return Self.load(own, count - 8) == Self.load(other, count - 8)
    }
    for place in 0..<count where base[offset + place] != part.base[place] { return false }
    return true
  }

  @inlinable public func firstIndex(of byte: UInt8) -> Int? {
    memchr(base, Int32(byte), count).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
  }

  public func lastIndex(of byte: UInt8) -> Int? { bytes.lastIndex(of: byte) }

  public var hasUpperCase: Bool { bytes.contains { $0 &- 0x41 < 26 } }

  /// Whether the two differ in the case of ASCII letters at most.
  public func equalsIgnoringASCIICase(_ other: BorrowedText) -> Bool {
    guard length == other.length else { return false }
    for index in 0..<count where lowered(base[index]) != lowered(other.base[index]) { return false }
    return true
  }
}

extension BorrowedText: Hashable {
  @inlinable public static func == (left: BorrowedText, right: BorrowedText) -> Bool {
    left.length == right.length && left.holds(right, at: 0)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

extension BorrowedText: ExpressibleByStringLiteral {
  /// Literals lie in the program itself.
  @inlinable public init(stringLiteral value: StaticString) {
    self.init(value.utf8Start, count: value.utf8CodeUnitCount)
  }
}

extension BorrowedText: CustomStringConvertible {
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension Text {
  /// The same bytes; `owner` nil leaves the duty to keep them with the caller.
  @inlinable public init(_ text: BorrowedText, keptBy owner: AnyObject?) {
    self.init(base: text.base, count: text.count, owner: owner)
  }

  /// Bytes of its own.
  public init(copying text: BorrowedText) { self.init(utf8: text.bytes) }
}

@inline(__always) func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
