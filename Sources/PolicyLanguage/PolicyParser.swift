// JSON to PolicyDocument. [to be written]

public enum PolicyParser {
  /// Reads a policy from a parsed JSON value. Every mistake is added to `diagnostics` (positions by `lines`; `file` left
  /// empty for the caller to fill in); nil when there was at least one.
  public static func parse(
    _ value: JSONValue, as kind: PolicyKind, lines: LineMap, diagnostics: inout [Diagnostic]
  ) -> PolicyDocument? { nil }

  /// Reads a policy from its text.
  public static func parse(
    _ bytes: [UInt8], as kind: PolicyKind, diagnostics: inout [Diagnostic]
  ) -> PolicyDocument? { nil }
}
