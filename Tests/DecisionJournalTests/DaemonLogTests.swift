// The daemon's own messages: to journald if it is there, to standard error if not, and never waiting for either.

import Glibc
import PolicyLanguage
import Testing

@testable import DecisionJournal

@Suite("Daemon log") struct DaemonLogTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  let diagnostics = [
    Diagnostic(file: "a.json", position: SourcePosition(line: 3, column: 7), message: "found `}`, expected a value"),
    Diagnostic(file: "b.json", position: SourcePosition(line: 1, column: 1), message: "is empty"),
  ]

  @Test("a refused set is one entry with every error's file, line and column")
  func refused() throws {
    let receiver = try DatagramReceiver(at: directory.file("s"))
    let log = DaemonLog(socketPath: receiver.path, standardError: -1)
    log.policiesRefused(diagnostics, directory: "/etc/countersign/policies", revisionInForce: "r1")
    let entry = try #require(try receiver.entry())
    #expect(entry.only("MESSAGE_ID") == MessageID.policiesRefused.rawValue)
    #expect(entry.only("PRIORITY") == "3")
    #expect(entry.only("COUNTERSIGN_ERRORS") == "2")
    #expect(
      entry.only("MESSAGE") == """
        Refused the policies in /etc/countersign/policies: 2 errors; revision r1 stays in force
        a.json:3:7: found `}`, expected a value
        b.json:1:1: is empty
        """)
  }

  @Test("without journald a message goes to standard error, a line for each of its lines")
  func plain() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let log = DaemonLog(socketPath: directory.file("none"), standardError: ends[1])
    log.policiesRefused(diagnostics, directory: "/p", revisionInForce: nil)
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = read(ends[0], &buffer, buffer.count)
    #expect(
      String(decoding: buffer[..<max(count, 0)], as: UTF8.self) == """
        countersignd: Refused the policies in /p: 2 errors; no policies are in force
        countersignd: a.json:3:7: found `}`, expected a value
        countersignd: b.json:1:1: is empty

        """)
    close(ends[0])
    close(ends[1])
  }

  @Test("a flood of one kind is cut, counted, and does not hide another kind")
  func flood() throws {
    let receiver = try DatagramReceiver(at: directory.file("s"))
    let log = DaemonLog(socketPath: receiver.path, standardError: -1)
    var received: [ParsedEntry] = []
    for _ in 0..<50 {
      log.limitReached("connections", detail: "the 1001st was refused")
      while let entry = try receiver.receive(milliseconds: 0) { received += try NativeProtocol.parse(entry.bytes) }
    }
    log.auditRestored()
    received += try receiver.drain()
    #expect(received.count == 21)
    #expect(received.last?.only("MESSAGE_ID") == MessageID.auditRestored.rawValue)
    usleep(1_100_000)
    log.limitReached("connections", detail: "again")
    #expect(
      try receiver.entry()?.only("MESSAGE") == "Limit reached: connections: again (30 like this were left out before)")
  }

  @Test("where neither journald nor standard error takes a message, nobody waits and the next one says so")
  func deaf() throws {
    let receiver = try DatagramReceiver(at: directory.file("s"))
    let log = DaemonLog(socketPath: receiver.path, standardError: -1)
    let time = milliseconds { for number in 0..<20 { log.note(.notice, "note \(number)") } }
    #expect(time < 1_000)
    let taken = try receiver.drain().count
    usleep(1_100_000)
    log.note(.notice, "last")
    let left = 20 - taken
    #expect(
      try receiver.entry()?.only("MESSAGE") == (left == 0 ? "last" : "last (\(left) like this were left out before)"))
  }

  @Test("the journal's troubles are told when they begin and end, and how much was lost")
  func troubles() throws {
    let decisions = directory.file("d")
    let receiver = try DatagramReceiver(at: directory.file("s"))
    var configuration = DecisionJournal.Configuration()
    configuration.mode = .bestEffort
    configuration.socketPath = decisions
    configuration.deadlineMilliseconds = 50
    configuration.log = DaemonLog(socketPath: receiver.path, standardError: -1)
    let journal = try SharedJournal(configuration: configuration)
    journal.record(Sample.crossAccount()) { _ in }
    #expect(try receiver.entry()?.only("MESSAGE_ID") == MessageID.auditUnreachable.rawValue)
    #expect(eventually { journal.statistics.droppedEntries == 2 })
    let back = try DatagramReceiver(at: decisions)
    #expect(try receiver.entry()?.only("MESSAGE_ID") == MessageID.auditRestored.rawValue)
    journal.record(Sample.sameAccount()) { _ in }
    #expect(try receiver.entry()?.only("COUNTERSIGN_DROPPED") == "2")
    #expect(try back.entry()?.only("COUNTERSIGN_DROPPED") == "2")
    journal.close()
  }
}
