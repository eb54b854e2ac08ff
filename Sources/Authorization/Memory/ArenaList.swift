// A list that grows in an arena: few elements, gone with the arena.

struct ArenaList<Element: BitwiseCopyable>: BitwiseCopyable {
  private let arena: Arena
  private var base: UnsafeMutablePointer<Element>?
  private var length: UInt32 = 0
  private var capacity: UInt32

  /// - Parameter capacity: how many elements the first one makes room for.
  init(in arena: Arena, capacity: Int = 4) {
    self.arena = arena
    self.capacity = UInt32(truncatingIfNeeded: max(capacity, 1))
  }

  var isEmpty: Bool { length == 0 }

  var run: Run<Element> {
    guard let base else { return Run() }
    return Run(base, count: Int(length))
  }

  mutating func append(_ element: Element) { add().initialize(to: element) }

  /// Room for one more, which is not initialized.
  mutating func add() -> UnsafeMutablePointer<Element> {
    if base == nil { base = arena.allocate(Element.self, count: Int(capacity)) }
    if length == capacity, length > 0, let old = base {
      let larger = arena.allocate(Element.self, count: 2 * Int(capacity))
      larger.initialize(from: old, count: Int(length))
      base = larger
      capacity *= 2
    }
    length += 1
    return base.unsafelyUnwrapped + Int(length - 1)
  }
}
