// The words of an answer. Raw values are the short names that test suites and the command line's JSON use.

public enum Decision: String, Sendable, Hashable, CaseIterable {
  case allow = "ALLOW"
  case deny = "DENY"
}

/// What kind of deny it is.
public enum Denial: String, Sendable, Hashable, CaseIterable {
  /// A Deny statement applies, on either side or in any leg.
  case explicit = "EXPLICIT"
  /// An allow that is needed is missing.
  case implicit = "IMPLICIT"
}

/// Whether a statement allows or denies.
public enum Effect: String, Sendable, Hashable, CaseIterable {
  case allow = "ALLOW"
  case deny = "DENY"
}
