// The journal of decisions: one record for each involved account, accepted by journald or counted as lost. [to be written]
//
// Work runs on a thread of its own, never on an event loop that serves requests.

import Authorization
import PolicyLanguage

/// What an answer has to wait for (section 3 of the contract).
public enum AuditMode: String, Sendable {
  /// The answer leaves only after journald accepted its entries.
  case required
  /// Never waits; drops are counted.
  case bestEffort = "best-effort"
}

/// Who asked, as recorded.
public struct RecordedPeer: Sendable {
  public var userID: UInt32
  public var processID: Int32
  public init(userID: UInt32, processID: Int32) {
    self.userID = userID
    self.processID = processID
  }
}

public final class DecisionJournal: Sendable {
  public struct Configuration: Sendable {
    public var mode = AuditMode.required
    public var socketPath = "/run/systemd/journal/socket"
    /// Longest wait for journald from submission, in milliseconds; past it a record counts as not written.
    public var deadlineMilliseconds = 1_000
    /// Entries that may wait; past it new ones are refused at once.
    public var capacity = 65_536
    public init() {}
  }

  /// Exact since the start.
  public struct Statistics: Sendable {
    public var writtenEntries: UInt64 = 0
    public var droppedEntries: UInt64 = 0
    public var isReachable = false
    public init() {}
  }

  public enum Acceptance: Sendable {
    case accepted
    /// Not written; the text says why.
    case refused(String)
  }

  public init(configuration: Configuration) throws {}

  /// Identifies one decision in all of its entries: 128 random bits in hex. Cheap; any thread.
  public static func makeEventID() -> Text { "" }

  /// Records one decision: one entry for each involved account.
  /// - Parameter completion: called exactly once, on the journal's thread, or before the return when the mode is
  ///   best-effort or the record is refused at once.
  public func record(
    _ decision: Decision, of request: AuthorizationRequest, eventID: Text, peer: RecordedPeer,
    completion: @escaping @Sendable (Acceptance) -> Void
  ) {}

  public var statistics: Statistics { Statistics() }
  /// Distinguishes the sequences of different starts.
  public var startID: Text { "" }

  /// Writes what waits, within the deadline, and ends the thread.
  public func close() {}
}
