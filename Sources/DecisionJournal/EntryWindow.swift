// The entries that are being sent: taken from the recorders, offered to the kernel until it has taken all.
//
// The bytes stay where the recorder put them. An entry's number is written only when the entry is offered: one that is
// given up must not use one (see `JournalWriter`).

import CCountersign
import Glibc

struct EntryWindow {
  /// Entries above this many bytes travel as sealed memory files.
  static let largestDatagram = 128 * 1_024
  private static let entryLimit = Int(COUNTERSIGN_DATAGRAM_BATCH)
  private static let smallestOffer = 4

  /// A record of the source with this index among the writer's.
  struct Member {
    var record: EncodedRecord
    var source: Int
  }

  private struct Entry {
    var member: Member
    /// Place in the record.
    var index: Int
    var isLast: Bool
    var mustBeSealed: Bool
  }

  private var entries: [Entry] = []
  /// First entry that was not taken.
  private var next = 0
  /// Entries offered in one call: few while journald takes few, so that a full socket costs little work in vain.
  private var offerLimit = EntryWindow.entryLimit

  var isEmpty: Bool { next == entries.count }
  var hasRoom: Bool { entries.count < Self.entryLimit }

  /// The decision whose entry is next. INVARIANT: not asked of an empty window.
  var head: EncodedRecord { entries[next].member.record }

  /// Adds all entries of one decision.
  mutating func append(_ member: Member) {
    if isEmpty { removeAll() }
    let count = member.record.entryCount
    for index in 0..<count {
      entries.append(
        Entry(
          member: member, index: index, isLast: index == count - 1,
          mustBeSealed: member.record.size(of: index) > Self.largestDatagram))
    }
  }

  /// Notes that the kernel took `count` entries.
  /// - Parameter finished: called with each decision that has all its entries in the journal now.
  mutating func advance(_ count: Int, finished: (Member) -> Void) {
    for entry in entries[next..<next + count] where entry.isLast { finished(entry.member) }
    next += count
    if isEmpty { removeAll() }
  }

  /// Takes the head decision's remaining entries out.
  /// - Returns: how many there were.
  mutating func dropHead() -> (member: Member, remaining: Int) {
    let member = entries[next].member
    var count = 1
    while !entries[next + count - 1].isLast { count += 1 }
    next += count
    if isEmpty { removeAll() }
    return (member, count)
  }

  /// From now on the head entry travels as a memory file.
  mutating func sealHead() { entries[next].mustBeSealed = true }
  var isHeadSealed: Bool { entries[next].mustBeSealed }

  /// Offers what can go in one call: small entries together, a large one alone.
  /// - Parameter sequence: number of the first entry.
  /// - Parameter dropped: entries lost before it; said in it unless 0.
  /// - Returns: how many the kernel took, or -errno when it did not take the first.
  mutating func offer(to socket: borrowing JournalSocket, sequence: UInt64, dropped: UInt64) -> Int {
    if isHeadSealed {
      let failure = socket.sendSealed(part(next, sequence: sequence, dropped: dropped))
      return failure < 0 ? failure : 1
    }
    let count = entries[next...].prefix(offerLimit).prefix { !$0.mustBeSealed }.count
    let taken = withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { parts in
      for place in 0..<count {
        parts.initializeElement(
          at: place, to: part(next + place, sequence: sequence + UInt64(place), dropped: place == 0 ? dropped : 0))
      }
      return socket.send(UnsafeBufferPointer(parts))
    }
    offerLimit = min(Self.entryLimit, taken == count ? offerLimit * 2 : max(Self.smallestOffer, taken * 2))
    return taken
  }

  private func part(_ place: Int, sequence: UInt64, dropped: UInt64) -> iovec {
    let entry = entries[place]
    return JournalSocket.part(entry.member.record.bytes(of: entry.index, sequence: sequence, dropped: dropped))
  }

  private mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    next = 0
  }
}
