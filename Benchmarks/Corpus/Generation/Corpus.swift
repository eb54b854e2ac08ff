// A policy directory of any size: keys in owners' accounts, roles in callers' accounts, and who may use what.
//
// The relations come first, as plain facts of a key and of a role (CorpusKey, CorpusRole). The policies spell them out, and the
// expected answers are read off the same facts (Question), so that no engine is asked what the engine shall answer. Everything is a
// function of the seed and a place: nothing is kept, so that 100,000 keys cost no memory.

/// N keys and N roles, and questions with the answers that they must get.
public struct Corpus: Sendable {
  /// What the policies look like; the relations are the same.
  public enum Shape: String, CaseIterable, Sendable {
    /// Two to four statements in a policy, some with a condition.
    case small
    /// Key policies of almost 32,768 bytes, and ten managed policies of 6 KB for each role.
    case large
    /// Eight condition operators and two policy variables in the statement that allows.
    case conditions
  }

  public let keys: Int
  public let roles: Int
  /// So many accounts that own keys, and as many that have roles.
  public let accounts: Int
  public let shape: Shape
  let seed: Seed

  /// - Parameter accounts: by default one for each hundred keys or roles, two at least.
  public init(keys: Int, roles: Int, seed: UInt64, accounts: Int? = nil, shape: Shape = .small) {
    precondition(keys > 0 && roles > 0, "a corpus has keys and roles")
    self.keys = keys
    self.roles = roles
    self.accounts = max(1, accounts ?? max(2, max(keys, roles) / 100))
    self.shape = shape
    self.seed = Seed(value: seed)
  }

  func ownerAccount(_ index: Int) -> String { Self.account("1", index, offset: seed.number(.ownerAccounts, 0)) }
  func callerAccount(_ index: Int) -> String { Self.account("4", index, offset: seed.number(.callerAccounts, 0)) }
  /// Accounts that policies name and the directory does not have.
  func strangeAccount(_ index: Int) -> String { Self.account("8", index, offset: seed.number(.callerAccounts, 1)) }

  /// Different for different indices: the step has no divisor in common with the number of ids.
  private static func account(_ first: String, _ index: Int, offset: UInt64) -> String {
    let ids: UInt64 = 100_000_000_000
    return first + padded((offset % ids + UInt64(index) * 7_654_321_987) % ids, 11)
  }

  func keyID(_ kind: Int, _ index: Int) -> String {
    let series = kind * 1_000_000_000 + index
    let high = padded(seed.number(.keyIDHigh, series), radix: 16, 16)
    let low = padded(seed.number(.keyIDLow, series), radix: 16, 16)
    return "\(high.prefix(8))-\(high.dropFirst(8).prefix(4))-4\(high.suffix(3))-a\(low.prefix(3))-\(low.suffix(12))"
  }
}
