// COUNTERSIGN_STATEMENTS: the statements that decided, one a line.
//
//     accounts/111122223333/keys/us-west-2/1234abcd/policy.json:12 AllowUse allow
//     accounts/444455556666/roles/ExampleRole/policies/kms.json:4 #0 deny
//
// A line is the file below the policy directory, a colon, the line number, a space, the Sid, a space, and `allow` or
// `deny`. A statement without a Sid is named by its place in the document, from `#0`. In the file a space, in the
// Sid a leading `#`, and in both control bytes and the backslash stand as `\xNN`; so the first space ends the place, the
// last one begins the effect, and what is between is the Sid.

import Authorization
import PolicyLanguage

enum StatementLine {
  static func append(_ statement: DecidingStatement, to bytes: inout [UInt8]) {
    EscapedBytes.append(statement.file.utf8, also: { $0 == UInt8(ascii: " ") }, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(contentsOf: String(statement.line).utf8)
    bytes.append(UInt8(ascii: " "))
    if let sid = statement.sid, !sid.isEmpty {
      let marked = sid.utf8.prefix { $0 == UInt8(ascii: "#") }
      EscapedBytes.append(marked.prefix(1), also: { _ in true }, to: &bytes)
      EscapedBytes.append(sid.utf8.dropFirst(min(1, marked.count)), to: &bytes)
    } else {
      bytes.append(UInt8(ascii: "#"))
      bytes.append(contentsOf: String(statement.index).utf8)
    }
    bytes.append(contentsOf: (statement.effect == .allow ? " allow" : " deny").utf8)
  }

  static func text(_ statements: [DecidingStatement]) -> Text {
    var bytes: [UInt8] = []
    for (index, statement) in statements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: "\n")) }
      append(statement, to: &bytes)
    }
    return Text(utf8: bytes)
  }
}
