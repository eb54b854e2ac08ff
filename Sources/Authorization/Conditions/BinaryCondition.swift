// BinaryEquals: the policy's base64 was decoded when it was compiled; the request's value is compared byte by byte.

import PolicyLanguage

enum BinaryCondition {
  static func compare(_ value: Text, with operands: [[UInt8]]) -> Comparison {
    operands.contains { value.utf8.elementsEqual($0) } ? .match : .noMatch
  }
}
