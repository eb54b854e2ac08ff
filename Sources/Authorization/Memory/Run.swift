// Values side by side in memory that somebody else keeps: the arrays of compiled policies, of questions and of decisions.

/// A borrowed array of plain values.
// INVARIANT: what it points to is initialized, never changes and outlives it: an index, a compiled policy or a workspace
// keeps it.
public struct Run<Element: BitwiseCopyable>: BitwiseCopyable, RandomAccessCollection, @unchecked Sendable {
  /// Nil only when empty.
  @usableFromInline let base: UnsafePointer<Element>?
  @usableFromInline let length: UInt32

  @inlinable public init() {
    base = nil
    length = 0
  }

  @inlinable public init(_ base: UnsafePointer<Element>, count: Int) {
    self.base = count == 0 ? nil : base
    length = UInt32(truncatingIfNeeded: count)
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { Int(length) }
  @inlinable public var count: Int { Int(length) }
  @inlinable public var isEmpty: Bool { length == 0 }

  @inlinable public subscript(index: Int) -> Element { pointer(at: index).pointee }

  /// The element where it lies; for those that are too large to be copied lightly.
  @inlinable public func pointer(at index: Int) -> UnsafePointer<Element> {
    assert(index >= 0 && index < count)
    return base.unsafelyUnwrapped + index
  }

  /// The first element that is like that, where it lies.
  @inlinable @inline(__always) public func first(
    like isWanted: (UnsafePointer<Element>) -> Bool
  ) -> UnsafePointer<Element>? {
    guard var element = base else { return nil }
    let end = element + count
    while element < end {
      if isWanted(element) { return element }
      element += 1
    }
    return nil
  }

  /// The elements where they lie.
  var pointers: [UnsafePointer<Element>] { (0..<count).map { pointer(at: $0) } }

  @inlinable public var buffer: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
