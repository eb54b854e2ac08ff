// A list that grows in an arena: few elements, gone with the arena.

import PolicyLanguage

struct ArenaList<Element: BitwiseCopyable>: BitwiseCopyable {
  private let arena: Arena
  private var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity: Int

  init(in arena: Arena, capacity: Int = 4) {
    self.arena = arena
    self.capacity = capacity
    base = arena.allocate(Element.self, count: capacity)
  }

  var isEmpty: Bool { count == 0 }

  var run: Run<Element> { Run(base, count: count) }

  mutating func append(_ element: Element) {
    if count == capacity {
      let larger = arena.allocate(Element.self, count: 2 * capacity)
      larger.initialize(from: base, count: count)
      base = larger
      capacity *= 2
    }
    (base + count).initialize(to: element)
    count += 1
  }

  /// The element at a place that is taken.
  func pointer(at index: Int) -> UnsafeMutablePointer<Element> { base + index }
}
