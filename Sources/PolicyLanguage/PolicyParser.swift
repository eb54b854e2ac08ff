// JSON to PolicyDocument: the entry points, and the rules that concern a policy's text before its elements.
//
// The elements are read by PolicyReader, one file for each group of rules. All mistakes of a document are reported, not the
// first one; only broken JSON ends the reading at once.

public enum PolicyParser {
  /// Reads a policy from a parsed JSON value. Every mistake is added to `diagnostics` (positions by `lines`; `file` left
  /// empty for the caller to fill in); nil when there was at least one.
  ///
  /// The rules on the text of a key policy need its text: see `checkKeyPolicyText`.
  public static func parse(
    _ value: JSONValue, as kind: PolicyKind, lines: LineMap, diagnostics: inout [Diagnostic]
  ) -> PolicyDocument? {
    var reader = PolicyReader(kind: kind, lines: lines)
    let document = reader.document(value)
    guard reader.diagnostics.isEmpty else {
      diagnostics += reader.diagnostics.sorted {
        ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
      }
      return nil
    }
    return document
  }

  /// Reads a policy from its text.
  public static func parse(
    _ bytes: [UInt8], as kind: PolicyKind, diagnostics: inout [Diagnostic]
  ) -> PolicyDocument? {
    let before = diagnostics.count
    let lines = LineMap(bytes)
    if kind == .keyPolicy { checkKeyPolicyText(bytes, lines: lines, diagnostics: &diagnostics) }
    do throws(Diagnostic) {
      let document = parse(try JSONParser.parse(bytes), as: kind, lines: lines, diagnostics: &diagnostics)
      return diagnostics.count == before ? document : nil
    } catch {
      diagnostics.append(error)
      return nil
    }
  }

  /// What KMS asks of the text of a key policy: at most 32,768 bytes (D-15), and no characters beyond U+00FF (D-12).
  public static func checkKeyPolicyText(_ bytes: [UInt8], lines: LineMap, diagnostics: inout [Diagnostic]) {
    let limit = 32_768
    if bytes.count > limit {
      diagnostics.append(
        Diagnostic(
          position: SourcePosition(line: 1, column: 1),
          message: "found a key policy of \(bytes.count) bytes, expected at most \(limit)"))
    }
    // Leading bytes from 0xC4 on begin characters beyond U+00FF; each run of such characters is told once.
    var isInRun = false
    for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      let isBeyond = byte >= 0xC4
      if isBeyond, !isInRun {
        diagnostics.append(
          Diagnostic(
            position: lines.position(of: offset),
            message: "found a character beyond U+00FF in a key policy, expected it written as a \\u escape"))
      }
      isInRun = isBeyond
    }
  }
}
