// Keys and aliases by ARN. A bare id or alias name becomes an ARN before it is looked for.

import PolicyLanguage

struct KeyTable: BitwiseCopyable {
  struct Alias: BitwiseCopyable {
    let arn: BorrowedText
    let key: UnsafePointer<IndexedKey>
  }
  private let keysByARN: TextTable<IndexedKey>
  private let aliasesByARN: TextTable<Alias>

  init(_ keys: [UnsafePointer<IndexedKey>], aliases: [Alias], in arena: Arena) {
    keysByARN = TextTable(keys.map { ($0.pointee.fingerprint, $0) }, in: arena)
    aliasesByARN = TextTable(arena.run(aliases).pointers.map { ($0.pointee.arn.fingerprint, $0) }, in: arena)
  }

  func key(_ arn: BorrowedText) -> UnsafePointer<IndexedKey>? { key(arn, arn.fingerprint) }

  func key(_ arn: BorrowedText, _ fingerprint: UInt64) -> UnsafePointer<IndexedKey>? {
    keysByARN.find(fingerprint) { $0.pointee.arn.text == arn }
  }

  /// Announces a search for a key.
  func prefetch(_ fingerprint: UInt64) { keysByARN.prefetch(fingerprint) }

  /// What the search most likely finds.
  func candidate(_ fingerprint: UInt64) -> UnsafePointer<IndexedKey>? { keysByARN.candidate(fingerprint) }

  /// Nil also for an ARN whose text is not enough to tell its parts.
  func key(_ arn: ARNName) -> UnsafePointer<IndexedKey>? { arn.isRegular ? key(arn.text) : nil }

  /// The key that an alias stands for; nil also for an alias without a target.
  func key(ofAlias arn: ARNName) -> UnsafePointer<IndexedKey>? {
    guard arn.isRegular else { return nil }
    return aliasesByARN.find(arn.text.fingerprint) { $0.pointee.arn == arn.text }?.pointee.key
  }
}
