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

    init(_ key: BorrowedText, _ values: ContextValues?, in arena: Arena) {
      self.key = arena.lowercased(key)
      fingerprint = self.key.fingerprint
      self.values = values.map { KeyValues($0, in: arena) } ?? .absent
    }
  }

  private let entries: Run<Entry>
  private let overrides: Run<Entry>

  /// INVARIANT: the request is held as long as this is used.
  /// - Throws: for a key without a name, one given twice in different case, or one that the daemon derives itself.
  init(_ request: AuthorizationRequest, in arena: Arena) throws(RequestError) {
    entries = request.context.isEmpty ? Run() : try Self.entries(request.context, in: arena)
    overrides =
      request.contextOverrides.isEmpty
      ? Run()
      : arena.run(request.contextOverrides.map { Entry(BorrowedText($0.key), $0.values, in: arena) })
  }

  private static func entries(_ context: [ContextEntry], in arena: Arena) throws(RequestError) -> Run<Entry> {
    let base = arena.allocate(Entry.self, count: context.count)
    for (place, given) in context.enumerated() {
      let entry = Entry(BorrowedText(given.key), given.values, in: arena)
      guard !entry.key.isEmpty else {
        throw RequestError(.invalidArgument, "`context` has a condition key without a name")
      }
      guard !GlobalConditionKey.isRefusedInRequests(entry.key), !ServiceModules.refusesInRequests(entry.key) else {
        throw RequestError(
          .invalidArgument,
          "`context` holds `\(given.key)`, which is derived from the policies and the request's fields")
      }
      for earlier in 0..<place where base[earlier].fingerprint == entry.fingerprint && base[earlier].key == entry.key {
        throw RequestError(
          .invalidArgument, "`context` holds `\(given.key)` twice: names of condition keys ignore case")
      }
      (base + place).initialize(to: entry)
    }
    return Run(base, count: context.count)
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

extension KeyValues {
  /// INVARIANT: the values are held as long as this is used.
  fileprivate init(_ values: ContextValues, in arena: Arena) {
    switch values {
    case .single(let value): self = .single(BorrowedText(value))
    case .set(let texts):
      let base = arena.allocate(BorrowedText.self, count: texts.count)
      for (place, text) in texts.enumerated() { (base + place).initialize(to: BorrowedText(text)) }
      self = .set(Run(base, count: texts.count))
    }
  }
}
