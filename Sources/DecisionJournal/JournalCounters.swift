// What became of entries: counted by whoever decides it, read by anyone, exact since the start.

import Synchronization

final class JournalCounters: Sendable {
  let written = Atomic<UInt64>(0)
  let dropped = Atomic<UInt64>(0)
  let lost = Atomic<UInt64>(0)
  let isReachable = Atomic<Bool>(false)

  /// - Parameter isKnown: whether their decision was refused whole, so that whoever asked knows of it.
  func drop(_ entries: Int, isKnown: Bool) {
    dropped.add(UInt64(entries), ordering: .relaxed)
    if !isKnown { lost.add(UInt64(entries), ordering: .relaxed) }
  }

  var statistics: DecisionJournal.Statistics {
    var statistics = DecisionJournal.Statistics()
    statistics.writtenEntries = written.load(ordering: .relaxed)
    statistics.droppedEntries = dropped.load(ordering: .relaxed)
    statistics.lostEntries = lost.load(ordering: .relaxed)
    statistics.isReachable = isReachable.load(ordering: .relaxed)
    return statistics
  }
}
