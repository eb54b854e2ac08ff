// What is printed: answers, status and records, for people and for programs.

import CountersignClient
import DecisionJournal
import PolicyLanguage
import Testing

@testable import countersign

@Suite("Output")
struct OutputTests {
  static let plain = Style(isColoured: false)

  static let answer = CheckResponse(
    decision: .deny, denial: .explicit, reason: .explicitDenyKeyPolicy,
    owner: SideVerdict(
      account: "111122223333", decision: .deny, reason: .explicitDenyKeyPolicy,
      statements: [DecidingStatement(file: "k/policy.json", sid: "No", index: 1, line: 9, effect: .deny)]),
    caller: SideVerdict(
      account: "444455556666", decision: .allow, reason: .allowed,
      statements: [DecidingStatement(file: "r/kms.json", sid: "", index: 0, line: 3, effect: .allow)]),
    keyARN: "arn:k", revision: "rev", eventID: "ev", requestID: "req")

  @Test("text says yes or no and why, who said what, and where it is written")
  func text() {
    #expect(
      AnswerText.lines(Self.answer, style: Self.plain) == [
        "DENY (explicit): the key policy denies it",
        "",
        "  owner    111122223333  DENY  the key policy denies it",
        "           denies by k/policy.json:9 (No)",
        "  caller   444455556666  ALLOW",
        "           allows by r/kms.json:3 (statement 1)",
        "  reason   EXPLICIT_DENY_KEY_POLICY",
        "  key      arn:k",
        "  revision rev",
        "  event    ev",
        "  request  req",
      ])
  }

  @Test("legs are told one by one")
  func legs() {
    var answer = Self.answer
    answer.legs = [
      Leg(action: "kms:ReEncryptFrom", resource: "arn:k", decision: .allow, reason: .allowed, owner: answer.owner)
    ]
    let lines = AnswerText.lines(answer, style: Self.plain)
    #expect(lines.contains("  ALLOW kms:ReEncryptFrom on arn:k: every side that has to allow it allows it"))
    #expect(lines.contains("    owner    111122223333  DENY  the key policy denies it"))
    #expect(!lines.contains("  owner    111122223333  DENY  the key policy denies it"))
  }

  @Test("JSON has the proto3 names and leaves out what is empty")
  func json() {
    #expect(
      AnswerJSON.line(Self.answer).description
        == #"{"decision":"DENY","denial":"EXPLICIT","reason":"EXPLICIT_DENY_KEY_POLICY","#
        + #""owner":{"account":"111122223333","decision":"DENY","reason":"EXPLICIT_DENY_KEY_POLICY","#
        + #""statements":[{"file":"k/policy.json","sid":"No","index":1,"line":9,"effect":"DENY"}]},"#
        + #""caller":{"account":"444455556666","decision":"ALLOW","reason":"ALLOWED","#
        + #""statements":[{"file":"r/kms.json","index":0,"line":3,"effect":"ALLOW"}]},"#
        + #""keyArn":"arn:k","revision":"rev","eventId":"ev","requestId":"req"}"#)
    let short = CheckResponse(decision: .allow, reason: .allowed)
    #expect(AnswerJSON.line(short).description == #"{"decision":"ALLOW","reason":"ALLOWED"}"#)
  }

  @Test("names of others cannot speak to the terminal")
  func hostile() {
    var answer = Self.answer
    answer.requestID = "\u{1B}[2J\n\u{202E}x\u{9B}"
    let lines = AnswerText.lines(answer, style: Self.plain)
    #expect(lines.last == "  request  \\u{1b}[2J\\u{a}\\u{202e}x\\u{9b}")
  }

  @Test("colour only where it is wanted")
  func colour() {
    let coloured = AnswerText.lines(Self.answer, style: Style(isColoured: true)).joined()
    #expect(coloured.contains("\u{1B}[1;31mDENY (explicit)\u{1B}[0m"))
    #expect(!AnswerText.lines(Self.answer, style: Self.plain).joined().contains("\u{1B}"))
  }

  @Test("every reason has a sentence of its own")
  func sentences() {
    let sentences = Reason.allCases.map { ReasonSentence.text($0) }
    #expect(Set(sentences).count == sentences.count)
  }

  @Test("status tells a refused set in full")
  func status() {
    var status = DaemonStatus()
    status.version = "1"
    status.revision = "rev"
    status.loadedAt = 1_767_323_045
    status.reloadFailedAt = 1_767_323_046
    status.reloadErrors = ["a.json:1:2: b"]
    let lines = StatusReport.lines(status, style: Self.plain)
    #expect(lines.contains("revision  rev, in force since 2026-01-02T03:04:05Z"))
    #expect(
      lines.suffix(2) == [
        "the set on disk was refused at 2026-01-02T03:04:06Z; what is wrong with it:", "  a.json:1:2: b",
      ])
    let json = StatusReport.json(status).description
    #expect(json.contains(#""loadedAt":"1767323045","policySet":{"accounts":0,"#))
    #expect(json.contains(#""reloadErrors":["a.json:1:2: b"],"reloadFailedAt":"1767323046""#))
  }

  @Test("a record is told with its statements")
  func record() {
    func field(_ field: JournalField, _ value: String) -> JournalEntry.Field {
      JournalEntry.Field(name: field.rawValue, value: Array(value.utf8))
    }
    let entry = JournalEntry(
      realtime: 1_767_323_045_000_001, cursor: "c",
      fields: [
        field(.message, "who was allowed\nwhat"), field(.account, "111122223333"), field(.perspective, "owner"),
        field(.decision, "allow"), field(.sharedEventID, "ev"), field(.resource, "arn:1"), field(.resource, "arn:2"),
        field(.statements, "a.json:1 S allow\nb.json:2 #0 allow"),
      ])
    #expect(
      RecordReport(format: .text, style: Self.plain).lines(entry) == [
        "2026-01-02T03:04:05Z 111122223333 owner ALLOW who was allowed\\u{a}what", "    a.json:1 S allow",
        "    b.json:2 #0 allow",
      ])
    #expect(
      RecordReport(format: .json, style: Self.plain).lines(entry) == [
        #"{"time":"2026-01-02T03:04:05.000001Z","account":"111122223333","perspective":"owner","sharedEventId":"ev","#
          + #""decision":"ALLOW","ownerAccounts":[],"resources":["arn:1","arn:2"],"#
          + #""statements":["a.json:1 S allow","b.json:2 #0 allow"],"message":"who was allowed\nwhat"}"#
      ])
  }

  @Test("log's flags are the reader's filter")
  func filter() throws {
    let command = try LogCommand.parse([
      "--account", "111122223333", "--decision", "deny", "--principal", "p", "--resource", "r", "--event", "e",
      "--since", "@5", "--until", "@6", "--unit", "u",
    ])
    let filter = command.filter
    #expect(filter.account == "111122223333")
    #expect(filter.decision == .deny)
    #expect(filter.principal == "p")
    #expect(filter.resource == "r")
    #expect(filter.sharedEventID == "e")
    #expect(filter.since == 5_000_000)
    #expect(filter.until == 6_000_000)
    #expect(filter.unit == "u")
    #expect(filter.last == nil)
    #expect(try LogCommand.parse(["--since", "-1h"]).filter.since != nil)
    #expect(try LogCommand.parse(["-f"]).filter.last == 10)
    #expect(try LogCommand.parse(["-f", "-n", "3"]).filter.last == 3)
    #expect(try LogCommand.parse([]).filter.last == nil)
  }

  @Test("errors that ask for another request are 2, those of the daemon 69", arguments: ClientError.Code.allCases)
  func exitStatuses(_ code: ClientError.Code) {
    let unreachable: Set<ClientError.Code> = [
      .unavailable, .deadlineExceeded, .cancelled, .internal, .unknown, .aborted, .dataLoss,
    ]
    let failure = Failure(ClientError(code, "m"), socketPath: "/s")
    #expect(failure.status == (unreachable.contains(code) ? .unreachable : .unusable))
  }
}
