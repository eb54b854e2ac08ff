// The journal's thread: takes records from the recorders, sends their entries, says what became of each.
//
// While the thread sleeps a recorder may take one turn of it, on its own thread and without a wait (`sendNow`): a lone
// record is in journald's socket before another thread would be awake. It does what the writer would do next, with the
// same numbers; whatever does not succeed at once it leaves to the writer.
//
// Time: every decision has a deadline from its submission. The writer waits for journald only until the deadline of the
// decision at the head; of all recorders' records the oldest is taken first, so none behind it waits longer than its own.
// A socket that is missing, refuses or is full is tried again within that time, on a new connection if need be.
//
// Numbers: an entry gets its number when it is offered to the kernel and keeps it once the kernel has it. A decision
// that is refused whole (audit required) uses none, since whoever asked knows that it was not recorded. Entries whose
// loss nobody was told of use one each, so the gap shows them: those dropped in best-effort mode, and the rest of a
// decision of which journald took a part. The next entry says how many there were (COUNTERSIGN_DROPPED).
// What the kernel has taken cannot be taken back: when journald dies with entries in its socket, only the gap tells.

import Glibc
import Synchronization

// INVARIANT: only the journal's thread touches what is the writer's, or while it sleeps whoever has borrowed it from
// `WriterBell`, whose state orders the one before the other.
final class JournalWriter: @unchecked Sendable {
  /// How often an idle writer looks whether a journald that was away has come back.
  private static let probeMilliseconds: Int32 = 200
  private static let longestPause: Int32 = 50
  private static let breathMicroseconds: UInt32 = 200

  /// What the writer knows of one recorder's ring.
  private struct Source {
    let ring: RecordRing
    /// Records that were taken from it, and how many of them are finished.
    var taken: UInt64 = 0
    var finished: UInt64 = 0
    /// Of the finished ones those that the ring was told of.
    var told: UInt64 = 0
  }

  private let inlet: JournalInlet
  private let deadlineMilliseconds: Int
  private let log: DaemonLog?
  private var socket: JournalSocket
  private var window = EntryWindow()
  private var sources: [Source] = []
  private var sourcesVersion: UInt64 = 0
  private var isClosed = false
  /// The last number that was given.
  private var sequence: UInt64 = 0
  /// Lost entries that an entry in the journal has told of.
  private var reportedLoss: UInt64 = 0
  /// Why the last attempt failed, for the refusal's text.
  private var failure: Int32 = 0
  private var failuresInARow = 0
  /// What the log was last told; a journal that is there from the start is not worth a word.
  private var wasReachable = true

  private var counters: JournalCounters { inlet.counters }

  init(inlet: JournalInlet, configuration: DecisionJournal.Configuration) {
    self.inlet = inlet
    deadlineMilliseconds = configuration.deadlineMilliseconds
    log = configuration.log
    socket = JournalSocket(path: configuration.socketPath)
  }

  /// Until the journal is closed and everything is written or given up.
  func run() {
    probe()
    if !wasReachable { counters.isAway.store(true, ordering: .relaxed) }
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
      take()
      if window.isEmpty {
        if isClosed, !hasWork() { return false }
        sleep()
      }
    }
    return true
  }

  /// Takes what waits, as much as there is room for.
  private func take() {
    lookForRecorders()
    let now = MonotonicClock.nanoseconds
    while window.hasRoom, let member = takeOldest() {
      if member.record.deadline <= now {
        refuse(member, remaining: member.record.entryCount)
      } else {
        window.append(member)
      }
    }
    tellFinished()
  }

  private func takeOldest() -> EntryWindow.Member? {
    var oldest: EntryWindow.Member?
    for (index, source) in sources.enumerated() {
      guard let record = source.ring.next(after: source.taken) else { continue }
      if let known = oldest, known.record.deadline <= record.deadline { continue }
      oldest = EntryWindow.Member(record: record, source: index)
    }
    if let oldest { sources[oldest.source].taken += 1 }
    return oldest
  }

  private func lookForRecorders() {
    let version = inlet.registry.currentVersion
    guard version != sourcesVersion else { return }
    sourcesVersion = version
    let (rings, isClosed) = inlet.registry.snapshot
    sources += rings.dropFirst(sources.count).map { Source(ring: $0) }
    self.isClosed = isClosed
  }

  /// Sequentially consistent with what recorders do before they ring (`WriterBell`).
  private func hasWork() -> Bool {
    inlet.registry.currentVersion != sourcesVersion || sources.contains { $0.ring.next(after: $0.taken) != nil }
  }

  private func sleep() {
    let isReachable = counters.isReachable.load(ordering: .relaxed)
    inlet.bell.sleep(milliseconds: isReachable ? -1 : Self.probeMilliseconds, unless: hasWork)
    if !isReachable { probe() }
  }

  // MARK: Sending

  /// For a recorder that has shown its record: sends it on the recorder's thread if the writer sleeps, or wakes the writer.
  func sendNow() {
    guard inlet.bell.borrow() else { return inlet.bell.ring() }
    take()
    // What takes time, or has to be told to the log, is left to the writer: an event loop does not wait.
    let isPlain = wasReachable && socket.isConnected && totalLoss == reportedLoss
    if isPlain, !window.isEmpty, !window.isHeadSealed { _ = offer() }
    inlet.bell.giveBack(hasWork: !window.isEmpty)
  }

  private func attempt() {
    let connected = socket.connect()
    let failure = connected == 0 ? offer() : connected
    if failure != 0 { recover(from: failure) }
  }

  /// Offers what is next to the kernel, without a wait.
  /// - Returns: 0, or the errno when it took nothing.
  private func offer() -> Int32 {
    let loss = totalLoss - reportedLoss
    let taken = window.offer(to: socket, sequence: sequence + loss + 1, dropped: loss)
    guard taken > 0 else { return Int32(-taken) }

    sequence += loss + UInt64(taken)
    reportedLoss += loss
    failure = 0
    failuresInARow = 0
    counters.written.wrappingAdd(UInt64(taken), ordering: .relaxed)
    setReachable(true)
    if loss > 0 { log?.auditLoss(entries: loss) }

    window.advance(taken) { sources[$0.source].finished += 1 }
    tellFinished()
    return 0
  }

  /// Gives the finished records back, and has each recorder told once.
  private func tellFinished() {
    let isWaitedFor = inlet.mode == .required
    for index in sources.indices where sources[index].told != sources[index].finished {
      sources[index].told = sources[index].finished
      sources[index].ring.finish(upTo: sources[index].finished, isWaitedFor: isWaitedFor)
    }
  }

  private var totalLoss: UInt64 {
    sources.reduce(counters.losses.lost.load(ordering: .relaxed)) { sum, source in
      sum + source.ring.losses.lost.load(ordering: .relaxed)
    }
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
    counters.isAway.store(true, ordering: .relaxed)
    refuse(head.member, remaining: head.remaining)
    tellFinished()
  }

  private func refuse(_ member: EntryWindow.Member, remaining: Int) {
    let isWhole = remaining == member.record.entryCount
    counters.losses.add(remaining, isKnown: inlet.mode == .required && isWhole)
    if inlet.mode == .required {
      let part = isWhole ? "the record" : "the whole record"
      member.record.refusal =
        "journald at `\(socket.path)` did not take \(part) within \(deadlineMilliseconds) ms: \(failureText)"
    }
    sources[member.source].finished += 1
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
    if isReachable { counters.isAway.store(false, ordering: .relaxed) }
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
