// What became of entries: counted by whoever decides it, read by anyone, exact since the start.

import Synchronization

/// Entries that were not written. One for each thread that drops some, so that they do not share it.
final class LossCount: Sendable {
  let dropped = Atomic<UInt64>(0)
  let lost = Atomic<UInt64>(0)

  /// - Parameter isKnown: whether their decision was refused whole, so that whoever asked knows of it.
  func add(_ entries: Int, isKnown: Bool) {
    dropped.wrappingAdd(UInt64(entries), ordering: .relaxed)
    if !isKnown { lost.wrappingAdd(UInt64(entries), ordering: .relaxed) }
  }
}

final class JournalCounters: Sendable {
  let written = Atomic<UInt64>(0)
  /// Dropped by the writer.
  let losses = LossCount()
  let isReachable = Atomic<Bool>(false)
  /// Whether an entry was given up since journald last took one: then none is made in best-effort mode.
  let isAway = Atomic<Bool>(false)
}
