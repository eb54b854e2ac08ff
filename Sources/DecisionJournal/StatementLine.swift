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
  static func append(_ statement: UnsafePointer<StatementReference>, to bytes: inout EntryBytes) {
    let statement = statement.pointee
    EscapedBytes.append(UnsafeRawBufferPointer(statement.file.bytes), alsoSpace: true, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(number: UInt64(statement.line))
    bytes.append(UInt8(ascii: " "))
    if let sid = statement.sid, !sid.isEmpty {
      let hasMark = sid[0] == UInt8(ascii: "#")
      if hasMark { bytes.append("\\x23") }
      EscapedBytes.append(UnsafeRawBufferPointer(sid.dropFirst(hasMark ? 1 : 0).bytes), to: &bytes)
    } else {
      bytes.append(UInt8(ascii: "#"))
      bytes.append(number: UInt64(statement.index))
    }
    bytes.append(statement.effect == .allow ? " allow" : " deny")
  }
}
