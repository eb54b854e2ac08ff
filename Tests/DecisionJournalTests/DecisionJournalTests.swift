// Both audit modes against a socket that a test owns: a missing, deaf, full or replaced one is the kernel's own doing.

import Authorization
import Glibc
import PolicyLanguage
import Testing

@testable import DecisionJournal

@Suite("Audit modes", .serialized) struct DecisionJournalTests {
  let directory: TemporaryDirectory
  var path: String { directory.file("socket") }

  init() throws { directory = try TemporaryDirectory() }

  func journal(
    _ mode: AuditMode, deadline: Int = 150, capacity: Int = 65_536, bytes: Int = 64 << 20, log: DaemonLog? = nil
  ) throws -> SharedJournal {
    var configuration = DecisionJournal.Configuration()
    configuration.mode = mode
    configuration.socketPath = path
    configuration.deadlineMilliseconds = deadline
    configuration.capacity = capacity
    configuration.capacityBytes = bytes
    configuration.log = log
    return try SharedJournal(configuration: configuration)
  }

  func record(
    _ decision: Decision, _ request: AuthorizationRequest = Sample.request(), in journal: SharedJournal,
    _ acceptances: Acceptances
  ) {
    journal.record(decision, of: request, completion: acceptances.add)
  }

  func sequences(_ entries: [ParsedEntry]) -> [Int] {
    entries.compactMap { $0.only("COUNTERSIGN_SEQUENCE").flatMap { Int($0) } }
  }

  @Test("both entries are sent before the record is accepted, with every field of the contract exactly once")
  func accepted() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(.required)
    let acceptances = Acceptances()
    record(Sample.crossAccount(), in: journal, acceptances)
    record(Sample.crossAccount(.deny), in: journal, acceptances)
    #expect(acceptances.wait(for: 2))
    #expect(acceptances.accepted == 2)
    let entries = try receiver.drain()
    try #require(entries.count == 4)
    #expect(sequences(entries) == [1, 2, 3, 4])
    let whole = JournalField.allCases.filter { $0 != .dropped && $0 != .grantToken }
    for entry in entries {
      #expect(Set(entry.fields.map(\.name)) == Set(whole.map(\.rawValue)))
      #expect(entry.fields.count == whole.count)
      #expect(entry.only("COUNTERSIGN_START_ID") == "\(journal.startID)")
      #expect(entry.only("SYSLOG_IDENTIFIER") == "countersignd")
    }
    #expect(entries.map { $0.only("PRIORITY") } == ["6", "6", "5", "5"])
    #expect(entries.map { $0.only("COUNTERSIGN_DECISION") } == ["allow", "allow", "deny", "deny"])
    #expect(entries[0].only("MESSAGE_ID") == MessageID.allow.rawValue)
    #expect(entries[2].only("MESSAGE_ID") == MessageID.deny.rawValue)
    #expect(entries[0].only("COUNTERSIGN_SHARED_EVENT_ID") == entries[1].only("COUNTERSIGN_SHARED_EVENT_ID"))
    journal.close()
    #expect(journal.statistics.writtenEntries == 4)
    #expect(journal.statistics.droppedEntries == 0)
  }

  @Test("a request id of 1 MB with newlines, NUL and `=` is sent whole, sealed, between small ones in order")
  func large() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(.required, deadline: 5_000)
    let acceptances = Acceptances()
    let hostile = Array("\0=\nCOUNTERSIGN_DECISION=allow\n".utf8)
    let id = Text(utf8: (0..<1 << 20).map { hostile[$0 % hostile.count] })
    record(Sample.sameAccount(), in: journal, acceptances)
    record(Sample.crossAccount(.deny), Sample.request(requestID: id), in: journal, acceptances)
    record(Sample.sameAccount(), in: journal, acceptances)
    #expect(acceptances.wait(for: 3))
    #expect(acceptances.accepted == 3)
    var entries: [ParsedEntry] = []
    var seals: [Int32?] = []
    for _ in 0..<4 {
      let received = try #require(try receiver.receive())
      seals.append(received.seals)
      entries += try NativeProtocol.parse(received.bytes)
    }
    #expect(seals == [nil, 0xF, 0xF, nil])
    #expect(sequences(entries) == [1, 2, 3, 4])
    for entry in entries[1...2] {
      #expect(entry.all("COUNTERSIGN_REQUEST_ID") == [Array(id.utf8)])
      #expect(entry.texts("COUNTERSIGN_DECISION") == ["deny"])
    }
  }

  @Test("entries of every size around the largest datagram arrive whole")
  func aroundTheLimit() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(.required, deadline: 5_000)
    let acceptances = Acceptances()
    for count in stride(from: 100_000, through: 260_000, by: 20_000) {
      record(
        Sample.sameAccount(), Sample.request(requestID: Text(utf8: [UInt8](repeating: 0x61, count: count))),
        in: journal, acceptances)
      let entry = try #require(try receiver.entry())
      #expect(entry.all("COUNTERSIGN_REQUEST_ID")[0].count == count)
    }
    #expect(acceptances.wait(for: 9))
    #expect(acceptances.accepted == 9)
  }

  @Test("required: without a socket, or with nobody bound to it, records are refused at the deadline, not later")
  func unreachable() throws {
    for isBound in [false, true] {
      if isBound { _ = try DatagramReceiver(at: path) }
      let journal = try journal(.required)
      let acceptances = Acceptances()
      let time = milliseconds {
        for _ in 0..<100 { record(Sample.crossAccount(), in: journal, acceptances) }
        #expect(acceptances.wait(for: 100))
      }
      #expect((150..<1_500).contains(time), "\(time) ms")
      #expect(acceptances.refusals.count == 100)
      let why = isBound ? "Connection refused" : "No such file or directory"
      #expect(
        acceptances.refusals.allSatisfy { $0 == "journald at `\(path)` did not take the record within 150 ms: \(why)" })
      #expect(journal.statistics.isReachable == false)
      #expect(journal.statistics.droppedEntries == 200)
      #expect(journal.statistics.lostEntries == 0)
    }
  }

  @Test("required: a journald that does not read refuses every record by its own deadline; numbers show only real loss")
  func stalledRequired() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(.required, deadline: 200)
    let acceptances = Acceptances()
    let time = milliseconds {
      for _ in 0..<3_000 { record(Sample.crossAccount(), in: journal, acceptances) }
      #expect(acceptances.wait(for: 3_000))
    }
    #expect(time < 2_000, "\(time) ms")
    let stalled = journal.statistics
    // On a busy machine a record's time may be up before it was ever offered to the full socket.
    let causes = ["its socket is full", "the queue is too long"]
    #expect(
      acceptances.refusals.allSatisfy { refusal in causes.contains { refusal.hasSuffix("within 200 ms: \($0)") } })
    #expect(stalled.writtenEntries + stalled.droppedEntries == 6_000)
    // The kernel may have taken the first entry of a decision and not the second: that one loss is real.
    #expect(Int(stalled.writtenEntries) == 2 * acceptances.accepted + Int(stalled.lostEntries))
    #expect(stalled.lostEntries <= 1)
    #expect(stalled.isReachable == false)

    let before = try receiver.drain()
    #expect(UInt64(before.count) == stalled.writtenEntries)
    #expect(sequences(before) == Array(1...before.count))
    #expect(eventually { journal.statistics.isReachable })
    let later = Acceptances()
    record(Sample.crossAccount(), in: journal, later)
    #expect(later.wait(for: 1))
    #expect(later.accepted == 1)
    let after = try receiver.drain()
    let lost = Int(stalled.lostEntries)
    #expect(sequences(after) == [before.count + lost + 1, before.count + lost + 2])
    #expect(after[0].only("COUNTERSIGN_DROPPED") == (lost > 0 ? "\(lost)" : nil))
  }

  @Test("best-effort: nobody waits, drops are exact in the statistics, in the next entry and in the sequence")
  func stalledBestEffort() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(.bestEffort, deadline: 100, capacity: 1_000)
    let acceptances = Acceptances()
    let time = milliseconds {
      for _ in 0..<2_000 { record(Sample.crossAccount(), in: journal, acceptances) }
    }
    #expect(acceptances.accepted == 2_000)
    #expect(time < 2_000, "\(time) ms")
    #expect(
      eventually {
        let statistics = journal.statistics
        return statistics.writtenEntries + statistics.droppedEntries == 4_000
      })
    let dropped = journal.statistics.droppedEntries
    #expect(dropped > 0)
    #expect(journal.statistics.lostEntries == dropped)
    let before = try receiver.drain()
    #expect(UInt64(before.count) + dropped == 4_000)

    #expect(eventually { journal.statistics.isReachable })
    record(Sample.sameAccount(), in: journal, acceptances)
    let next = try #require(try receiver.entry())
    // Some of the loss may have been told by an entry that the kernel still took.
    let told = (before + [next]).compactMap { $0.only("COUNTERSIGN_DROPPED").flatMap { UInt64($0) } }.reduce(0, +)
    #expect(told == dropped)
    #expect(next.only("COUNTERSIGN_SEQUENCE") == "4001")
    let all = sequences(before + [next])
    #expect(zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test(
    "best-effort: while no journald is there entries are counted at once, whatever the deadline, and told when it is")
  func away() throws {
    let journal = try journal(.bestEffort, deadline: 60_000)
    let acceptances = Acceptances()
    // Those that came before the writer had looked wait for journald.
    var recorded = 0
    #expect(
      eventually {
        record(Sample.crossAccount(), in: journal, acceptances)
        recorded += 2
        return journal.statistics.droppedEntries > 0
      })
    let waiting = recorded - 2
    for _ in 0..<10 { record(Sample.threeAccounts(), in: journal, acceptances) }
    #expect(journal.statistics.droppedEntries == 32)
    #expect(journal.statistics.lostEntries == 32)
    let receiver = try DatagramReceiver(at: path)
    #expect(eventually { journal.statistics.isReachable })
    record(Sample.sameAccount(), in: journal, acceptances)
    let entries = try receiver.drain()
    #expect(entries.count == waiting + 1)
    #expect(entries.compactMap { $0.only("COUNTERSIGN_DROPPED") } == ["32"])
    #expect(sequences(entries).last == waiting + 33)
    #expect(acceptances.accepted == acceptances.count)
  }

  @Test("a full queue refuses at once, in entries and in bytes")
  func full() throws {
    for (capacity, bytes) in [(4, 64 << 20), (65_536, 5_000)] {
      let journal = try journal(.required, deadline: 500, capacity: capacity, bytes: bytes)
      let acceptances = Acceptances()
      let time = milliseconds {
        for _ in 0..<3 { record(Sample.crossAccount(), in: journal, acceptances) }
      }
      #expect(time < 400, "\(time) ms")
      #expect(acceptances.refusals == ["too many records wait for journald"])
      #expect(acceptances.wait(for: 3))
      // What was given up made room.
      record(Sample.crossAccount(), in: journal, acceptances)
      #expect(acceptances.count == 3)
    }
  }

  @Test("a recorder is crowded long before it is full, and no more when its records are finished")
  func crowded() throws {
    for mode in [AuditMode.required, .bestEffort] {
      let receiver = try DatagramReceiver(at: path)
      var configuration = DecisionJournal.Configuration()
      configuration.mode = mode
      configuration.socketPath = path
      configuration.deadlineMilliseconds = 100
      configuration.capacity = 320
      let journal = try DecisionJournal(configuration: configuration)
      let recorder = journal.makeRecorder {}
      let peer = RecordedPeer(userID: 1, processID: 2)
      for count in 0..<10 {
        #expect(!recorder.isCrowded, "\(mode) \(count)")
        let known = recorder.record(
          Sample.crossAccount(), of: Sample.request(), eventID: recorder.makeEventID(), peer: peer)
        if known == nil { recorder.whenKnown { _ in } }
      }
      #expect(recorder.isCrowded == (mode == .required))
      let isFinished = eventually {
        recorder.deliver()
        return !recorder.isCrowded
      }
      #expect(isFinished)
      _ = try receiver.drain()
    }
  }

  @Test("the journal recovers by itself from a socket that comes late, goes, and is replaced")
  func recovery() throws {
    let journal = try journal(.required, deadline: 100)
    let acceptances = Acceptances()
    record(Sample.sameAccount(), in: journal, acceptances)
    #expect(acceptances.wait(for: 1))
    #expect(acceptances.refusals.count == 1)
    for round in 1...3 {
      let receiver = try DatagramReceiver(at: path)
      if round == 1 { #expect(eventually { journal.statistics.isReachable }) }
      let accepted = Acceptances()
      record(Sample.sameAccount(), in: journal, accepted)
      #expect(accepted.wait(for: 1))
      #expect(accepted.accepted == 1, "round \(round): \(accepted.refusals)")
      #expect(try receiver.entry()?.only("COUNTERSIGN_SEQUENCE") == "\(round)")
    }
    #expect(journal.statistics.writtenEntries == 3)
    #expect(journal.statistics.droppedEntries == 1)
  }

  @Test("a socket that appears within the deadline is in time")
  func appears() throws {
    let journal = try journal(.required, deadline: 5_000)
    let acceptances = Acceptances()
    record(Sample.sameAccount(), in: journal, acceptances)
    usleep(100_000)
    #expect(acceptances.count == 0)
    let receiver = try DatagramReceiver(at: path)
    #expect(acceptances.wait(for: 1))
    #expect(acceptances.accepted == 1)
    #expect(try receiver.entry() != nil)
  }

  @Test("close writes what waits, answers everything, and later records are refused")
  func closing() throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(.required, deadline: 1_000)
    let acceptances = Acceptances()
    for _ in 0..<4 { record(Sample.sameAccount(), in: journal, acceptances) }
    journal.close()
    #expect(acceptances.accepted == 4)
    record(Sample.sameAccount(), in: journal, acceptances)
    #expect(acceptances.refusals == ["the journal is closed"])
    journal.close()
    #expect(try receiver.drain().count == 4)

    unlink(path)
    let deaf = try self.journal(.required, deadline: 200)
    for _ in 0..<4 { record(Sample.sameAccount(), in: deaf, acceptances) }
    let time = milliseconds { deaf.close() }
    #expect(time < 1_500, "\(time) ms")
    #expect(acceptances.count == 9)
  }

  @Test("a journal that is let go from its own thread ends without waiting for itself")
  func letGo() throws {
    let receiver = try DatagramReceiver(at: path)
    let acceptances = Acceptances()
    do {
      let journal = try journal(.required)
      let add = acceptances.add
      journal.record(
        Sample.sameAccount(), completion: { acceptance in withExtendedLifetime(journal) { add(acceptance) } })
    }
    #expect(acceptances.wait(for: 1))
    #expect(try receiver.entry() != nil)
  }

  @Test("decisions of many threads have entries side by side and numbers without a gap")
  func manyThreads() async throws {
    let receiver = try DatagramReceiver(at: path)
    let journal = try journal(.required, deadline: 20_000)
    let acceptances = Acceptances()
    let recorders = (0..<4).map { _ in journal.makeRecorder() }
    await withTaskGroup(of: Void.self) { group in
      for recorder in recorders {
        group.addTask {
          for _ in 0..<250 { recorder.record(Sample.crossAccount(), completion: acceptances.add) }
        }
      }
    }
    var entries: [ParsedEntry] = []
    while entries.count < 2_000, let entry = try receiver.entry() { entries.append(entry) }
    #expect(sequences(entries) == Array(1...2_000))
    for pair in stride(from: 0, to: entries.count - 1, by: 2) {
      #expect(
        entries[pair].only("COUNTERSIGN_SHARED_EVENT_ID") == entries[pair + 1].only("COUNTERSIGN_SHARED_EVENT_ID"))
    }
    #expect(withExtendedLifetime(recorders) { acceptances.wait(for: 1_000) })
    #expect(acceptances.accepted == 1_000)
  }

  @Test("a socket path that no socket can have is an error at the start")
  func longPath() {
    var configuration = DecisionJournal.Configuration()
    configuration.socketPath = "/" + String(repeating: "x", count: 200)
    #expect(throws: JournalError.self) { try DecisionJournal(configuration: configuration) }
  }
}
