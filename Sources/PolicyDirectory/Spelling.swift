// Near misses: the name that a misspelt one was probably meant to be, for "did you mean" and for refusing a member that
// would otherwise be ignored while its author believes it to be in force.

import PolicyLanguage

enum Spelling {
  /// The known name that `name` misses by its case or by a letter or two, if there is one; nil for a known name itself.
  static func intended(by name: Text, among known: [Text]) -> Text? {
    if known.contains(name) { return nil }
    let lower = name.lowercased
    var best: (name: Text, distance: Int)?
    for candidate in known {
      let other = candidate.lowercased
      if other == lower { return candidate }
      let allowed = candidate.count >= 8 ? 2 : candidate.count >= 4 ? 1 : 0
      guard abs(other.count - lower.count) <= allowed else { continue }
      let distance = distance(lower.utf8, other.utf8)
      if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Edits from one to the other: insertions, deletions, replacements, and neighbours that changed places.
  static func distance(_ left: Text.UTF8View, _ right: Text.UTF8View) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }

  /// "`a`, `b` or `c`"
  static func alternatives(_ names: [String]) -> String {
    guard let last = names.last else { return "nothing" }
    return names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " or " + last
  }
}
