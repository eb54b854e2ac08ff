// Text: UTF-8 bytes that compare byte by byte.
//
// Names grant and deny things here, so two names are the same only when their bytes are. Swift's String compares by
// canonical equivalence ("é" equals "e" + combining accent) and is therefore never used as an identity in this project.
// Text does not normalise, and does not know characters except where a rule asks for ASCII case.
//
// A Text is a slice: a pointer, a length, and whoever keeps the bytes alive. So the parts of an ARN and what follows a
// prefix cost nothing, nor do literals; only text that is put together is ever copied.

import Glibc

/// An immutable run of valid UTF-8 whose equality, order and hash are those of its bytes.
// INVARIANT: the bytes never change after a Text of them exists, so any thread may read them.
public struct Text: @unchecked Sendable {
  @usableFromInline let base: UnsafePointer<UInt8>
  public let count: Int
  /// Nil for bytes that nobody has to keep: literals, and what is borrowed.
  @usableFromInline let owner: AnyObject?

  @inlinable init(base: UnsafePointer<UInt8>, count: Int, owner: AnyObject?) {
    self.base = base
    self.count = count
    self.owner = owner
  }

  /// Copies bytes. INVARIANT: they are valid UTF-8; whoever decodes input validates first.
  @inlinable public init(utf8 bytes: some Sequence<UInt8>) {
    self =
      bytes.withContiguousStorageIfAvailable { TextStorage.text(copying: $0) }
      ?? Array(bytes).withUnsafeBufferPointer { TextStorage.text(copying: $0) }
  }

  /// A part of another text, which it shares the bytes with.
  @inlinable public init(utf8 bytes: UTF8View) {
    self.init(base: bytes.origin + bytes.startIndex, count: bytes.count, owner: bytes.owner)
  }

  @inlinable public init(_ string: some StringProtocol) { self.init(utf8: string.utf8) }
  @inlinable public init(_ number: some BinaryInteger) { self.init(String(number)) }

  /// Bytes that somebody else keeps alive for longer than this text and everything made from it is used.
  /// INVARIANT: they are valid UTF-8, and outlive it unchanged; what has to outlive them is made with `init(copying:)`.
  @inlinable public init(borrowing bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else {
      self = ""
      return
    }
    self.init(base: base, count: bytes.count, owner: nil)
  }

  /// Bytes within what `owner` keeps alive. INVARIANT: they are valid UTF-8 and do not change while it lives.
  @inlinable public init(_ bytes: UnsafeBufferPointer<UInt8>, in owner: AnyObject) {
    guard let base = bytes.baseAddress else {
      self = ""
      return
    }
    self.init(base: base, count: bytes.count, owner: owner)
  }

  /// The same text with bytes of its own, for what outlives the bytes that a text borrows, or would keep a large buffer.
  @inlinable public init(copying text: Text) {
    self = text.withUnsafeBufferPointer { TextStorage.text(copying: $0) }
  }

  @inlinable public var isEmpty: Bool { count == 0 }

  @inlinable public var utf8: UTF8View { UTF8View(origin: base, startIndex: 0, endIndex: count, owner: owner) }

  @inlinable public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeBufferPointer(start: base, count: count))
  }

  /// ASCII letters in lower case, all other bytes as they are: how condition keys and actions compare (C-1, D-37).
  public var lowercased: Text {
    guard utf8.contains(where: { $0 &- 0x41 < 26 }) else { return self }
    return Text(utf8: utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 })
  }

  @inlinable public func hasPrefix(_ prefix: Text) -> Bool {
    defer { withExtendedLifetime((owner, prefix.owner)) {} }
    return count >= prefix.count && memcmp(base, prefix.base, prefix.count) == 0
  }

  @inlinable public func hasSuffix(_ suffix: Text) -> Bool {
    defer { withExtendedLifetime((owner, suffix.owner)) {} }
    return count >= suffix.count && memcmp(base + (count - suffix.count), suffix.base, suffix.count) == 0
  }
}

extension Text: Hashable {
  @inlinable public static func == (left: Text, right: Text) -> Bool {
    defer { withExtendedLifetime((left.owner, right.owner)) {} }
    return left.count == right.count && (left.base == right.base || memcmp(left.base, right.base, left.count) == 0)
  }

  @inlinable public func hash(into hasher: inout Hasher) {
    withUnsafeBufferPointer { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(UInt8(0xFF))
  }
}

extension Text: Comparable {
  @inlinable public static func < (left: Text, right: Text) -> Bool {
    defer { withExtendedLifetime((left.owner, right.owner)) {} }
    let order = memcmp(left.base, right.base, min(left.count, right.count))
    return order < 0 || order == 0 && left.count < right.count
  }
}

extension Text: ExpressibleByStringLiteral {
  /// Literals lie in the program itself.
  @inlinable public init(stringLiteral value: StaticString) {
    self.init(base: value.utf8Start, count: value.utf8CodeUnitCount, owner: nil)
  }
}

extension Text: CustomStringConvertible {
  @inlinable public var description: String { String(decoding: utf8, as: UTF8.self) }
}

/// Bytes that texts share.
@usableFromInline final class TextStorage: ManagedBuffer<Void, UInt8> {
  @usableFromInline static func text(copying bytes: UnsafeBufferPointer<UInt8>) -> Text {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return "" }
    let storage = TextStorage.create(minimumCapacity: bytes.count) { _ in }
    let base = storage.withUnsafeMutablePointerToElements { elements in
      elements.initialize(from: source, count: bytes.count)
      return UnsafePointer(elements)
    }
    return Text(base: base, count: bytes.count, owner: storage)
  }
}
