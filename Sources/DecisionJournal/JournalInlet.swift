// What the recorders of a journal share with each other and with the writer: settings, and where they meet.

import Synchronization

final class JournalInlet: Sendable {
  let mode: AuditMode
  let deadlineNanoseconds: UInt64
  /// Of each recorder.
  let entryCapacity: Int
  let byteCapacity: Int
  let prefixes: EntryPrefixes
  let registry = RingRegistry()
  let bell = WriterBell()
  let counters = JournalCounters()

  init(_ configuration: DecisionJournal.Configuration, startID: EventID) {
    mode = configuration.mode
    deadlineNanoseconds = UInt64(max(configuration.deadlineMilliseconds, 1)) * 1_000_000
    entryCapacity = configuration.capacity
    byteCapacity = configuration.capacityBytes
    prefixes = EntryPrefixes(startID: startID)
  }

  /// Wakes the writer to write what waits, and end.
  func close() {
    registry.close()
    bell.ring()
  }

  var statistics: DecisionJournal.Statistics {
    var statistics = DecisionJournal.Statistics()
    statistics.writtenEntries = counters.written.load(ordering: .relaxed)
    statistics.isReachable = counters.isReachable.load(ordering: .relaxed)
    for losses in [counters.losses] + registry.snapshot.rings.map(\.losses) {
      statistics.droppedEntries += losses.dropped.load(ordering: .relaxed)
      statistics.lostEntries += losses.lost.load(ordering: .relaxed)
    }
    return statistics
  }
}
