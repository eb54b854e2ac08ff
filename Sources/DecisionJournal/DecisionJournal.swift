// The journal of decisions: one record for each involved account, accepted by journald or counted as lost.
//
// Formatting and sending happen on a thread of the journal's own, never on an event loop that serves requests: handing
// a decision over costs a lock. "Accepted" means that the kernel has the entries in journald's socket; journald gives no
// further receipt. Both entries of a decision leave in one system call where they can. When journald takes the first
// and not the second within the deadline, the decision is refused although one entry stands: an entry cannot be taken
// back, so the gap in the sequence says that its counterpart is missing.

import Authorization
import PolicyLanguage
import Synchronization

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
    /// Bytes of entries that may wait, roughly; past it new ones are refused at once.
    public var capacityBytes = 64 * 1_024 * 1_024
    /// Told when journald goes away, comes back, and when entries were lost.
    public var log: DaemonLog?
    public init() {}
  }

  /// Exact since the start.
  public struct Statistics: Sendable, Hashable {
    /// Entries that journald accepted.
    public var writtenEntries: UInt64 = 0
    /// Entries that were not written, those of refused decisions included.
    public var droppedEntries: UInt64 = 0
    /// Those of the dropped ones whose decision was not refused whole: their numbers are missing in the sequence.
    public var lostEntries: UInt64 = 0
    /// Whether the last attempt to reach journald succeeded.
    public var isReachable = false
    public init() {}
  }

  public enum Acceptance: Sendable, Hashable {
    /// The answer may leave. In best-effort mode this is every record's acceptance, dropped or not.
    case accepted
    /// Not written; the text says why.
    case refused(String)
  }

  private let mode: AuditMode
  private let deadlineNanoseconds: UInt64
  private let queue: JournalQueue
  private let counters = JournalCounters()
  /// Nil once closed.
  private let thread: Mutex<JournalThread?>

  /// Distinguishes the sequences of different starts.
  public let startID: Text

  /// Starts the journal's thread. A journald that is not there is no error here: records say so.
  /// - Throws: `JournalError` when the system gives no thread or descriptor, or the path is too long for a socket.
  public init(configuration: Configuration) throws {
    let longestPath = 107
    guard configuration.socketPath.utf8.count <= longestPath else {
      throw JournalError("the socket path `\(configuration.socketPath)` is longer than \(longestPath) bytes")
    }
    mode = configuration.mode
    deadlineNanoseconds = UInt64(max(configuration.deadlineMilliseconds, 1)) * 1_000_000
    startID = EventIdentifier.make()
    queue = try JournalQueue(entryCapacity: configuration.capacity, byteCapacity: configuration.capacityBytes)
    // The thread knows the queue and the counters but not the journal, so a forgotten journal still ends.
    thread = Mutex(
      try JournalThread(name: "journal") { [queue, counters, startID] in
        JournalWriter(queue: queue, counters: counters, configuration: configuration, startID: startID).run()
      })
  }

  deinit { close() }

  /// Identifies one decision in all of its entries: 128 bits in hex. Cheap; any thread.
  public static func makeEventID() -> Text { EventIdentifier.make() }

  /// Records one decision: one entry for each involved account.
  /// - Parameter completion: called exactly once, on the journal's thread, or before the return when the mode is
  ///   best-effort or the record is refused at once.
  public func record(
    _ decision: Decision, of request: AuthorizationRequest, eventID: Text, peer: RecordedPeer,
    completion: @escaping @Sendable (Acceptance) -> Void
  ) {
    let submission = Submission(
      decision, of: request, eventID: eventID, peer: peer,
      deadline: MonotonicClock.nanoseconds + deadlineNanoseconds, completion: mode == .required ? completion : nil)
    let refusal = queue.submit(submission)
    if refusal != nil { counters.drop(submission.entryCount, isKnown: mode == .required) }
    switch (mode, refusal) {
    case (.bestEffort, _): completion(.accepted)
    case (.required, nil): break
    case (.required, .full): completion(.refused("too many records wait for journald"))
    case (.required, .closed): completion(.refused("the journal is closed"))
    }
  }

  public var statistics: Statistics { counters.statistics }

  /// Writes what waits, within the deadline, and ends the thread. Records that come later are refused.
  public func close() {
    queue.close()
    let running = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    running?.join()
  }
}
