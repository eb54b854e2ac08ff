// One thread's way into the journal: an event loop has one of its own.
//
// Handing a decision over writes its entries into memory that is used again, and shows it to the writer; nothing waits,
// nothing is shared with other recorders, and no system call is made unless the writer sleeps. What became of records is
// told in batches: the journal asks for `deliver` once, however many are finished by then. In best-effort mode, while no
// journald takes entries, they are counted and not even made.
//
// A record that somebody waits for, and before and behind which the thread has no other, is held back until the thread
// has nothing else to do, and then sent by the thread itself if the writer sleeps: two changes of threads would take
// longer than all the rest of an answer. A second record before that ends it, and the writer sends both in one call.

import Authorization
import PolicyLanguage
import Synchronization

/// Confined to one thread, or to one at a time.
public final class DecisionRecorder {
  /// Told exactly once what became of a record, from `deliver`, in the order of the records.
  public typealias Completion = (DecisionJournal.Acceptance) -> Void

  /// Records kept for use again, and the most memory that one may keep.
  private static let mostSpare = 256
  private static let largestSpare = 16 * 1_024
  /// Part of the capacity from which on it is crowded: some ten milliseconds of a journald's time.
  private static let crowdedPart = 16

  private let journal: JournalInlet
  private let writer: JournalWriter
  private let ring: RecordRing
  private let soon: (() -> Void)?
  private var ids = EventIDSource()
  private var submitted: UInt64 = 0
  private var spare: [EncodedRecord] = []
  /// Waits for `whenKnown`.
  private var latest: EncodedRecord?
  /// The only record under way is shown to the writer, but the bell was not rung.
  private var isHeldBack = false
  /// Of records under way.
  private var entries = 0
  private var bytes = 0

  init(_ journal: JournalInlet, _ writer: JournalWriter, soon: (() -> Void)?, notify: @escaping @Sendable () -> Void) {
    self.journal = journal
    self.writer = writer
    self.soon = soon
    ring = RecordRing(capacity: journal.entryCapacity + 1, notify: notify)
    journal.registry.add(ring)
  }

  /// So many records wait for journald that whoever has many more should wait with them until `deliver` has taken some
  /// away: those who have one then find room, and none has to wait for journald past its deadline. Never in best-effort
  /// mode, where nobody waits.
  public var isCrowded: Bool {
    guard journal.mode == .required else { return false }
    return entries >= max(1, journal.entryCapacity / Self.crowdedPart)
      || bytes >= max(1, journal.byteCapacity / Self.crowdedPart)
  }

  /// Identifies one decision in all of its entries.
  public func makeEventID() -> EventID { ids.make() }

  /// Records one decision: one entry for each involved account. Everything is copied before the return.
  /// - Parameter completion: asked for what to call later, only when nil is returned.
  /// - Returns: what is known at once, or nil. In best-effort mode it is always known.
  public func record(
    _ decision: UnsafePointer<DecisionView>, of request: UnsafePointer<AuthorizationRequest>, eventID: EventID,
    peer: RecordedPeer,
    completion: () -> Completion
  ) -> DecisionJournal.Acceptance? {
    let acceptance = record(decision, of: request, eventID: eventID, peer: peer)
    if acceptance == nil { whenKnown(completion()) }
    return acceptance
  }

  /// Records one decision: one entry for each involved account. Everything is copied before the return.
  /// - Returns: what is known at once, or nil: then `whenKnown` takes what to call later. In best-effort mode it is always
  ///   known.
  public func record(
    _ decision: UnsafePointer<DecisionView>, of request: UnsafePointer<AuthorizationRequest>, eventID: EventID,
    peer: RecordedPeer
  ) -> DecisionJournal.Acceptance? {
    if journal.mode == .bestEffort {
      if journal.counters.isAway.load(ordering: .relaxed) {
        return drop(
          InvolvedAccount.count(of: decision, principal: BorrowedText(request.pointee.principal)), because: nil)
      }
      // Nobody waits for these, so nobody asks for `deliver`.
      deliver()
    }
    guard entries < journal.entryCapacity, bytes < journal.byteCapacity else {
      return drop(
        InvolvedAccount.count(of: decision, principal: BorrowedText(request.pointee.principal)), because: .full)
    }
    let record = spare.popLast() ?? EncodedRecord()
    record.encode(
      JournalRecord(decision: decision, request: request, eventID: eventID, peer: peer), prefixes: journal.prefixes,
      ids: &ids)
    let (entryCount, byteCount) = (record.entryCount, record.byteCount)
    guard entries + entryCount <= journal.entryCapacity, bytes + byteCount <= journal.byteCapacity else {
      recycle(record)
      return drop(entryCount, because: .full)
    }
    record.deadline = MonotonicClock.nanoseconds + journal.deadlineNanoseconds
    guard ring.submit(record, as: submitted) else {
      recycle(record)
      return drop(entryCount, because: .closed)
    }
    if let soon, entries == 0, journal.mode == .required {
      isHeldBack = true
      soon()
    } else {
      isHeldBack = false
      journal.bell.ring()
    }
    submitted += 1
    entries += entryCount
    bytes += byteCount
    guard journal.mode == .required else { return .accepted }
    latest = record
    return nil
  }

  /// Says what to call for the record of which nothing was known at once. Before anything else is asked of the recorder.
  public func whenKnown(_ completion: @escaping Completion) {
    latest?.completion = completion
    latest = nil
  }

  /// Tells what became of records since the last time. To be called on the recorder's thread after `notify` or `soon` was.
  public func deliver() {
    if isHeldBack {
      isHeldBack = false
      ring.willCollect()
      writer.sendNow()
    }
    ring.collect { record in
      entries -= record.entryCount
      bytes -= record.byteCount
      let completion = record.completion
      let acceptance = record.refusal.map { DecisionJournal.Acceptance.refused($0) } ?? .accepted
      recycle(record)
      completion?(acceptance)
    }
  }

  private enum Obstacle: String {
    case full = "too many records wait for journald"
    case closed = "the journal is closed"
  }

  private func drop(_ count: Int, because obstacle: Obstacle?) -> DecisionJournal.Acceptance {
    ring.losses.add(count, isKnown: journal.mode == .required)
    guard journal.mode == .required, let obstacle else { return .accepted }
    return .refused(obstacle.rawValue)
  }

  private func recycle(_ record: EncodedRecord) {
    record.completion = nil
    record.refusal = nil
    if spare.count < Self.mostSpare, record.byteCapacity <= Self.largestSpare { spare.append(record) }
  }
}
