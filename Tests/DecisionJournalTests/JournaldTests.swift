// Against a real journald: what is read back is what was decided, whatever happens to journald meanwhile.
//
// Runs only beside a journald of its own (Tests/Integration/with_journald.sh); without one the suite is reported as
// skipped. It stops and kills that journald, so its tests run one after the other.

import Authorization
import Glibc
import PolicyLanguage
import Synchronization
import Testing

@testable import DecisionJournal

@Suite(
  "Real journald", .serialized, .enabled(if: getenv("COUNTERSIGN_JOURNALD") != nil, "run it with with_journald.sh"))
struct JournaldTests {
  func journal(_ mode: AuditMode, deadline: Int = 1_000) throws -> SharedJournal {
    var configuration = DecisionJournal.Configuration()
    configuration.mode = mode
    configuration.deadlineMilliseconds = deadline
    return try SharedJournal(configuration: configuration)
  }

  func record(
    _ decision: Decision, _ request: AuthorizationRequest = Sample.request(), eventID: EventID? = nil,
    in journal: SharedJournal, _ acceptances: Acceptances
  ) {
    journal.record(decision, of: request, eventID: eventID, completion: acceptances.add)
  }

  func signal(_ signal: Int32) throws {
    let file = String(cString: getenv("COUNTERSIGN_JOURNALD_PID_FILE"))
    let pid = try #require(pid_t(contents(of: file).filter(\.isNumber)))
    #expect(kill(pid, signal) == 0)
  }

  /// What journalctl, not our reader, finds of one start.
  func export(_ journal: SharedJournal) throws -> [ParsedEntry] {
    try run("journalctl --sync")
    return try NativeProtocol.parse(output(of: "journalctl -o export COUNTERSIGN_START_ID=\(journal.startID)"))
  }

  func sequences(_ entries: [ParsedEntry]) -> [Int] {
    entries.compactMap { $0.only("COUNTERSIGN_SEQUENCE").flatMap { Int($0) } }
  }

  @Test("100,000 mixed decisions: each account's record once, one shared id, no gap, no statement of another's")
  func mixed() throws {
    let total = 100_000
    let kinds: [(decision: Decision, request: AuthorizationRequest, accounts: [Text])] = [
      (Sample.crossAccount(), Sample.request(), [Sample.caller, Sample.owner]),
      (Sample.crossAccount(.deny), Sample.request(), [Sample.caller, Sample.owner]),
      (Sample.sameAccount(), Sample.request(), [Sample.owner]),
      (
        Sample.threeAccounts(), Sample.request(operation: "kms:ReEncrypt"), [Sample.caller, Sample.owner, Sample.third]
      ),
      (Sample.serviceCaller(), Sample.request(principal: "s3.amazonaws.com"), [Sample.owner]),
      (Sample.sameAccount(), Sample.request(), [Sample.owner]),
    ]
    let journal = try journal(.required, deadline: 20_000)
    let mark = UInt64.random(in: 0...UInt64.max)
    let acceptances = Acceptances()
    let time = milliseconds {
      for number in 0..<total {
        if number % 1_024 == 0 { _ = eventually { number - acceptances.count < 8_192 } }
        var kind = kinds[number % kinds.count]
        kind.request.requestID = Text("request-\(number)")
        record(kind.decision, kind.request, eventID: EventID(high: mark, low: UInt64(number)), in: journal, acceptances)
      }
      #expect(acceptances.wait(for: total, seconds: 60))
    }
    #expect(acceptances.accepted == total)
    let expected = (0..<total).reduce(0) { $0 + kinds[$1 % kinds.count].accounts.count }
    #expect(journal.statistics.writtenEntries == UInt64(expected))
    print("100,000 decisions, \(expected) entries: accepted in \(time) ms")

    try run("journalctl --sync")
    let fields: [JournalField] = [
      .requestID, .account, .sequence, .sharedEventID, .revision, .decision, .messageID, .eventID, .statements,
    ]
    let names = (fields.map(\.rawValue) + ["_UID"]).joined(separator: ",")
    let bytes = try output(
      of: "journalctl -o export --output-fields=\(names) COUNTERSIGN_START_ID=\(journal.startID)")
    var accountsOf = [[Text]](repeating: [], count: total)
    var seen: Set<String> = []
    var sequence = 0
    var faults: [String] = []
    try NativeProtocol.forEachEntry(bytes) { entry in
      sequence += 1
      guard let number = entry.only("COUNTERSIGN_REQUEST_ID").flatMap({ Int($0.dropFirst("request-".count)) }),
        let account = entry.only("COUNTERSIGN_ACCOUNT")
      else { return faults.append("entry \(sequence) has no request id or account") }
      accountsOf[number].append(Text(account))
      let kind = kinds[number % kinds.count]
      func check(_ field: String, _ value: String) {
        if entry.only(field) != value {
          faults.append("entry \(sequence): \(field) is \(entry.texts(field)), not \(value)")
        }
      }
      check("COUNTERSIGN_SEQUENCE", "\(sequence)")
      check("COUNTERSIGN_SHARED_EVENT_ID", "\(EventID(high: mark, low: UInt64(number)).text)")
      check("COUNTERSIGN_REVISION", "\(Sample.revision)")
      check("COUNTERSIGN_DECISION", kind.decision.outcome == .allow ? "allow" : "deny")
      check("MESSAGE_ID", (kind.decision.outcome == .allow ? MessageID.allow : .deny).rawValue)
      check("_UID", "\(getuid())")
      if !seen.insert(entry.only("COUNTERSIGN_EVENT_ID") ?? "").inserted {
        faults.append("entry \(sequence): id twice")
      }
      for line in (entry.only("COUNTERSIGN_STATEMENTS") ?? "?").split(separator: "\n")
      where !line.hasPrefix("accounts/\(account)/") { faults.append("entry \(sequence) of \(account) tells \(line)") }
    }
    #expect(faults.isEmpty, "\(faults.prefix(5))")
    #expect(sequence == expected)
    let wrong = accountsOf.indices.filter { accountsOf[$0] != kinds[$0 % kinds.count].accounts }
    #expect(wrong.isEmpty, "\(wrong.count) decisions, first \(wrong.first ?? -1)")

    var filter = JournalFilter()
    filter.account = Sample.third
    var count = 0
    try JournalReader(filter: filter).forEach { entry in
      #expect(entry[.account] == "777788889999")
      count += 1
      return true
    }
    #expect(
      count == kinds.indices.reduce(0) { $0 + (kinds[$1].accounts.contains(Sample.third) ? (total - $1 + 5) / 6 : 0) })
  }

  @Test("hostile values are stored whole and forge no field", arguments: EntryBytesTests.hostile)
  func hostile(_ value: [UInt8]) throws {
    // A request's text is always UTF-8; the formatter's own test has the bytes that are not.
    guard String(validating: value, as: UTF8.self) != nil else { return }
    let journal = try journal(.required, deadline: 5_000)
    let acceptances = Acceptances()
    let text = Text(utf8: value)
    let request = Sample.request(principal: text, operation: text, requestID: text)
    record(Sample.crossAccount(.deny), request, in: journal, acceptances)
    #expect(acceptances.wait(for: 1))
    #expect(acceptances.accepted == 1)
    let entries = try export(journal)
    try #require(entries.count == 2)
    var filter = JournalFilter()
    filter.last = 2
    let reader = try JournalReader(filter: filter)
    for entry in entries {
      let read = try #require(try reader.next())
      for name in ["COUNTERSIGN_REQUEST_ID", "COUNTERSIGN_OPERATION"] {
        #expect(entry.all(name) == [value], "\(name)")
        #expect(read.fields.filter { $0.name == name }.map(\.value) == [value], "\(name)")
      }
      for field in JournalField.allCases where field != .dropped && field != .grantToken {
        #expect(entry.all(field.rawValue).count == 1, "\(field)")
        #expect(read.values(field).count == 1, "\(field)")
      }
      #expect(entry.only("COUNTERSIGN_DECISION") == "deny")
    }
    #expect(entries[0].all("COUNTERSIGN_PRINCIPAL") == [value])
    #expect(entries[1].only("COUNTERSIGN_PRINCIPAL") == "AROAEXAMPLE")
  }

  @Test("required: a stopped journald refuses within the deadline, and what was accepted is there when it goes on")
  func stoppedRequired() throws {
    let journal = try journal(.required, deadline: 300)
    let acceptances = Acceptances()
    try signal(SIGSTOP)
    let time = milliseconds {
      for _ in 0..<2_000 { record(Sample.crossAccount(), in: journal, acceptances) }
      #expect(acceptances.wait(for: 2_000))
    }
    try signal(SIGCONT)
    #expect(time < 1_500, "\(time) ms")
    #expect(acceptances.refusals.count > 1_000)
    print("stopped journald: \(acceptances.accepted) accepted, \(acceptances.refusals.count) refused in \(time) ms")
    #expect(eventually { journal.statistics.isReachable })
    record(Sample.crossAccount(), in: journal, acceptances)
    #expect(acceptances.wait(for: 2_001))
    #expect(acceptances.all.last == .accepted)
    let entries = try export(journal)
    #expect(UInt64(entries.count) == journal.statistics.writtenEntries)
    let told = entries.compactMap { $0.only("COUNTERSIGN_DROPPED").flatMap { Int($0) } }.reduce(0, +)
    #expect(UInt64(told) == journal.statistics.lostEntries)
    #expect(sequences(entries).last == entries.count + told)
    #expect(entries.count == 2 * acceptances.accepted + told)
  }

  @Test("best-effort: a stopped journald stalls nobody, and every drop is counted")
  func stoppedBestEffort() throws {
    let journal = try journal(.bestEffort, deadline: 100)
    let acceptances = Acceptances()
    try signal(SIGSTOP)
    let time = milliseconds {
      for _ in 0..<5_000 { record(Sample.crossAccount(), in: journal, acceptances) }
    }
    #expect(acceptances.accepted == 5_000)
    #expect(
      eventually {
        let statistics = journal.statistics
        return statistics.writtenEntries + statistics.droppedEntries == 10_000
      })
    try signal(SIGCONT)
    #expect(time < 2_000, "\(time) ms")
    let dropped = journal.statistics.droppedEntries
    print("stopped journald, best-effort: \(dropped) of 10000 dropped, handed over in \(time) ms")
    #expect(eventually { journal.statistics.isReachable })
    record(Sample.sameAccount(), in: journal, acceptances)
    journal.close()
    let entries = try export(journal)
    #expect(journal.statistics.writtenEntries + dropped == 10_001)
    #expect(UInt64(entries.count) + dropped == 10_001)
    #expect(entries.compactMap { $0.only("COUNTERSIGN_DROPPED").flatMap { UInt64($0) } }.reduce(0, +) == dropped)
    #expect(sequences(entries).last == 10_001)
  }

  @Test("a killed journald refuses, and when another has taken its place the same journal goes on by itself")
  func killed() throws {
    let journal = try journal(.required, deadline: 5_000)
    let acceptances = Acceptances()
    record(Sample.crossAccount(), in: journal, acceptances)
    #expect(acceptances.wait(for: 1))
    try run("journalctl --sync")
    try signal(SIGKILL)
    usleep(50_000)
    record(Sample.crossAccount(), in: journal, acceptances)
    #expect(acceptances.wait(for: 2))
    #expect(acceptances.accepted == 2, "\(acceptances.refusals)")
    #expect(eventually { (try? run("journalctl --sync")) != nil })
    #expect(sequences(try export(journal)) == [1, 2, 3, 4])

    let impatient = try self.journal(.required, deadline: 50)
    try signal(SIGKILL)
    usleep(20_000)
    record(Sample.crossAccount(), in: impatient, acceptances)
    #expect(acceptances.wait(for: 3))
    #expect(acceptances.refusals.count == 1)
    #expect(eventually { impatient.statistics.isReachable })
    record(Sample.crossAccount(), in: impatient, acceptances)
    #expect(acceptances.wait(for: 4))
    #expect(acceptances.accepted == 3)
  }

  @Test("the reader filters by account, decision, principal, key, time and decision's id, and follows")
  func reading() throws {
    let journal = try journal(.required, deadline: 5_000)
    let mark = UInt64.random(in: 0...UInt64.max)
    let acceptances = Acceptances()
    usleep(10_000)
    let start = JournalTime.now
    for (number, outcome) in [Outcome.allow, .deny, .allow].enumerated() {
      record(
        Sample.crossAccount(outcome), eventID: EventID(high: mark, low: UInt64(number)), in: journal, acceptances)
    }
    record(Sample.threeAccounts(), in: journal, acceptances)
    #expect(acceptances.wait(for: 4))
    try run("journalctl --sync")

    func count(_ change: (inout JournalFilter) -> Void) throws -> Int {
      var filter = JournalFilter()
      filter.since = start
      change(&filter)
      var count = 0
      try JournalReader(filter: filter).forEach { _ in
        count += 1
        return true
      }
      return count
    }
    #expect(try count { _ in } == 9)
    #expect(try count { $0.account = Sample.owner } == 4)
    #expect(try count { $0.decision = .deny } == 2)
    #expect(try count { ($0.decision, $0.account) = (.allow, Sample.caller) } == 3)
    #expect(try count { $0.principal = "AROAEXAMPLE" } == 5)
    #expect(try count { $0.principal = Sample.session } == 4)
    #expect(try count { $0.resource = Sample.thirdKey } == 2)
    #expect(try count { $0.resource = "9876dcba-12ab-34cd-56ef-1234567890ab" } == 2)
    #expect(try count { $0.resource = "34567890ab" } == 0)
    #expect(try count { $0.sharedEventID = EventID(high: mark, low: 1).text } == 2)
    #expect(try count { $0.unit = "countersignd.service" } == 0)
    #expect(try count { $0.since = JournalTime.now + 1_000_000 } == 0)
    #expect(try count { $0.until = start } == 0)
    for last in [0, 1, 3] { #expect(try count { ($0.since, $0.last) = (nil, last) } == last) }
    #expect(try count { ($0.since, $0.last, $0.account) = (nil, 1_000_000, Sample.third) } >= 1)
    #expect(try count { ($0.since, $0.last, $0.account) = (nil, 5, "000000000000") } == 0)

    var filter = JournalFilter()
    filter.last = 1
    filter.decision = .deny
    let reader = try JournalReader(filter: filter)
    var followed: [String?] = []
    try reader.forEach(follow: true) { entry in
      followed.append(entry[.perspective])
      if followed.count == 1 {
        record(Sample.crossAccount(), in: journal, acceptances)
        record(Sample.crossAccount(.deny), in: journal, acceptances)
      }
      return followed.count < 3
    }
    #expect(followed == ["owner", "caller", "owner"])
    #expect(throws: JournalError.self) { try JournalReader(.namespace("none-such")) }
    #expect(throws: JournalError.self) { try JournalReader(.directory("/none/such")) }
    #expect(try JournalReader(.directory("/run/log/journal")).next() != nil)
  }

  @Test("the daemon's own messages are stored with their ids and do not mix with decisions")
  func daemonLog() throws {
    let log = DaemonLog()
    let mark = "/etc/policies-\(UInt64.random(in: 0...UInt64.max))"
    log.policiesLoaded(revision: Sample.revision, directory: mark, accounts: 2, keys: 1, milliseconds: 3)
    log.policiesRefused(
      [
        Diagnostic(
          file: "a.json", position: SourcePosition(line: 1, column: 2), message: String(repeating: "x", count: 300_000))
      ],
      directory: mark, revisionInForce: nil)
    try run("journalctl --sync")
    let entries = try NativeProtocol.parse(output(of: "journalctl -o export COUNTERSIGN_POLICIES=\(mark)"))
    #expect(
      entries.map { $0.only("MESSAGE_ID") } == [MessageID.policiesLoaded.rawValue, MessageID.policiesRefused.rawValue])
    #expect(entries.last?.only("MESSAGE")?.utf8.count ?? 0 > 300_000)
    var filter = JournalFilter()
    filter.last = 1
    let last = try JournalReader(filter: filter).next()
    #expect(last?[.messageID] != MessageID.policiesRefused.rawValue)
  }
}
