// The index: a policy set arranged for questions. The one place where the policy corridor meets the request corridor.

import PolicyDirectory
import PolicyLanguage

/// Immutable, shared by all event loops without locks.
public final class PolicyIndex: Sendable {
  public let revision: Text

  public init(_ set: PolicySet) {
    revision = set.revision
  }

  /// Judges one request. Pure: the time is given.
  /// - Throws: `RequestError` when the request cannot be judged; a refusal is a `Decision`.
  public func decide(_ request: AuthorizationRequest, at now: Instant) throws(RequestError) -> Decision {
    throw RequestError(.unimplemented, "not built")
  }
}
