// The journal's thread: takes decisions from the queue, sends their entries, says what became of each.
//
// Time: every decision has a deadline from its submission. The writer waits for journald only until the deadline of the
// decision at the head; decisions stand in the order of their deadlines, so none behind it waits longer than its own.
// A socket that is missing, refuses or is full is tried again within that time, on a new connection if need be.
//
// Numbers: an entry gets its number when it is offered to the kernel and keeps it once the kernel has it. A decision
// that is refused whole (audit required) uses none, since whoever asked knows that it was not recorded. Entries whose
// loss nobody was told of use one each, so the gap shows them: those dropped in best-effort mode, and the rest of a
// decision of which journald took a part. The next entry says how many there were (COUNTERSIGN_DROPPED).
// What the kernel has taken cannot be taken back: when journald dies with entries in its socket, only the gap tells.

import Authorization
import CCountersign
import Glibc
import PolicyLanguage
import Synchronization

final class JournalWriter {
  /// How often an idle writer looks whether a journald that was away has come back.
  private static let probeMilliseconds: Int32 = 200
  private static let longestPause: Int32 = 50
  private static let breathMicroseconds: UInt32 = 200

  private let queue: JournalQueue
  private let counters: JournalCounters
  private let deadlineMilliseconds: Int
  private let log: DaemonLog?
  private var socket: JournalSocket
  private var window: EntryWindow
  private var backlog: [Submission?] = []
  private var backlogHead = 0
  /// The last number that was given.
  private var sequence: UInt64 = 0
  /// Lost entries that an entry in the journal has told of.
  private var reportedLoss: UInt64 = 0
  /// Why the last attempt failed, for the refusal's text.
  private var failure: Int32 = 0
  private var failuresInARow = 0
  /// What the log was last told; a journal that is there from the start is not worth a word.
  private var wasReachable = true

  init(
    queue: JournalQueue, counters: JournalCounters, configuration: DecisionJournal.Configuration, startID: Text
  ) {
    self.queue = queue
    self.counters = counters
    deadlineMilliseconds = configuration.deadlineMilliseconds
    log = configuration.log
    socket = JournalSocket(path: configuration.socketPath)
    window = EntryWindow(startID: startID)
  }

  /// Until the queue is closed and empty.
  func run() {
    probe()
    while fillWindow() {
      if window.head.deadline <= MonotonicClock.nanoseconds {
        giveUpHead()
      } else {
        attempt()
      }
    }
  }

  // MARK: Taking

  /// - Returns: false when there is nothing more to come.
  private func fillWindow() -> Bool {
    while window.isEmpty {
      if backlogHead == backlog.count {
        backlog.removeAll(keepingCapacity: backlog.count <= 1_024)
        backlogHead = 0
        let isReachable = counters.isReachable.load(ordering: .relaxed)
        switch queue.take(into: &backlog, waitingUpTo: isReachable ? -1 : Self.probeMilliseconds) {
        case .submissions: break
        case .closed: return false
        case .idle:
          if !isReachable { probe() }
          continue
        }
      }
      let now = MonotonicClock.nanoseconds
      while backlogHead < backlog.count, window.hasRoom {
        if let submission = backlog[backlogHead] {
          if submission.deadline <= now {
            refuse(submission, remaining: submission.entryCount)
          } else {
            window.append(submission)
          }
        }
        backlog[backlogHead] = nil
        backlogHead += 1
      }
    }
    return true
  }

  // MARK: Sending

  private func attempt() {
    let connected = socket.connect()
    guard connected == 0 else { return recover(from: connected) }
    let loss = counters.lost.load(ordering: .relaxed) - reportedLoss
    let taken = window.offer(to: socket, sequence: sequence + loss + 1, dropped: loss)
    guard taken > 0 else { return recover(from: Int32(-taken)) }

    sequence += loss + UInt64(taken)
    reportedLoss += loss
    failure = 0
    failuresInARow = 0
    counters.written.add(UInt64(taken), ordering: .relaxed)
    setReachable(true)
    if loss > 0 { log?.auditLoss(entries: loss) }

    var finished: [Submission] = []
    window.advance(taken) { finished.append($0) }
    release(finished)
    for submission in finished { submission.completion?(.accepted) }
  }

  private func recover(from code: Int32) {
    failure = code
    failuresInARow += 1
    if JournalSocket.isConnectionLost(code) {
      socket.disconnect()
      // A journald that was replaced while the connection slept is found by connecting anew, at once.
      if failuresInARow > 1 { pause() }
      return
    }
    switch code {
    case EAGAIN:
      let deadline = window.head.deadline
      guard socket.waitUntilWritable(milliseconds: MonotonicClock.milliseconds(until: deadline)) else { break }
      // Room for one entry is room for one call for each entry; a moment later there is room for several. And should the
      // socket be writable and yet full, this does not spin.
      usleep(failuresInARow > 3 ? 1_000 : Self.breathMicroseconds)
    case EMSGSIZE, ENOBUFS:
      if window.isHeadSealed { pause() } else { window.sealHead() }
    default:
      socket.disconnect()
      pause()
    }
  }

  /// Longer with each failure, never past the head's deadline.
  private func pause() {
    setReachable(false)
    let longest = min(Self.longestPause, Int32(1) << Int32(min(failuresInARow, 6)))
    _ = poll(nil, 0, min(longest, MonotonicClock.milliseconds(until: window.head.deadline)))
  }

  // MARK: Giving up

  private func giveUpHead() {
    let head = window.dropHead()
    // A journald that is stopped keeps its socket; one that took its place has another.
    socket.disconnect()
    setReachable(false)
    refuse(head.submission, remaining: head.entries)
  }

  private func refuse(_ submission: Submission, remaining: Int) {
    let isWhole = remaining == submission.entryCount
    counters.drop(remaining, isKnown: submission.completion != nil && isWhole)
    release([submission])
    guard let completion = submission.completion else { return }
    let part = isWhole ? "the record" : "the whole record"
    completion(
      .refused("journald at `\(socket.path)` did not take \(part) within \(deadlineMilliseconds) ms: \(failureText)"))
  }

  private func release(_ submissions: [Submission]) {
    guard !submissions.isEmpty else { return }
    var entries = 0
    var bytes = 0
    for submission in submissions {
      entries += submission.entryCount
      bytes += submission.byteCount
    }
    queue.release(entries: entries, bytes: bytes)
  }

  // MARK: Reachability

  /// Looks without an entry to send.
  private func probe() {
    let connected = socket.connect()
    if connected != 0 {
      failure = connected
      setReachable(false)
    } else if socket.waitUntilWritable(milliseconds: 0) {
      failure = 0
      setReachable(true)
    }
  }

  private func setReachable(_ isReachable: Bool) {
    counters.isReachable.store(isReachable, ordering: .relaxed)
    guard wasReachable != isReachable else { return }
    wasReachable = isReachable
    if isReachable {
      log?.auditRestored()
    } else {
      log?.auditUnreachable(path: socket.path, why: failureText)
    }
  }

  private var failureText: String {
    switch failure {
    case 0: "the queue is too long"
    case EAGAIN: "its socket is full"
    default: SystemError.text(failure)
    }
  }
}
