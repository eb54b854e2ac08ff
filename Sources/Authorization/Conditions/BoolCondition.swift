// Bool: `true` and `false` without regard to case.

import PolicyLanguage

enum BoolCondition {
  // UNDOCUMENTED: E-16 (case), D-52 (variables under Bool; section I, 8)
  static func compare(_ value: Text, with operands: [BoolOperand], resolving: (Variable) -> Text?) -> Comparison {
    guard let bool = Bool(policyText: value) else { return .unreadable }
    var isUnreadable = false
    for operand in operands {
      switch operand {
      case .value(let expected):
        if expected == bool { return .match }
      case .pattern(let pattern):
        // An unresolved variable matches nothing (D-55).
        guard let text = pattern.expanded(resolving: resolving)?.literal else { continue }
        guard let expected = Bool(policyText: text) else {
          isUnreadable = true
          continue
        }
        if expected == bool { return .match }
      }
    }
    return isUnreadable ? .unreadable : .noMatch
  }
}

extension Pattern {
  /// The text of a pattern without wildcards and variables.
  fileprivate var literal: Text? {
    var bytes: [UInt8] = []
    for piece in pieces {
      guard case .literal(let text) = piece else { return nil }
      bytes += text.utf8
    }
    return Text(utf8: bytes)
  }
}
