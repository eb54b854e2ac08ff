// Text: UTF-8 bytes that compare byte by byte.
//
// Names grant and deny things here, so two names are the same only when their bytes are. Swift's String compares by
// canonical equivalence ("é" equals "e" + combining accent) and is therefore never used as an identity in this project.
// Text does not normalise, and does not know characters except where a rule asks for ASCII case.

/// An immutable run of valid UTF-8 whose equality, order and hash are those of its bytes.
public struct Text: Sendable {
  public let utf8: [UInt8]

  /// INVARIANT: `bytes` is valid UTF-8; whoever decodes input validates first.
  @inlinable public init(utf8 bytes: [UInt8]) { utf8 = bytes }
  @inlinable public init(utf8 bytes: some Sequence<UInt8>) { utf8 = Array(bytes) }
  @inlinable public init(_ string: some StringProtocol) { utf8 = Array(string.utf8) }
  @inlinable public init(_ number: some BinaryInteger) { self.init(String(number)) }

  @inlinable public var isEmpty: Bool { utf8.isEmpty }
  @inlinable public var count: Int { utf8.count }

  /// ASCII letters in lower case, all other bytes as they are: how condition keys and actions compare (C-1, D-37).
  public var lowercased: Text {
    guard utf8.contains(where: { $0 &- 0x41 < 26 }) else { return self }
    return Text(utf8: utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 })
  }

  @inlinable public func hasPrefix(_ prefix: Text) -> Bool { utf8.starts(with: prefix.utf8) }
  public func hasSuffix(_ suffix: Text) -> Bool { utf8.reversed().starts(with: suffix.utf8.reversed()) }
}

extension Text: Hashable {
  @inlinable public static func == (left: Text, right: Text) -> Bool { left.utf8 == right.utf8 }
  @inlinable public func hash(into hasher: inout Hasher) {
    utf8.withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(UInt8(0xFF))
  }
}

extension Text: Comparable {
  @inlinable public static func < (left: Text, right: Text) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}

extension Text: ExpressibleByStringLiteral {
  @inlinable public init(stringLiteral value: String) { self.init(value) }
}

extension Text: CustomStringConvertible {
  @inlinable public var description: String { String(decoding: utf8, as: UTF8.self) }
}
