// A map whose keys are told apart by their bytes.
//
// A Swift dictionary takes two spellings of "é" for one key, AWS takes them for two; a pair that is lost on the way could
// change a decision. Maps here are small, so a list that keeps its order does.

/// A map from text to values, in the order in which keys were first set.
public struct TextMap<Value: Sendable>: Sendable {
  public private(set) var entries: [(key: String, value: Value)] = []

  public init() {}

  public var isEmpty: Bool { entries.isEmpty }
  public var count: Int { entries.count }

  /// The value of a key; nil when there is none, and setting nil removes it.
  public subscript(key: String) -> Value? {
    get { entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.value }
    set {
      let index = entries.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append((key, value))
      case (nil, nil): break
      }
    }
  }
}

extension TextMap: ExpressibleByDictionaryLiteral {
  /// Of a key that stands twice the last value counts.
  public init(dictionaryLiteral elements: (String, Value)...) {
    for (key, value) in elements { self[key] = value }
  }
}

extension TextMap: Sequence {
  public func makeIterator() -> IndexingIterator<[(key: String, value: Value)]> { entries.makeIterator() }
}
