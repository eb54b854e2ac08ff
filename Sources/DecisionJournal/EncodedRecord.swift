// One decision on its way to journald: its entries as bytes, until when they may wait, and who waits for them.
//
// It goes from hand to hand and is used again: the recorder fills it, the ring carries it, the writer sends it and notes
// what became of it, the recorder tells whoever waits. Each entry ends with room for its number, which is known only
// when the entry is offered to the kernel.

import Authorization
import PolicyLanguage

/// What all entries of an outcome share, made once for each start.
struct EntryPrefixes: Sendable {
  let allow: [UInt8]
  let deny: [UInt8]

  init(startID: EventID) {
    func prefix(_ id: MessageID, _ decision: StaticString, priority: StaticString) -> [UInt8] {
      var entry = EntryBytes()
      entry.append(.messageID, id.rawValue)
      entry.append(.priority, plain: priority)
      entry.append(.syslogIdentifier, plain: "countersignd")
      entry.append(.decision, plain: decision)
      entry.append(.startID, startID)
      return Array(entry[0..<entry.count])
    }
    allow = prefix(.allow, "allow", priority: "6")
    deny = prefix(.deny, "deny", priority: "5")
  }
}

// INVARIANT: one thread at a time touches it: the recorder's until `RecordRing.submit`, then the writer's until
// `RecordRing.finish`, then the recorder's again. The ring's counters order the one before the other. `completion` is
// the recorder's thread's alone.
final class EncodedRecord: @unchecked Sendable {
  /// `NUMBER\n`, and `COUNTERSIGN_DROPPED=NUMBER\n` where entries were lost.
  private static let numberRoom = 64

  private var bytes = EntryBytes()
  /// Of each entry the bytes before its number; the room follows.
  private var entries: [Range<Int>] = []
  /// `MonotonicClock` nanoseconds.
  var deadline: UInt64 = 0
  /// Why journald did not take it; nil when it did.
  var refusal: String?
  /// Nil in best-effort mode, where nobody waits.
  var completion: ((DecisionJournal.Acceptance) -> Void)?

  /// One for each account involved; never 0.
  var entryCount: Int { entries.count }
  /// Of all entries.
  var byteCount: Int { bytes.count }
  /// Memory that it keeps.
  var byteCapacity: Int { bytes.capacity }

  /// Makes the entries of a decision in place of those that it had.
  func encode(_ record: JournalRecord, prefixes: EntryPrefixes, ids: inout EventIDSource) {
    Self.encode(record, prefixes: prefixes, ids: &ids, into: &bytes, &entries)
  }

  private static func encode(
    _ record: JournalRecord, prefixes: EntryPrefixes, ids: inout EventIDSource, into bytes: inout EntryBytes,
    _ entries: inout [Range<Int>]
  ) {
    bytes.removeAll()
    entries.removeAll(keepingCapacity: true)
    let prefix = record.decision.outcome == .allow ? prefixes.allow : prefixes.deny
    prefix.withUnsafeBytes { bytes.append($0) }
    record.encodeCommon(into: &bytes)
    let common = 0..<bytes.count
    record.forEachAccount { involved in
      let start = entries.isEmpty ? 0 : bytes.count
      if start > 0 { bytes.append(copyOf: common) }
      record.encode(for: involved, id: ids.make(), into: &bytes)
      bytes.begin(.sequence)
      entries.append(start..<bytes.count)
      bytes.appendRoom(numberRoom)
    }
  }

  /// About the bytes of an entry, which tells how it has to travel.
  func size(of entry: Int) -> Int { entries[entry].count + Self.numberRoom }

  /// The entry with its number; the bytes are there until the next call for the same entry.
  /// - Parameter dropped: entries lost before it; said in it unless 0.
  func bytes(of entry: Int, sequence: UInt64, dropped: UInt64) -> UnsafeRawBufferPointer {
    let range = entries[entry]
    var end = bytes.overwrite(at: range.upperBound, number: sequence)
    end = bytes.overwrite(at: end, "\n")
    if dropped > 0 {
      end = bytes.overwrite(at: end, "COUNTERSIGN_DROPPED=")
      end = bytes.overwrite(at: end, number: dropped)
      end = bytes.overwrite(at: end, "\n")
    }
    return bytes[range.lowerBound..<end]
  }
}
