// MESSAGE: a sentence for people.
//
// The values in it come from requests, so control bytes are shown as `\xNN` (a name with a newline must not look like a
// line of its own) and long values are cut. The fields beside it hold every value whole and as it came.

import Authorization
import PolicyLanguage

enum Sentence {
  /// Bytes that one value may take in a sentence before it is cut.
  static let longestValue = 512

  /// `P was allowed kms:Decrypt on R`, `P was denied kms:Decrypt on R: NO_KEY_POLICY_ALLOW`
  static func about(
    principal: Text, outcome: Outcome, operation: Text, resources: [Text], reason: String
  ) -> Text {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(320)
    append(principal, to: &bytes)
    bytes.append(contentsOf: (outcome == .allow ? " was allowed " : " was denied ").utf8)
    append(operation, to: &bytes)
    for (index, resource) in resources.enumerated() {
      bytes.append(contentsOf: (index == 0 ? " on " : " and ").utf8)
      append(resource, to: &bytes)
    }
    if outcome == .deny {
      bytes.append(contentsOf: ": ".utf8)
      bytes.append(contentsOf: reason.utf8)
    }
    return Text(utf8: bytes)
  }

  private static func append(_ value: Text, to bytes: inout [UInt8]) {
    var rest = value.utf8[...]
    if rest.count > longestValue {
      rest = rest.prefix(longestValue)
      // Not in the middle of a character: back over continuation bytes, then over the byte that leads them.
      while let last = rest.last, last & 0xC0 == 0x80 { rest.removeLast() }
      if let last = rest.last, last >= 0xC0 { rest.removeLast() }
    }
    let wasCut = rest.count < value.utf8.count
    EscapedBytes.append(rest, to: &bytes)
    if wasCut { bytes.append(contentsOf: "...".utf8) }
  }
}
