// How much a request may hold: what is refused before anything of it is looked at.
//
// The work of a decision grows with the number of values in a request times the number of values in policies. Without
// bounds one large message could hold a thread for seconds. AWS's own limits are far below these, so that no request that
// a service could have made meets them; where AWS's limit is known, it is the one used.

import PolicyLanguage

enum RequestLimits {
  /// B-16.
  static let grantTokens = 10
  static let contextKeys = 1_000
  /// Over all keys of `context`.
  static let contextValues = 10_000
  static let encryptionContextPairs = 1_000
  /// What STS takes.
  static let sessionTags = 50
  /// STS takes one; sidecars that split theirs may send some.
  static let sessionPolicies = 10
  /// Characters of one inline session policy (D-17).
  static let sessionPolicyCharacters = 2_048
  /// D-17.
  static let sessionPolicyARNs = 10

  /// - Throws: INVALID_ARGUMENT naming the field and its limit.
  static func check(
    _ request: UnsafePointer<AuthorizationRequest>, _ view: UnsafePointer<RequestView>
  ) throws(RequestError) {
    try check(request.pointee.grantTokens.count, most: grantTokens, "grantTokens", "entries")
    try check(view.pointee.context.count, most: contextKeys, "context", "keys")
    if !view.pointee.context.isEmpty {
      let values = view.pointee.context.reduce(0) { sum, claim in
        if case .set(let values) = claim.values { sum + values.count } else { sum + 1 }
      }
      try check(values, most: contextValues, "context", "values")
    }
    try check(view.pointee.encryptionContext, "encryptionContext")
    try check(view.pointee.targetEncryptionContext, "targetEncryptionContext")
    if let session = request.pointee.session { try check(session) }
  }

  private static func check(_ session: SessionParameters) throws(RequestError) {
    try check(session.tags.count, most: sessionTags, "session.tags", "entries")
    try check(session.policies.count, most: sessionPolicies, "session.policies", "entries")
    try check(session.policyARNs.count, most: sessionPolicyARNs, "session.policyArns", "entries")
    for (position, policy) in session.policies.enumerated() {
      let characters = policy.utf8.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
      guard characters > sessionPolicyCharacters else { continue }
      throw RequestError(
        .invalidArgument,
        "`session.policies[\(position)]` has \(characters) characters; expected at most \(sessionPolicyCharacters)")
    }
  }

  private static func check(_ pairs: Run<IndexedTag>, _ field: StaticString) throws(RequestError) {
    try check(pairs.count, most: encryptionContextPairs, field, "pairs")
    if pairs.count > 1, holdsRepeatedKey(pairs) {
      throw RequestError(.invalidArgument, "`\(field)` holds a key twice")
    }
  }

  /// A set is worth its memory only for more pairs than requests have.
  private static func holdsRepeatedKey(_ pairs: Run<IndexedTag>) -> Bool {
    guard pairs.count <= 16 else { return Set(pairs.map(\.key)).count < pairs.count }
    for place in 1..<pairs.count {
      let key = pairs.pointer(at: place).pointee.key
      for earlier in 0..<place where pairs.pointer(at: earlier).pointee.key == key { return true }
    }
    return false
  }

  private static func check(_ count: Int, most: Int, _ field: StaticString, _ what: StaticString) throws(RequestError) {
    guard count <= most else {
      throw RequestError(.invalidArgument, "`\(field)` has \(count) \(what); expected at most \(most)")
    }
  }
}
