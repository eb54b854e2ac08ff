// Action and NotAction in compiled policies. For the operations of KMS the answer is one bit, worked out when the policy
// is compiled; the patterns are for the actions of other services, and for explanations.

import PolicyLanguage

struct IndexedAction: BitwiseCopyable {
  let isNegated: Bool
  let patterns: Run<IndexedActionPattern>
  /// Rows of the table of KMS that the element covers, NotAction taken into account.
  let operations: OperationSet

  init(_ element: ActionElement, in arena: Arena) {
    isNegated = element.isNegated
    patterns = arena.run(element.patterns.map { IndexedActionPattern($0, in: arena) })
    operations = OperationSet(coveredBy: element)
  }

  func covers(_ action: ActionName) -> Bool {
    if let operation = action.operation { return operations.contains(number: operation) }
    return (patterns.first { $0.pointee.matches(action) } != nil) != isNegated
  }
}

/// `*` alone, or `service:name` with wildcards in the name; both parts in lower case (D-37).
struct IndexedActionPattern: BitwiseCopyable {
  /// Nil for `*` alone.
  let service: BorrowedText?
  let name: IndexedPattern

  init(_ pattern: ActionPattern, in arena: Arena) {
    switch pattern {
    case .any:
      service = nil
      name = IndexedPattern(steps: Run())
    case .named(let service, let name):
      self.service = arena.copy(service)
      self.name = IndexedPattern(name, in: arena)
    }
  }

  func matches(_ action: ActionName) -> Bool {
    guard let service else { return true }
    return service == action.service && name.matches(action.name)
  }
}
