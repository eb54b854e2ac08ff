// One key: where it is, whom its owner trusts with it and whom its owner suspended.

struct CorpusKey {
  /// How the key policy names those who may use the key.
  enum Trust: CaseIterable {
    /// The accounts' roots: each role whose account agrees.
    case accounts
    /// The roles themselves.
    case roles
    /// Everyone, on condition that it is one of the accounts.
    case anyoneOfAccounts
    /// The roles, on condition that the encryption context names their account.
    case tenants
    /// The accounts' roots, on condition that S3 asks for them.
    case throughService
  }

  let corpus: Corpus
  let index: Int

  var ownerIndex: Int { index % corpus.accounts }
  var owner: String { corpus.ownerAccount(ownerIndex) }
  var region: String { ["us-east-1", "us-west-2", "eu-west-1"][corpus.seed.below(3, .region, index)] }
  var id: String { corpus.keyID(0, index) }
  var arn: String { "arn:aws:kms:\(region):\(owner):key/\(id)" }

  var trust: Trust {
    corpus.shape == .small
      ? Trust.allCases[corpus.seed.below(Trust.allCases.count, .trust, index)] : .accounts
  }

  /// Each fifth key has one, or so.
  var alias: String? { corpus.seed.below(5, .alias, index) == 0 ? "alias/application-\(index)" : nil }

  /// Those for whom the key is: every role has such a key, and every key such a role.
  var partners: [CorpusRole] {
    guard index < corpus.roles else { return [CorpusRole(corpus: corpus, index: index % corpus.roles)] }
    return stride(from: index, to: corpus.roles, by: corpus.keys).map { CorpusRole(corpus: corpus, index: $0) }
  }

  /// Denied by name, whatever else allows it.
  var suspended: CorpusRole? {
    guard index % 3 == 0, corpus.keys > 3 else { return nil }
    let role = (index + corpus.keys - 2) % corpus.keys
    return role < corpus.roles ? CorpusRole(corpus: corpus, index: role) : nil
  }

  /// Different ones, in order.
  var partnerAccounts: [String] { Set(partners.map(\.account)).sorted() }

  /// Whether the key policy allows this role, its condition being met.
  func trusts(_ role: CorpusRole) -> Bool {
    switch trust {
    case .accounts, .anyoneOfAccounts, .throughService: partnerAccounts.contains(role.account)
    case .roles, .tenants: partners.contains { $0.index == role.index }
    }
  }
}
