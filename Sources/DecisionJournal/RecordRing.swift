// The way from one thread that records to the writer, and back: no lock, no memory of its own for a record, no wait.
//
// Records lie in a circle of slots. The recorder puts them in, the writer takes them out in the same order, says of each
// when it is finished, and the recorder takes the finished ones back to use them again. Only one thread moves each
// of the counters, so that neither ever waits for the other:
//
//     collected (recorder) <= finished (writer) <= taken (writer) <= submitted (recorder) <= collected + slots

import Synchronization

// INVARIANT: the recorder alone calls `submit` and `collect`, the writer alone `next(after:)` and `finish`.
// A slot, and the record in it, is the recorder's while its number is below `collected + slots` and not yet `submitted`,
// or is `finished`; in between it is the writer's. `submit` releases what `next` acquires (the record's bytes, the slot),
// and `finish` releases what `collect` acquires (what became of it). So no slot is ever reached by both.
final class RecordRing: @unchecked Sendable {
  /// Set in `submitted` when no more may come; what was submitted before is still written.
  private static let closed: UInt64 = 1 << 63

  private let slots: UnsafeMutablePointer<Unmanaged<EncodedRecord>>
  private let mask: UInt64
  private let submitted = Atomic<UInt64>(0)
  private let finished = Atomic<UInt64>(0)
  /// Whether the recorder's thread was told of finished records and has not looked yet.
  private let isNotified = Atomic<Bool>(false)
  private let notify: @Sendable () -> Void
  /// The recorder's own: how many it has taken back.
  private var collected: UInt64 = 0
  /// Dropped by the recorder.
  let losses = LossCount()

  /// - Parameter capacity: records at least.
  init(capacity: Int, notify: @escaping @Sendable () -> Void) {
    var slotCount = 16
    while slotCount < capacity { slotCount *= 2 }
    slots = .allocate(capacity: slotCount)
    mask = UInt64(slotCount - 1)
    self.notify = notify
  }

  deinit {
    let end = submitted.load(ordering: .relaxed) & ~Self.closed
    while collected < end { takeBack().release() }
    slots.deallocate()
  }

  // MARK: Of the recorder

  /// False when the ring is closed; then the record is still the recorder's.
  /// INVARIANT: fewer records are under way than the ring has slots.
  func submit(_ record: EncodedRecord, as number: UInt64) -> Bool {
    precondition(number &- collected <= mask)
    let slot = slots + Int(number & mask)
    slot.initialize(to: Unmanaged.passRetained(record))
    // Only closing changes it beside this, so it fails for no other reason. Sequentially consistent for `WriterBell`.
    let (isOpen, _) = submitted.compareExchange(
      expected: number, desired: number + 1, ordering: .sequentiallyConsistent)
    if !isOpen { slot.pointee.release() }
    return isOpen
  }

  /// The recorder looks soon, whatever it is told: until then it is not told.
  func willCollect() { isNotified.store(true, ordering: .sequentiallyConsistent) }

  /// Hands every finished record back, in order.
  func collect(_ body: (EncodedRecord) -> Void) {
    // Before looking: whatever is finished after the look notifies again.
    isNotified.store(false, ordering: .sequentiallyConsistent)
    let end = finished.load(ordering: .sequentiallyConsistent)
    while collected < end { body(takeBack().takeRetainedValue()) }
  }

  private func takeBack() -> Unmanaged<EncodedRecord> {
    defer { collected += 1 }
    return slots[Int(collected & mask)]
  }

  // MARK: Of the writer

  /// The record after `taken` ones; nil when there is none yet.
  func next(after taken: UInt64) -> EncodedRecord? {
    guard taken < submitted.load(ordering: .sequentiallyConsistent) & ~Self.closed else { return nil }
    return slots[Int(taken & mask)].takeUnretainedValue()
  }

  /// Gives back all records up to `number`.
  /// - Parameter isWaitedFor: whether the recorder's thread has to be told.
  func finish(upTo number: UInt64, isWaitedFor: Bool) {
    finished.store(number, ordering: .sequentiallyConsistent)
    guard isWaitedFor, !isNotified.exchange(true, ordering: .sequentiallyConsistent) else { return }
    notify()
  }

  // MARK: Of whoever closes the journal

  func close() { submitted.bitwiseOr(Self.closed, ordering: .sequentiallyConsistent) }
}
