// What conditions and variables see: a list of keys and values, searched from the front.

struct NaiveContext {
  /// Names in lower case (C-1).
  var entries: [(key: String, values: Question.Values)] = []

  mutating func set(_ key: String, _ value: String) { set(key, .single(value)) }

  mutating func set(_ key: String, _ values: Question.Values?) {
    let name = lower(key)
    entries.removeAll { same($0.key, name) }
    if let values { entries.append((name, values)) }
  }

  /// Beside what has the name already: two pairs of an encryption context may differ only in the case of their keys (C-7).
  mutating func add(_ key: String, _ value: String) { entries.append((lower(key), .single(value))) }

  func all(_ lowerName: String) -> [Question.Values] {
    var found: [Question.Values] = []
    for entry in entries where same(entry.key, lowerName) { found.append(entry.values) }
    return found
  }

  /// Nil where the key is absent or not one key.
  func values(_ lowerName: String) -> Question.Values? {
    let found = all(lowerName)
    return found.count == 1 ? found[0] : nil
  }
}
