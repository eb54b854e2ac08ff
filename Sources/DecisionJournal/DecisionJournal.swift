// The journal of decisions: one record for each involved account, accepted by journald or counted as lost.
//
// Whoever decides hands the decision to a recorder of its own thread, which puts its entries into bytes; sending many and
// waiting happen on a thread of the journal's own, never on an event loop that serves requests. "Accepted" means that
// the kernel has the entries in journald's socket; journald gives no further receipt. Many entries leave in one system
// call. When journald takes the first of a decision and not the second within the deadline, the decision is refused
// although one entry stands: an entry cannot be taken back, so the gap in the sequence says that its counterpart is
// missing.

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
    /// Entries of one recorder that may wait; past it new ones are refused at once.
    public var capacity = 32_768
    /// Bytes of entries of one recorder that may wait; past it new ones are refused at once.
    public var capacityBytes = 32 * 1_024 * 1_024
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

  private let inlet: JournalInlet
  private let writer: JournalWriter
  /// Nil once closed.
  private let thread: Mutex<JournalThread?>

  /// Distinguishes the sequences of different starts.
  public let startID: Text

  /// Starts the journal's thread. A journald that is not there is no error here: records say so.
  /// - Throws: `JournalError` when the system gives no thread, or the path is too long for a socket.
  public init(configuration: Configuration) throws {
    let longestPath = 107
    guard configuration.socketPath.utf8.count <= longestPath else {
      throw JournalError("the socket path `\(configuration.socketPath)` is longer than \(longestPath) bytes")
    }
    var ids = EventIDSource()
    let startID = ids.make()
    self.startID = startID.text
    inlet = JournalInlet(configuration, startID: startID)
    writer = JournalWriter(inlet: inlet, configuration: configuration)
    // The thread knows the writer but not the journal, so a forgotten journal still ends.
    thread = Mutex(try JournalThread(name: "journal") { [writer] in writer.run() })
  }

  deinit { close() }

  /// A way in for one thread, for as long as the journal is.
  /// - Parameters:
  ///   - soon: in required mode called on the recorder's thread, from `record`, for a record with no other before it: have
  ///     `deliver` called on the same thread as soon as it has recorded all that it has to record now. Nil: the thread
  ///     never sends itself.
  ///   - notify: in required mode called, on any thread, when records are finished: have `deliver` called on the
  ///     recorder's thread then.
  public func makeRecorder(
    soon: (() -> Void)? = nil, notify: @escaping @Sendable () -> Void
  ) -> DecisionRecorder {
    DecisionRecorder(inlet, writer, soon: soon, notify: notify)
  }

  public var statistics: Statistics { inlet.statistics }

  /// Writes what waits, within the deadline, and ends the thread. Records that come later are refused.
  public func close() {
    inlet.close()
    let running = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    running?.join()
  }
}
