// Tags of identities, keys and sessions. Policies ask for them by keys in lower case.

import PolicyDirectory
import PolicyLanguage

struct IndexedTag: BitwiseCopyable {
  let key: BorrowedText
  let lowerCaseKey: BorrowedText
  let value: BorrowedText

  /// - Parameter arena: for the key in lower case.
  init(key: BorrowedText, value: BorrowedText, in arena: Arena) {
    self.key = key
    lowerCaseKey = arena.lowercased(key)
    self.value = value
  }

  init(copying tag: Tag, in arena: Arena) {
    self.init(key: arena.copy(tag.key), value: arena.copy(tag.value), in: arena)
  }
}

extension Run<IndexedTag> {
  /// The values of every tag of that key, without regard to case.
  /// - Parameter key: in lower case.
  func values(ofKey key: BorrowedText, in arena: Arena) -> Run<BorrowedText> {
    var values = ArenaList<BorrowedText>(in: arena, capacity: 1)
    for place in 0..<count where pointer(at: place).pointee.lowerCaseKey == key {
      values.append(pointer(at: place).pointee.value)
    }
    return values.run
  }

  /// Whether each pair of `others` is among these, keys without regard to case.
  func includes(_ others: Run<IndexedTag>) -> Bool {
    others.allSatisfy { other in contains { $0.value == other.value && $0.lowerCaseKey == other.lowerCaseKey } }
  }
}
