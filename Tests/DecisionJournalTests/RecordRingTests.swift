// The way between recorders and the writer, under load: every record arrives once, in order, and comes back once.

import Authorization
import Glibc
import PolicyLanguage
import Synchronization
import Testing

@testable import DecisionJournal

@Suite("Record ring") struct RecordRingTests {
  @Test("records come out in order, come back when they are finished, and more go through than there are slots")
  func order() {
    let notifications = Atomic<Int>(0)
    let ring = RecordRing(capacity: 16) { notifications.wrappingAdd(1, ordering: .relaxed) }
    var submitted: UInt64 = 0
    var taken: UInt64 = 0
    for round in 1...100 {
      let records = (0..<1 + round % 16).map { _ in EncodedRecord() }
      for record in records {
        #expect(ring.submit(record, as: submitted))
        submitted += 1
      }
      for record in records {
        #expect(ring.next(after: taken) === record)
        taken += 1
      }
      #expect(ring.next(after: taken) == nil)
      var returned: [EncodedRecord] = []
      ring.collect { returned.append($0) }
      #expect(returned.isEmpty)
      // However often the writer says so, the recorder is told once for each time it looks.
      ring.finish(upTo: taken - 1, isWaitedFor: true)
      ring.finish(upTo: taken, isWaitedFor: true)
      #expect(notifications.load(ordering: .relaxed) == round)
      ring.collect { returned.append($0) }
      #expect(returned.map(ObjectIdentifier.init) == records.map(ObjectIdentifier.init))
    }
  }

  @Test("a closed ring takes nothing more and gives out what it has")
  func closing() {
    let ring = RecordRing(capacity: 16) {}
    let (first, second) = (EncodedRecord(), EncodedRecord())
    #expect(ring.submit(first, as: 0))
    ring.close()
    #expect(!ring.submit(second, as: 1))
    #expect(ring.next(after: 0) === first)
    #expect(ring.next(after: 1) == nil)
  }

  @Test("a ring that is let go lets its records go")
  func letGo() {
    weak var record: EncodedRecord?
    do {
      let ring = RecordRing(capacity: 16) {}
      let submitted = EncodedRecord()
      record = submitted
      #expect(ring.submit(submitted, as: 0))
    }
    #expect(record == nil)
  }

  @Test("what to call later is asked for only when there is something to wait for")
  func completion() throws {
    let directory = try TemporaryDirectory()
    var configuration = DecisionJournal.Configuration()
    configuration.socketPath = directory.file("socket")
    for mode in [AuditMode.bestEffort, .required] {
      configuration.mode = mode
      let journal = try DecisionJournal(configuration: configuration)
      let recorder = journal.makeRecorder {}
      var asked = 0
      func record() -> DecisionJournal.Acceptance? {
        recorder.record(
          Sample.crossAccount(), of: Sample.request(), eventID: recorder.makeEventID(), peer: Sample.peer
        ) {
          asked += 1
          return { _ in }
        }
      }
      #expect(record() == (mode == .required ? nil : .accepted))
      #expect(asked == (mode == .required ? 1 : 0))
      journal.close()
      #expect(record() == (mode == .required ? .refused("the journal is closed") : .accepted))
      #expect(asked == (mode == .required ? 1 : 0))
    }
  }

  @Test(
    "many threads with small queues: no record is lost, doubled, mixed up or out of order, and each is told once",
    arguments: [0, 4, 8])
  func manyRecorders(ofThemAlone alone: Int) throws {
    let (threads, decisions) = (8, 2_000)
    let directory = try TemporaryDirectory()
    let receiver = try DatagramReceiver(at: directory.file("socket"))
    var configuration = DecisionJournal.Configuration()
    configuration.socketPath = receiver.path
    configuration.deadlineMilliseconds = 60_000
    configuration.capacity = 24
    let journal = try DecisionJournal(configuration: configuration)

    let producers = try (0..<threads).map { thread in
      try JournalThread(name: "producer") {
        if thread < alone {
          Self.recordAlone(decisions, as: thread, in: journal)
        } else {
          Self.record(decisions, as: thread, in: journal)
        }
      }
    }
    var next = [Int](repeating: 0, count: threads)
    for sequence in 1...2 * threads * decisions {
      let entry = try #require(try receiver.entry(milliseconds: 30_000), "entry \(sequence)")
      #expect(entry.only("COUNTERSIGN_SEQUENCE") == "\(sequence)")
      let id = entry.only("COUNTERSIGN_REQUEST_ID")?.split(separator: " ") ?? []
      try #require(id.count == 3)
      let (thread, number) = (try #require(Int(id[0])), try #require(Int(id[1])))
      // Two entries for each decision: the caller's, then the owner's.
      #expect(number == next[thread] / 2)
      #expect(entry.only("COUNTERSIGN_PERSPECTIVE") == (next[thread] % 2 == 0 ? "caller" : "owner"))
      #expect(id[2] == Self.padding(number))
      next[thread] += 1
    }
    for producer in producers { producer.join() }
    journal.close()
    #expect(journal.statistics.writtenEntries == UInt64(2 * threads * decisions))
    // What was refused because the queue was full was tried again.
    #expect(journal.statistics.lostEntries == 0)
  }

  /// One thread that has one record at a time, as an event loop with a lone request.
  private static func recordAlone(_ decisions: Int, as thread: Int, in journal: DecisionJournal) {
    let mustDeliver = Signal()
    let isDue: @Sendable () -> Void = { mustDeliver.flag.store(true, ordering: .sequentiallyConsistent) }
    let recorder = journal.makeRecorder(soon: isDue, notify: isDue)
    for number in 0..<decisions {
      var acceptance = recorder.record(
        Sample.crossAccount(), of: Sample.request(requestID: Text("\(thread) \(number) \(padding(number))")),
        eventID: recorder.makeEventID(), peer: Sample.peer)
      #expect(acceptance == nil)
      recorder.whenKnown { acceptance = $0 }
      while acceptance == nil {
        if mustDeliver.flag.exchange(false, ordering: .sequentiallyConsistent) { recorder.deliver() }
        sched_yield()
      }
      #expect(acceptance == .accepted)
    }
  }

  /// Entries of many lengths.
  private static func padding(_ number: Int) -> String { String(repeating: "x", count: 1 + number % 3_000) }

  /// One thread with a recorder of its own, told on itself.
  private static func record(_ decisions: Int, as thread: Int, in journal: DecisionJournal) {
    let mustDeliver = Signal()
    let recorder = journal.makeRecorder { mustDeliver.flag.store(true, ordering: .sequentiallyConsistent) }
    var told = 0
    func deliverIfNotified() -> Bool {
      guard mustDeliver.flag.exchange(false, ordering: .sequentiallyConsistent) else { return false }
      recorder.deliver()
      return true
    }
    for number in 0..<decisions {
      let request = Sample.request(requestID: Text("\(thread) \(number) \(padding(number))"))
      while true {
        let known = recorder.record(
          Sample.crossAccount(), of: request, eventID: recorder.makeEventID(), peer: Sample.peer
        ) {
          { acceptance in
            #expect(acceptance == .accepted)
            #expect(told == number)
            told += 1
          }
        }
        guard let known else { break }
        #expect(known == .refused("too many records wait for journald"))
        while !deliverIfNotified() { sched_yield() }
      }
      _ = deliverIfNotified()
    }
    #expect(eventually { deliverIfNotified() && told == decisions || told == decisions })
  }
}

private final class Signal: Sendable {
  let flag = Atomic<Bool>(false)
}
