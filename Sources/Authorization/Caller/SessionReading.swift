// What a request says of the caller's session: session policies, by text or by ARN, and session tags.

import PolicyDirectory
import PolicyLanguage

struct SessionReading {
  let index: PolicyIndex
  /// The caller's.
  let account: Text

  func read(_ session: SessionParameters) throws(RequestError) -> CallerSession {
    var result = CallerSession()
    for (position, tag) in session.tags.enumerated() {
      guard !tag.key.isEmpty else { throw RequestError(.invalidArgument, "`session.tags` has a tag without a key") }
      let key = tag.key.lowercased
      guard !session.tags[..<position].contains(where: { $0.key.lowercased == key }) else {
        throw RequestError(.invalidArgument, "`session.tags` holds `\(tag.key)` twice: keys of tags ignore case")
      }
      result.tags.append(Tag(key: tag.key, value: tag.value))
    }

    for (position, policy) in session.policies.enumerated() {
      var diagnostics: [Diagnostic] = []
      guard
        let document = PolicyParser.parse(Array(policy.utf8), as: .sessionPolicy, diagnostics: &diagnostics),
        diagnostics.isEmpty
      else {
        var diagnostic =
          diagnostics.first ?? Diagnostic(position: SourcePosition(line: 1, column: 1), message: "malformed")
        diagnostic.file = Text("session.policies[\(position)]")
        throw RequestError(.invalidArgument, diagnostic.description)
      }
      result.policies = result.policies ?? StatementList()
      result.policies?.append(StatementList(document, file: Text("session.policies[\(position)]")))
    }
    for (position, arn) in session.policyARNs.enumerated() {
      guard let policy = index.managedPolicy(arn, usedBy: account) else {
        throw RequestError(
          .invalidArgument,
          "`session.policyArns[\(position)]` is `\(arn)`; expected a managed policy of AWS or of account \(account)")
      }
      result.policies = result.policies ?? StatementList()
      result.policies?.append(policy)
    }
    return result
  }
}
