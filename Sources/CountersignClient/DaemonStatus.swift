// How the daemon is doing.

/// Answer of `Client.status`. Times are seconds since 1970; 0 means "never".
public struct DaemonStatus: Sendable, Hashable {
  /// Version of the daemon.
  public var version = ""
  public var startedAt: Int64 = 0
  /// The policy directory.
  public var policies = ""
  /// Digest of the policy set in force; empty when none is.
  public var revision = ""
  /// When that set came into force.
  public var loadedAt: Int64 = 0
  public var policySet = PolicySetSize()
  /// What is wrong with the set on disk, if the last load failed: `file:line:column: message` each.
  public var reloadErrors: [String] = []
  /// When the last load failed; 0 when it did not.
  public var reloadFailedAt: Int64 = 0
  public var audit = AuditStatus()
  public var decisions = DecisionCounts()

  public init() {}
}

/// Numbers of things in a policy set.
public struct PolicySetSize: Sendable, Hashable {
  public var accounts = 0
  public var keys = 0
  public var users = 0
  public var roles = 0
  public var documents = 0

  public init() {}
}

/// How recording goes.
public struct AuditStatus: Sendable, Hashable {
  /// `required` or `best-effort`.
  public var mode = ""
  /// Entries that journald accepted.
  public var writtenEntries: UInt64 = 0
  /// Entries that were not written.
  public var droppedEntries: UInt64 = 0
  /// Whether the last attempt to write succeeded.
  public var isReachable = false
  /// `COUNTERSIGN_START_ID` of this start's entries.
  public var startID = ""

  public init() {}
}

/// Numbers of decisions since the start.
public struct DecisionCounts: Sendable, Hashable {
  public var allowed: UInt64 = 0
  public var denied: UInt64 = 0
  /// Answered with an error.
  public var failed: UInt64 = 0

  public init() {}
}
