// What a request brings as condition keys: checked here, before anything is judged by it.

import PolicyLanguage

/// The sidecar's condition keys and the overrides of tests and simulations, with names in lower case.
struct AttestedContext: Sendable {
  private let entries: [ContextEntry]
  private let overrides: [ContextOverride]

  /// - Throws: for a key without a name, one given twice in different case, or one that the daemon derives itself.
  init(_ request: AuthorizationRequest) throws(RequestError) {
    var entries: [ContextEntry] = []
    for entry in request.context {
      let key = entry.key.lowercased
      guard !key.isEmpty else {
        throw RequestError(.invalidArgument, "`context` has a condition key without a name")
      }
      guard !GlobalConditionKey.isRefusedInRequests(key), !ServiceModules.refusesInRequests(key) else {
        throw RequestError(
          .invalidArgument,
          "`context` holds `\(entry.key)`, which is derived from the policies and the request's fields")
      }
      guard !entries.contains(where: { $0.key == key }) else {
        throw RequestError(
          .invalidArgument, "`context` holds `\(entry.key)` twice: names of condition keys ignore case")
      }
      entries.append(ContextEntry(key: key, values: entry.values))
    }
    self.entries = entries
    overrides = request.contextOverrides.map { ContextOverride(key: $0.key.lowercased, values: $0.values) }
  }

  func values(of key: Text) -> ContextValues? {
    entries.first { $0.key == key }?.values
  }

  /// The outer nil means that nothing is said of the key; the inner one removes it.
  func override(of key: Text) -> ContextValues?? {
    overrides.last { $0.key == key }.map(\.values)
  }

  /// The one value of a key; nil when it is absent or has several.
  func singleValue(of key: Text) -> Text? {
    switch values(of: key) {
    case .single(let value): return value
    case .set(let values) where values.count == 1: return values[0]
    case .set, nil: return nil
    }
  }

  /// Whether any key of a family, such as `aws:requesttag/`, is attested.
  func hasKey(withPrefix prefix: Text) -> Bool {
    entries.contains { $0.key.hasPrefix(prefix) }
  }
}
