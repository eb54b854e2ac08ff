// A lone record, which its own thread sends while the writer sleeps: when that is so, and when it is not.

import Authorization
import Glibc
import PolicyLanguage
import Synchronization
import Testing

@testable import DecisionJournal

@Suite("Lone records", .serialized) struct LoneRecordTests {
  let directory: TemporaryDirectory
  var path: String { directory.file("socket") }

  init() throws { directory = try TemporaryDirectory() }

  func journal(_ mode: AuditMode = .required, deadline: Int = 5_000) throws -> DecisionJournal {
    var configuration = DecisionJournal.Configuration()
    configuration.mode = mode
    configuration.socketPath = path
    configuration.deadlineMilliseconds = deadline
    return try DecisionJournal(configuration: configuration)
  }

  func sequences(_ entries: [ParsedEntry]) -> [Int] {
    entries.compactMap { $0.only("COUNTERSIGN_SEQUENCE").flatMap { Int($0) } }
  }

  @Test("while the writer sleeps a lone record is accepted at the next deliver, and nobody is told of it elsewhere")
  func atOnce() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal()
    let thread = LoneThread(of: journal)
    var entries: [ParsedEntry] = []
    func isAcceptedAtOnce() throws -> Bool {
      let isAccepted = thread.record() == .accepted
      for _ in 0..<2 { entries.append(try #require(try receiver.entry())) }
      return isAccepted
    }
    // The writer sleeps a moment after it has started.
    #expect(try eventually(isAcceptedAtOnce))
    usleep(100_000)
    let before = thread.notifications
    for _ in 0..<20 { #expect(try isAcceptedAtOnce()) }
    #expect(thread.notifications == before)
    #expect(sequences(entries) == Array(1...2 * thread.recorded))
    #expect(journal.statistics.writtenEntries == UInt64(2 * thread.recorded))
  }

  @Test("a second record before the deliver goes to the writer with the first, and both are told once, in order")
  func second() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal()
    let thread = LoneThread(of: journal)
    for round in 0..<50 {
      #expect(thread.recordTwo() == [0, 1])
      let entries = try (0..<4).compactMap { _ in try receiver.entry() }
      #expect(sequences(entries) == Array(4 * round + 1...4 * round + 4))
    }
  }

  @Test(
    "a full socket is the writer's to wait for: the record is refused by its deadline, and its number tells what is lost"
  )
  func full() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(deadline: 200)
    let thread = LoneThread(of: journal)
    var accepted = 0
    while (thread.record() ?? thread.wait()) == .accepted {
      accepted += 1
      try #require(accepted < 10_000)
    }
    let statistics = journal.statistics
    #expect(statistics.isReachable == false)
    #expect(statistics.droppedEntries == 2 - (statistics.writtenEntries - 2 * UInt64(accepted)))
    #expect(sequences(try receiver.drain()) == Array(1...Int(statistics.writtenEntries)))

    // It goes on where it stopped, and says what is missing.
    #expect(eventually { journal.statistics.isReachable })
    #expect((thread.record() ?? thread.wait()) == .accepted)
    let next = Int(statistics.writtenEntries + statistics.lostEntries) + 1
    let entries = try receiver.drain()
    #expect(sequences(entries) == [next, next + 1])
    #expect(
      entries.first?.only("COUNTERSIGN_DROPPED")
        == (statistics.lostEntries > 0 ? "\(statistics.lostEntries)" : nil))
  }

  @Test("a journald that was replaced while nobody asked takes the next lone record")
  func replaced() throws {
    let journal = try journal()
    let thread = LoneThread(of: journal)
    for round in 0..<5 {
      let receiver = try DatagramReceiver(at: path)
      if round == 0 { #expect(eventually { journal.statistics.isReachable }) }
      #expect((thread.record() ?? thread.wait()) == .accepted)
      #expect(sequences(try receiver.drain()) == [2 * round + 1, 2 * round + 2])
    }
  }

  @Test("a lone record too large for a datagram arrives sealed")
  func large() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal()
    let thread = LoneThread(of: journal)
    usleep(100_000)
    let id = Text(utf8: [UInt8](repeating: 0x61, count: 1 << 20))
    #expect((thread.record(requestID: id) ?? thread.wait()) == .accepted)
    let seals = try (0..<2).map { _ in try receiver.receive()?.seals }
    #expect(seals == [0xF, 0xF])
  }

  @Test("a record that is held back when the journal is closed is written and told")
  func closed() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal()
    let thread = LoneThread(of: journal)
    usleep(50_000)
    thread.hold()
    journal.close()
    #expect(thread.wait() == .accepted)
    #expect(try receiver.drain().count == 2)
  }

  @Test("in best-effort mode, where nobody waits, no thread sends itself")
  func bestEffort() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(.bestEffort)
    let asked = Atomic<Int>(0)
    let recorder = journal.makeRecorder(soon: { asked.wrappingAdd(1, ordering: .relaxed) }, notify: {})
    for _ in 0..<4 {
      let known = recorder.record(
        Sample.crossAccount(), of: Sample.request(), eventID: recorder.makeEventID(), peer: Sample.peer)
      #expect(known == .accepted)
    }
    #expect(sequences(try receiver.drain()) == Array(1...8))
    let times = asked.load(ordering: .relaxed)
    #expect(times == 0)
  }
}

/// The test's thread as an event loop: `deliver` comes after what was recorded.
private final class LoneThread {
  private final class Told: Sendable {
    let soon = Atomic<Bool>(false)
    let notifications = Atomic<Int>(0)
  }

  private let told = Told()
  private let recorder: DecisionRecorder
  private var acceptance: DecisionJournal.Acceptance?
  private(set) var recorded = 0

  init(of journal: DecisionJournal) {
    recorder = journal.makeRecorder(
      soon: { [told] in told.soon.store(true, ordering: .relaxed) },
      notify: { [told] in told.notifications.wrappingAdd(1, ordering: .sequentiallyConsistent) })
  }

  var notifications: Int { told.notifications.load(ordering: .sequentiallyConsistent) }

  /// Records a decision and no more.
  func hold(requestID: Text = "") {
    recorded += 1
    acceptance = nil
    let known = recorder.record(
      Sample.crossAccount(), of: Sample.request(requestID: requestID), eventID: recorder.makeEventID(),
      peer: Sample.peer)
    #expect(known == nil)
    recorder.whenKnown { self.acceptance = $0 }
  }

  /// - Returns: what is known after one `deliver`.
  func record(requestID: Text = "") -> DecisionJournal.Acceptance? {
    if recorded > 0 { _ = wait() }
    hold(requestID: requestID)
    let isDue = told.soon.exchange(false, ordering: .relaxed)
    #expect(isDue)
    recorder.deliver()
    return acceptance
  }

  /// - Returns: what became of the last record.
  func wait() -> DecisionJournal.Acceptance? {
    _ = eventually {
      recorder.deliver()
      return acceptance != nil
    }
    return acceptance
  }

  /// Records two before the `deliver`; returns the order in which they were accepted.
  func recordTwo() -> [Int] {
    var order: [Int] = []
    for number in 0..<2 {
      let known = recorder.record(
        Sample.crossAccount(), of: Sample.request(), eventID: recorder.makeEventID(), peer: Sample.peer)
      #expect(known == nil)
      recorder.whenKnown { if $0 == .accepted { order.append(number) } }
    }
    _ = eventually {
      recorder.deliver()
      return order.count >= 2
    }
    return order
  }
}
