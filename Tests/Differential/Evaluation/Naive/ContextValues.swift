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

  /// All values under that name: two pairs of an encryption context may differ only in case (C-7).
  func values(_ lowerName: String) -> Question.Values? {
    for entry in entries where same(entry.key, lowerName) { return entry.values }
    return nil
  }
}
