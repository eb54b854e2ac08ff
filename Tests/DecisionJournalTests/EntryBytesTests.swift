// The native protocol: whatever a value holds, it comes back as that value and as nothing else.

import Authorization
import PolicyLanguage
import Testing

@testable import DecisionJournal

@Suite("Native protocol") struct EntryBytesTests {
  static let hostile: [[UInt8]] = [
    [], Array("plain".utf8), Array("a=b=c".utf8), Array("=".utf8), Array("\n".utf8), Array("\n\n".utf8),
    Array("x\nCOUNTERSIGN_DECISION=allow".utf8), Array("x\nCOUNTERSIGN_DECISION\n".utf8), [0], Array("a\0b".utf8),
    Array("\u{1}\u{1f}\t\r".utf8), Array("tail\n".utf8), Array("\nhead".utf8), Array("é\u{1F600}".utf8), [0x7F],
    Array(repeating: UInt8(ascii: "\n"), count: 10_000), Array(repeating: UInt8(ascii: "z"), count: 1 << 20),
    Array((0...255).map { UInt8($0) }),
  ]

  @Test("a hostile value comes back whole and forges no field", arguments: hostile)
  func roundTrip(_ value: [UInt8]) throws {
    var entry = EntryBytes()
    entry.append(.decision, plain: "deny")
    entry.append(JournalField.requestID.rawValue, value)
    entry.append(.sequence, number: UInt64.max)
    let parsed = try NativeProtocol.parse(entry.bytes)
    try #require(parsed.count == 1)
    #expect(parsed[0].fields.map(\.name) == ["COUNTERSIGN_DECISION", "COUNTERSIGN_REQUEST_ID", "COUNTERSIGN_SEQUENCE"])
    #expect(parsed[0].fields[1].value == value)
    #expect(parsed[0].only("COUNTERSIGN_SEQUENCE") == "18446744073709551615")
  }

  @Test("an identifier is 128 bits in lower-case hex and never the same")
  func identifiers() {
    var seen: Set<Text> = []
    for _ in 0..<2_000 {
      let id = DecisionJournal.makeEventID()
      #expect(id.count == 32)
      #expect(id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
      seen.insert(id)
    }
    #expect(seen.count == 2_000)
    var entry = EntryBytes()
    entry.appendIdentifier(.eventID)
    #expect(entry.count == "COUNTERSIGN_EVENT_ID=".utf8.count + 33)
  }

  @Test("a statement's line can be read back whatever its file and Sid hold")
  func statementLines() {
    func line(_ file: Text, _ sid: Text?, index: Int = 2) -> Text {
      StatementLine.text([DecidingStatement(file: file, sid: sid, index: index, line: 12, effect: .deny)])
    }
    #expect(line("a/p.json", "Use") == "a/p.json:12 Use deny")
    #expect(line("a/p.json", nil) == "a/p.json:12 #2 deny")
    #expect(line("a/p.json", "") == "a/p.json:12 #2 deny")
    #expect(line("a/p.json", "Allow use of the key") == "a/p.json:12 Allow use of the key deny")
    #expect(line("a b/p.json", "#2") == "a\\x20b/p.json:12 \\x232 deny")
    #expect(line("a/p.json", "x\ny\\z") == "a/p.json:12 x\\x0ay\\x5cz deny")
    #expect(StatementLine.text([]) == "")
  }

  @Test("the sentence shows control bytes escaped and cuts long values between characters")
  func sentences() {
    let forged = Sentence.about(
      principal: "p\nforged line", outcome: .deny, operation: "kms:Decrypt", resources: ["r"], reason: "KEY_NOT_FOUND")
    #expect(forged == "p\\x0aforged line was denied kms:Decrypt on r: KEY_NOT_FOUND")
    let none = Sentence.about(
      principal: "p", outcome: .allow, operation: "kms:ListKeys", resources: [], reason: "ALLOWED")
    #expect(none == "p was allowed kms:ListKeys")
    for padding in 0..<4 {
      let long = Text(String(repeating: "a", count: padding) + String(repeating: "\u{1F600}", count: 300))
      let sentence = Sentence.about(principal: long, outcome: .allow, operation: "o", resources: [], reason: "")
      #expect(String(validating: sentence.utf8, as: UTF8.self) != nil)
      #expect(sentence.hasSuffix("... was allowed o"))
      #expect(sentence.count < 540)
    }
  }
}
