// What a request brings as condition keys: checked here, before anything is judged by it.

import PolicyLanguage

/// The sidecar's condition keys and the overrides of tests and simulations, with names in lower case.
struct AttestedContext: BitwiseCopyable {
  private struct Entry: BitwiseCopyable {
    let fingerprint: UInt64
    /// Lower case.
    let key: BorrowedText
    /// Of an override that removes its key: `absent`.
    let values: KeyValues

    init(_ claim: ContextClaim, in arena: Arena) {
      key = arena.lowercased(claim.key)
      fingerprint = key.fingerprint
      values = claim.values
    }
  }

  private let entries: Run<Entry>
  private let overrides: Run<Entry>

  /// - Throws: for a key without a name, one given twice in different case, or one that the daemon derives itself.
  init(_ request: UnsafePointer<RequestView>, in arena: Arena) throws(RequestError) {
    let claims = request.pointee.context
    entries = claims.isEmpty ? Run() : try Self.entries(claims, in: arena)
    let overriding = request.pointee.contextOverrides
    overrides = overriding.isEmpty ? Run() : arena.run(of: overriding) { Entry($0, in: arena) }
  }

  private static func entries(_ claims: Run<ContextClaim>, in arena: Arena) throws(RequestError) -> Run<Entry> {
    let base = arena.allocate(Entry.self, count: claims.count)
    for (place, claim) in claims.enumerated() {
      let entry = Entry(claim, in: arena)
      guard !entry.key.isEmpty else {
        throw RequestError(.invalidArgument, "`context` has a condition key without a name")
      }
      guard !GlobalConditionKey.isRefusedInRequests(entry.key), !ServiceModules.refusesInRequests(entry.key) else {
        throw RequestError(
          .invalidArgument,
          "`context` holds `\(claim.key)`, which is derived from the policies and the request's fields")
      }
      for earlier in 0..<place where base[earlier].fingerprint == entry.fingerprint && base[earlier].key == entry.key {
        throw RequestError(
          .invalidArgument, "`context` holds `\(claim.key)` twice: names of condition keys ignore case")
      }
      (base + place).initialize(to: entry)
    }
    return Run(base, count: claims.count)
  }

  /// - Parameter key: in lower case.
  func values(of key: BorrowedText, _ fingerprint: UInt64) -> KeyValues? {
    entries.first { $0.pointee.fingerprint == fingerprint && $0.pointee.key == key }?.pointee.values
  }

  func values(of key: BorrowedText) -> KeyValues? { entries.isEmpty ? nil : values(of: key, key.fingerprint) }

  /// Nil when nothing is said of the key; `absent` when it is removed.
  func override(of key: ConditionKey) -> KeyValues? {
    guard !overrides.isEmpty else { return nil }
    return overrides.last { $0.fingerprint == key.fingerprint && $0.key == key.text }?.values
  }

  /// The one value of a key; nil when it is absent or has several.
  func singleValue(of key: BorrowedText) -> BorrowedText? {
    switch values(of: key) {
    case .single(let value): value
    case .set(let values) where values.count == 1: values[0]
    default: nil
    }
  }

  /// Whether any key of a family, such as `aws:requesttag/`, is attested.
  func hasKey(withPrefix prefix: BorrowedText) -> Bool {
    entries.first { $0.pointee.key.hasPrefix(prefix) } != nil
  }
}
