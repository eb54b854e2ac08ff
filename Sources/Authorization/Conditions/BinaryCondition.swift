// BinaryEquals: the policy's base64 was decoded when it was compiled; the request's value is compared byte by byte.

import PolicyLanguage

enum BinaryCondition {
  static func compare(_ value: BorrowedText, with operands: Run<BorrowedText>) -> Comparison {
    operands.contains(value) ? .match : .noMatch
  }
}
