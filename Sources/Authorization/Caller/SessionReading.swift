// What a request says of the caller's session: session policies, by text or by ARN, and session tags.

import PolicyLanguage

struct SessionReading {
  let tables: UnsafePointer<IndexTables>
  /// The caller's.
  let account: BorrowedText
  let arena: Arena

  /// INVARIANT: the parameters are held as long as the result is used.
  func read(_ session: SessionParameters) throws(RequestError) -> CallerSession {
    var result = CallerSession()
    var tags = ArenaList<IndexedTag>(in: arena, capacity: session.tags.count)
    for tag in session.tags {
      guard !tag.key.isEmpty else { throw RequestError(.invalidArgument, "`session.tags` has a tag without a key") }
      let read = IndexedTag(key: BorrowedText(tag.key), value: BorrowedText(tag.value), in: arena)
      guard !tags.run.contains(where: { $0.lowerCaseKey == read.lowerCaseKey }) else {
        throw RequestError(.invalidArgument, "`session.tags` holds `\(tag.key)` twice: keys of tags ignore case")
      }
      tags.append(read)
    }
    result.tags = tags.run

    guard !session.policies.isEmpty || !session.policyARNs.isEmpty else { return result }
    var policies = ArenaList<AttachedPolicy>(in: arena)
    for (position, text) in session.policies.enumerated() {
      policies.append(try policy(text, file: Text("session.policies[\(position)]")))
    }
    for (position, arn) in session.policyARNs.enumerated() {
      guard let policy = tables.pointee.managedPolicies.policy(BorrowedText(arn), usedBy: account) else {
        throw RequestError(
          .invalidArgument,
          "`session.policyArns[\(position)]` is `\(arn)`; expected a managed policy of AWS or of account \(account)")
      }
      policies.append(policy)
    }
    result.policies = StatementList(policies.run)
    return result
  }

  private func policy(_ text: Text, file: Text) throws(RequestError) -> AttachedPolicy {
    var diagnostics: [Diagnostic] = []
    guard
      let document = PolicyParser.parse(Array(text.utf8), as: .sessionPolicy, diagnostics: &diagnostics),
      diagnostics.isEmpty
    else {
      var diagnostic =
        diagnostics.first ?? Diagnostic(position: SourcePosition(line: 1, column: 1), message: "malformed")
      diagnostic.file = file
      throw RequestError(.invalidArgument, diagnostic.description)
    }
    let policy = CompiledPolicy(document)
    arena.keep(policy)
    return AttachedPolicy(policy, file: arena.copy(file))
  }
}
