// What is refused in any request before its service is asked.

import PolicyLanguage

enum RequestLimits {
  /// B-16.
  private static let mostGrantTokens = 10

  static func check(_ request: AuthorizationRequest) throws(RequestError) {
    guard request.grantTokens.count <= mostGrantTokens else {
      throw RequestError(
        .invalidArgument, "`grantTokens` has \(request.grantTokens.count) entries; expected at most \(mostGrantTokens)")
    }
    for (field, pairs) in [
      ("encryptionContext", request.encryptionContext), ("targetEncryptionContext", request.targetEncryptionContext),
    ] {
      guard Set(pairs.map(\.key)).count == pairs.count else {
        throw RequestError(.invalidArgument, "`\(field)` holds a key twice")
      }
    }
  }
}
