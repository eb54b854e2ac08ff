// The bytes of a Text as a collection. It is its own slice, so that what is cut out of a text still knows who keeps the
// bytes, and becomes a Text again without a copy.

extension Text {
  /// Bytes of a text; the indices of a slice are those of the whole, which begin at 0.
  // INVARIANT: as Text's; the bytes between the indices are part of what `owner` keeps.
  public struct UTF8View: RandomAccessCollection, @unchecked Sendable {
    public typealias Index = Int
    public typealias SubSequence = UTF8View

    @usableFromInline let origin: UnsafePointer<UInt8>
    public let startIndex: Int
    public let endIndex: Int
    @usableFromInline let owner: AnyObject?

    @inlinable init(origin: UnsafePointer<UInt8>, startIndex: Int, endIndex: Int, owner: AnyObject?) {
      self.origin = origin
      self.startIndex = startIndex
      self.endIndex = endIndex
      self.owner = owner
    }

    @inlinable public var count: Int { endIndex - startIndex }
    @inlinable public var isEmpty: Bool { endIndex == startIndex }

    @inlinable public subscript(index: Int) -> UInt8 {
      precondition(index >= startIndex && index < endIndex, "index beyond a text")
      defer { withExtendedLifetime(owner) {} }
      return origin[index]
    }

    @inlinable public subscript(bounds: Range<Int>) -> UTF8View {
      precondition(bounds.lowerBound >= startIndex && bounds.upperBound <= endIndex, "range beyond a text")
      return UTF8View(origin: origin, startIndex: bounds.lowerBound, endIndex: bounds.upperBound, owner: owner)
    }

    @inlinable public func withUnsafeBufferPointer<Result, Failure: Error>(
      _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      defer { withExtendedLifetime(owner) {} }
      return try body(UnsafeBufferPointer(start: origin + startIndex, count: count))
    }

    @inlinable public func withContiguousStorageIfAvailable<Result>(
      _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
      defer { withExtendedLifetime(owner) {} }
      return try body(UnsafeBufferPointer(start: origin + startIndex, count: count))
    }
  }
}

extension Text.UTF8View: Hashable {
  @inlinable public static func == (left: Self, right: Self) -> Bool { Text(utf8: left) == Text(utf8: right) }
  @inlinable public func hash(into hasher: inout Hasher) { Text(utf8: self).hash(into: &hasher) }
}

extension Text.UTF8View {
  @inlinable public static func + (left: Self, right: Self) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: left.count + right.count) { bytes, count in
      count = left.withUnsafeBufferPointer { bytes.initialize(fromContentsOf: $0) }
      count = right.withUnsafeBufferPointer { bytes[count...].initialize(fromContentsOf: $0) }
    }
  }
}
