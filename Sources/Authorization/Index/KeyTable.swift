// Keys and aliases by ARN. A bare id or alias name becomes an ARN before it is looked for.

import PolicyLanguage

struct KeyTable: BitwiseCopyable {
  struct Alias: BitwiseCopyable {
    let arn: BorrowedText
    let key: UnsafePointer<IndexedKey>
  }
  private let keys: Run<IndexedKey>
  private let aliases: Run<Alias>
  private let keysByARN: TextTable
  private let aliasesByARN: TextTable

  /// - Parameter aliases: ARN of an alias, and the place of its key among `keys`.
  init(_ keys: [IndexedKey], aliases: [(arn: BorrowedText, key: Int)], in arena: Arena) {
    self.keys = arena.run(keys)
    keysByARN = TextTable(keys.enumerated().map { ($1.fingerprint, $0) }, in: arena)
    aliasesByARN = TextTable(aliases.enumerated().map { ($1.arn.fingerprint, $0) }, in: arena)
    let stored = self.keys
    self.aliases = arena.run(aliases.map { Alias(arn: $0.arn, key: stored.pointer(at: $0.key)) })
  }

  func key(_ arn: BorrowedText) -> UnsafePointer<IndexedKey>? {
    keysByARN.find(arn.fingerprint) { keys.pointer(at: $0).pointee.arn.text == arn }.map { keys.pointer(at: $0) }
  }

  /// Nil also for an ARN whose text is not enough to tell its parts.
  func key(_ arn: ARNName) -> UnsafePointer<IndexedKey>? { arn.isRegular ? key(arn.text) : nil }

  /// The key that an alias stands for; nil also for an alias without a target.
  func key(ofAlias arn: ARNName) -> UnsafePointer<IndexedKey>? {
    guard !aliases.isEmpty, arn.isRegular else { return nil }
    return aliasesByARN.find(arn.text.fingerprint) { aliases.pointer(at: $0).pointee.arn == arn.text }.map {
      aliases.pointer(at: $0).pointee.key
    }
  }
}
