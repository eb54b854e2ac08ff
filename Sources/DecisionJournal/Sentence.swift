// MESSAGE: a sentence for people.
//
//     P was allowed kms:Decrypt on R
//     P was denied kms:Decrypt on R: NO_KEY_POLICY_ALLOW
//
// The values in it come from requests, so control bytes are shown as `\xNN` (a name with a newline must not look like a
// line of its own) and long values are cut. The fields beside it hold every value whole and as it came.

import Authorization
import PolicyLanguage

enum Sentence {
  /// Bytes that one value may take in a sentence before it is cut.
  static let longestValue = 512

  /// - Parameter forEachResource: calls its argument with each resource to be named.
  static func append(
    principal: BorrowedText, outcome: Outcome, operation: BorrowedText, reason: Reason, to bytes: inout EntryBytes,
    forEachResource: ((BorrowedText) -> Void) -> Void
  ) {
    append(principal, to: &bytes)
    bytes.append(outcome == .allow ? " was allowed " : " was denied ")
    append(operation, to: &bytes)
    var isFirst = true
    forEachResource { resource in
      bytes.append(isFirst ? " on " : " and ")
      isFirst = false
      append(resource, to: &bytes)
    }
    if outcome == .deny {
      bytes.append(": ")
      bytes.append(string: reason.rawValue)
    }
  }

  private static func append(_ value: BorrowedText, to bytes: inout EntryBytes) {
    guard value.count > longestValue else {
      return EscapedBytes.append(UnsafeRawBufferPointer(value.bytes), to: &bytes)
    }
    var end = longestValue
    // Not in the middle of a character: back over continuation bytes, then over the byte that leads them.
    while end > 0, value[end - 1] & 0xC0 == 0x80 { end -= 1 }
    if end > 0, value[end - 1] >= 0xC0 { end -= 1 }
    EscapedBytes.append(UnsafeRawBufferPointer(value.prefix(end).bytes), to: &bytes)
    bytes.append("...")
  }
}
