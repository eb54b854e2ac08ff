// The entries that are being sent: formatted once, then offered to the kernel until it has taken all.
//
// All bytes lie in one array, so an entry costs no allocation of its own. A datagram has three parts: what all entries
// of one outcome share, the entry's own fields, and its number. The number is written only when the entry is offered:
// an entry that is given up must not use one (see `JournalWriter`).

import Authorization
import CCountersign
import Glibc
import PolicyLanguage

struct EntryWindow {
  /// Entries above this many bytes travel as sealed memory files.
  static let largestDatagram = 128 * 1_024
  private static let partsPerEntry = 3
  private static let entryLimit = Int(COUNTERSIGN_DATAGRAM_BATCH)
  private static let byteLimit = 512 * 1_024
  private static let smallestOffer = 4

  private struct Entry {
    var submission: Submission
    var range: Range<Int>
    var isFirst: Bool
    var isLast: Bool
    var mustBeSealed: Bool
  }

  private let allowPrefix: [UInt8]
  private let denyPrefix: [UInt8]
  private var body = EntryBytes()
  private var numbers = EntryBytes()
  private var entries: [Entry] = []
  /// First entry that was not taken.
  private var next = 0
  /// Entries offered in one call: few while journald takes few, so that a full socket costs little work in vain.
  private var offerLimit = EntryWindow.entryLimit

  init(startID: Text) {
    func prefix(_ id: MessageID, _ decision: StaticString, priority: StaticString) -> [UInt8] {
      var entry = EntryBytes()
      entry.append(.messageID, Text(id.rawValue))
      entry.append(.priority, plain: priority)
      entry.append(.syslogIdentifier, plain: "countersignd")
      entry.append(.decision, plain: decision)
      entry.append(.startID, startID)
      return entry.bytes
    }
    allowPrefix = prefix(.allow, "allow", priority: "6")
    denyPrefix = prefix(.deny, "deny", priority: "5")
  }

  var isEmpty: Bool { next == entries.count }
  var hasRoom: Bool { entries.count < Self.entryLimit && body.count < Self.byteLimit }

  /// The decision whose entry is next. INVARIANT: not asked of an empty window.
  var head: Submission { entries[next].submission }

  /// Formats all entries of one decision.
  mutating func append(_ submission: Submission) {
    if isEmpty { removeAll() }
    for (index, involved) in submission.involved.enumerated() {
      let start = body.count
      JournalRecord(submission: submission, involved: involved).encode(into: &body)
      entries.append(
        Entry(
          submission: submission, range: start..<body.count, isFirst: index == 0,
          isLast: index == submission.involved.count - 1,
          mustBeSealed: body.count - start + 512 > Self.largestDatagram))
    }
  }

  /// Notes that the kernel took `count` entries.
  /// - Parameter finished: called with each decision that has all its entries in the journal now.
  mutating func advance(_ count: Int, finished: (Submission) -> Void) {
    for entry in entries[next..<next + count] where entry.isLast { finished(entry.submission) }
    next += count
    if isEmpty { removeAll() }
  }

  /// Takes the head decision's remaining entries out.
  /// - Returns: how many there were, and whether none had been taken before.
  mutating func dropHead() -> (submission: Submission, entries: Int, isWhole: Bool) {
    let isWhole = entries[next].isFirst
    let submission = entries[next].submission
    var count = 1
    while !entries[next + count - 1].isLast { count += 1 }
    next += count
    if isEmpty { removeAll() }
    return (submission, count, isWhole)
  }

  /// From now on the head entry travels as a memory file.
  mutating func sealHead() { entries[next].mustBeSealed = true }
  var isHeadSealed: Bool { entries[next].mustBeSealed }

  /// Offers what can go in one call: small entries together, a large one alone.
  /// - Parameter sequence: number of the first entry.
  /// - Parameter dropped: entries lost before it; said in it unless 0.
  /// - Returns: how many the kernel took, or -errno when it did not take the first.
  mutating func offer(to socket: borrowing JournalSocket, sequence: UInt64, dropped: UInt64) -> Int {
    let isSealed = entries[next].mustBeSealed
    var end = next + 1
    if !isSealed {
      while end < entries.count, end - next < offerLimit, !entries[end].mustBeSealed { end += 1 }
    }
    numbers.removeAll(keepingUpTo: .max)
    var ends: [Int] = []
    ends.reserveCapacity(end - next)
    for offset in 0..<end - next {
      numbers.append(.sequence, number: sequence + UInt64(offset))
      if offset == 0, dropped > 0 { numbers.append(.dropped, number: dropped) }
      ends.append(numbers.count)
    }
    let taken = withParts(next..<end, numberEnds: ends) { parts in
      guard isSealed else { return socket.send(parts, partsPerEntry: Self.partsPerEntry) }
      let failure = socket.sendSealed(parts)
      return failure < 0 ? failure : 1
    }
    let wasEnough = taken == end - next
    offerLimit = min(Self.entryLimit, wasEnough ? offerLimit * 2 : max(Self.smallestOffer, taken * 2))
    return taken
  }

  private func withParts<Result>(
    _ indices: Range<Int>, numberEnds: [Int], _ body: (UnsafeBufferPointer<iovec>) -> Result
  ) -> Result {
    func part(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> iovec {
      // The kernel only reads it; iovec has no const form.
      iovec(
        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress.map { $0 + range.lowerBound }),
        iov_len: range.count)
    }
    return self.body.bytes.withUnsafeBytes { own in
      numbers.bytes.withUnsafeBytes { numbers in
        allowPrefix.withUnsafeBytes { allow in
          denyPrefix.withUnsafeBytes { deny in
            withUnsafeTemporaryAllocation(of: iovec.self, capacity: indices.count * Self.partsPerEntry) { parts in
              var numberStart = 0
              for (place, index) in indices.enumerated() {
                let entry = entries[index]
                let prefix = entry.submission.decision.outcome == .allow ? allow : deny
                let first = place * Self.partsPerEntry
                parts.initializeElement(at: first, to: part(prefix, 0..<prefix.count))
                parts.initializeElement(at: first + 1, to: part(own, entry.range))
                parts.initializeElement(at: first + 2, to: part(numbers, numberStart..<numberEnds[place]))
                numberStart = numberEnds[place]
              }
              return body(UnsafeBufferPointer(parts))
            }
          }
        }
      }
    }
  }

  private mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    next = 0
    body.removeAll(keepingUpTo: 2 * Self.byteLimit)
  }
}
