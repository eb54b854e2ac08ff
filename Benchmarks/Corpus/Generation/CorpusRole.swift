// One role: which keys its account lets it use, and which one its account forbids.

struct CorpusRole {
  /// How the identity policy names the keys.
  enum Grant: CaseIterable {
    /// Inline, by their ARNs.
    case inline
    /// A managed policy, by their ARNs.
    case managed
    /// Inline, all keys of the account that owns the role's own key.
    case wholeAccount
  }

  let corpus: Corpus
  let index: Int

  var account: String { corpus.callerAccount(index % corpus.accounts) }
  var name: String { "Service-\(index)" }
  var arn: String { "arn:aws:iam::\(account):role/\(name)" }
  var sessionARN: String { "arn:aws:sts::\(account):assumed-role/\(name)/worker-\(index % 7)" }
  /// As AWS gives them: 21 capital letters and digits.
  var id: String {
    "AROA" + padded(corpus.seed.number(.roleID, index) % 4_000_000_000_000, radix: 36, 8).uppercased()
      + padded(index, 9)
  }
  var team: String { "team-\(index % 10)" }

  var grant: Grant {
    corpus.shape == .large ? .managed : Grant.allCases[corpus.seed.below(Grant.allCases.count, .grant, index)]
  }

  /// The key whose owner has this role in mind.
  var ownKey: CorpusKey { key(0) }

  /// The keys of the identity policy: the role's own, then two that others own.
  var grantedKeys: [CorpusKey] {
    (0..<min(3, corpus.keys)).map { key($0) }
  }

  /// Denied by the role's own account.
  var forbidden: CorpusKey? { index % 5 == 0 && corpus.keys > 4 ? key(3) : nil }

  /// The key so many places after the role's own.
  func key(_ offset: Int) -> CorpusKey { CorpusKey(corpus: corpus, index: (index + offset) % corpus.keys) }

  /// Whether an identity policy allows the use of the key.
  func mayAskFor(_ key: CorpusKey) -> Bool {
    switch grant {
    case .inline, .managed: grantedKeys.contains { $0.index == key.index }
    case .wholeAccount: key.ownerIndex == ownKey.ownerIndex
    }
  }
}
