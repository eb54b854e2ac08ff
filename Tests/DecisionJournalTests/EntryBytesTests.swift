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
    value.withUnsafeBytes { entry.append(JournalField.requestID.name, $0) }
    entry.append(.sequence, number: UInt64.max)
    let parsed = try NativeProtocol.parse(Array(entry[0..<entry.count]))
    try #require(parsed.count == 1)
    #expect(parsed[0].fields.map(\.name) == ["COUNTERSIGN_DECISION", "COUNTERSIGN_REQUEST_ID", "COUNTERSIGN_SEQUENCE"])
    #expect(parsed[0].fields[1].value == value)
    #expect(parsed[0].only("COUNTERSIGN_SEQUENCE") == "18446744073709551615")
  }

  @Test("an identifier is 128 bits in lower-case hex and never the same")
  func identifiers() {
    var seen: Set<Text> = []
    // Two threads' sources, in turn.
    var sources = [EventIDSource(), EventIDSource()]
    for number in 0..<2_000 {
      let id = sources[number % 2].make().text
      #expect(id.count == 32)
      #expect(id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
      seen.insert(id)
    }
    #expect(seen.count == 2_000)
    #expect(EventID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210).text == "0123456789abcdeffedcba9876543210")
    let written = text { $0.append(.eventID, EventID(high: 0, low: .max)) }
    #expect(written == "COUNTERSIGN_EVENT_ID=0000000000000000ffffffffffffffff\n")
  }

  @Test("numbers of every length are written in decimal")
  func numbers() {
    var number: UInt64 = 1
    for _ in 0..<20 {
      for value in [number - 1, number, number + 1, .max - number] {
        #expect(text { $0.append(number: value) } == Text(value))
      }
      number = number.multipliedReportingOverflow(by: 10).partialValue
    }
  }

  @Test("a byte that needs another form is found wherever it stands", arguments: Array(0..<20) + [31, 32, 33])
  func scan(_ count: Int) {
    func scan(_ bytes: [UInt8]) -> (Bool, Bool) {
      bytes.withUnsafeBytes { (ByteScan.hasControl($0), ByteScan.mustEscape($0, alsoSpace: true)) }
    }
    // What is next to a bound, and what a borrow from the byte below it could be taken for.
    let plain: [UInt8] = [0x21, 0x5B, 0x5D, 0x7E, 0x80, 0x9F, 0xFF]
    for filler in plain {
      let bytes = [UInt8](repeating: filler, count: count)
      #expect(scan(bytes) == (false, false))
      for place in 0..<count {
        for byte in 0...UInt8.max {
          var changed = bytes
          changed[place] = byte
          let isControl = byte < 0x20
          #expect(scan(changed) == (isControl, isControl || byte == 0x7F || byte == 0x5C || byte == 0x20))
        }
      }
    }
  }

  func text(_ body: (inout EntryBytes) -> Void) -> Text {
    var bytes = EntryBytes()
    body(&bytes)
    return Text(utf8: Array(bytes[0..<bytes.count]))
  }

  @Test("a statement's line can be read back whatever its file and Sid hold")
  func statementLines() {
    func line(_ file: Text, _ sid: Text?, index: Int = 2) -> Text {
      let statement = DecidingStatement(file: file, sid: sid, index: index, line: 12, effect: .deny)
      defer { withExtendedLifetime(statement) {} }
      return withUnsafePointer(to: StatementReference(statement)) { reference in
        text { StatementLine.append(reference, to: &$0) }
      }
    }
    #expect(line("a/p.json", "Use") == "a/p.json:12 Use deny")
    #expect(line("a/p.json", nil) == "a/p.json:12 #2 deny")
    #expect(line("a/p.json", "") == "a/p.json:12 #2 deny")
    #expect(line("a/p.json", "Allow use of the key") == "a/p.json:12 Allow use of the key deny")
    #expect(line("a b/p.json", "#2") == "a\\x20b/p.json:12 \\x232 deny")
    #expect(line("a/p.json", "x\ny\\z") == "a/p.json:12 x\\x0ay\\x5cz deny")
  }

  @Test("the sentence shows control bytes escaped and cuts long values between characters")
  func sentences() {
    func sentence(
      _ principal: Text, _ outcome: Outcome, _ operation: Text, _ resources: [Text] = [], _ reason: Reason = .allowed
    ) -> Text {
      defer { withExtendedLifetime((principal, operation, resources)) {} }
      return text {
        Sentence.append(
          principal: BorrowedText(principal), outcome: outcome, operation: BorrowedText(operation), reason: reason,
          to: &$0
        ) { append in resources.forEach { append(BorrowedText($0)) } }
      }
    }
    let forged = sentence("p\nforged line", .deny, "kms:Decrypt", ["r"], .keyNotFound)
    #expect(forged == "p\\x0aforged line was denied kms:Decrypt on r: KEY_NOT_FOUND")
    #expect(sentence("p", .allow, "kms:ListKeys") == "p was allowed kms:ListKeys")
    #expect(sentence("p", .allow, "kms:ReEncrypt", ["r", "s"]) == "p was allowed kms:ReEncrypt on r and s")
    for padding in 0..<4 {
      let long = Text(String(repeating: "a", count: padding) + String(repeating: "\u{1F600}", count: 300))
      let sentence = sentence(long, .allow, "o")
      #expect(String(validating: sentence.utf8, as: UTF8.self) != nil)
      #expect(sentence.hasSuffix("... was allowed o"))
      #expect(sentence.count < 540)
    }
  }
}
