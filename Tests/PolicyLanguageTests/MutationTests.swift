// Broken documents: whatever stands in a file, the parser answers and does not trap, and it reads the same thing each time.

import PolicyLanguage
import Testing

/// The same sequence on every machine (xorshift), so that a failure can be repeated.
private struct Dice {
  var state: UInt64
  mutating func roll(_ sides: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: state >> 33) % sides
  }
}

@Suite struct MutationTests {
  static let seeds = [
    source(
      .keyPolicy, top: #""Id": "a b", "#,
      ("Principal", #"{"AWS": ["444455556666", "arn:aws:iam::444455556666:role/R"], "Service": "s3.amazonaws.com"}"#)),
    source(
      .keyPolicy, ("Sid", #""Allow use""#),
      (
        "Condition",
        #"{"StringEquals": {"kms:ViaService": ["a", "b"]}, "Bool": {"kms:GrantIsForAWSResource": true}, "Null": {"k": "false"}}"#
      )),
    source(
      .keyPolicy, ("Resource", #"["arn:aws:s3:::b/${aws:username}/*", "arn:aws:kms:*:1:key/?"]"#),
      (
        "Condition",
        #"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}, "IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "::1"]}}"#
      )),
    source(
      .keyPolicy, ("Sid", #""What is written here may be anything, so that some mutations are accepted""#),
      ("Action", #"["kms:De*", "*"]"#),
      (
        "Condition",
        #"{"NumericLessThan": {"a": -1.5e2}, "DateLessThan": {"b": "2026-01-01T00:00:00Z"}, "BinaryEquals": {"c": "Zg=="}}"#
      )),
  ].map { Array($0.utf8) }

  static let fragments: [[UInt8]] =
    [
      "\"", "\\", "{", "}", "[", "]", ",", ":", "${", "}", "*", "?", "\\u0000", "\\ud800", "null", "-", "9", "e", "é",
      "\0", "arn:", "'", "IfExists", "ForAnyValue:",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xF0, 0x9F]]

  private static func mutated(_ seed: [UInt8], _ dice: inout Dice) -> [UInt8] {
    var bytes = seed
    for _ in 0...dice.roll(2) where !bytes.isEmpty {
      let place = dice.roll(bytes.count)
      switch dice.roll(7) {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: dice.roll(256))
      case 1: bytes[place] = UInt8(truncatingIfNeeded: 0x61 + dice.roll(26))
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(contentsOf: fragments[dice.roll(fragments.count)], at: place)
      case 4: bytes.removeSubrange(place..<min(bytes.count, place + dice.roll(12)))
      case 5: bytes.swapAt(place, dice.roll(bytes.count))
      default:
        let end = min(bytes.count, place + dice.roll(24))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: dice.roll(bytes.count))
      }
    }
    return bytes
  }

  @Test(
    "100,000 mutated documents: no trap; refused ones say why; accepted ones read the same again",
    arguments: seeds.indices)
  func mutations(of seed: Int) throws {
    var dice = Dice(state: 0x2545_F491_4F6C_DD1D &+ UInt64(seed))
    var accepted = 0
    for round in 0..<(100_000 / Self.seeds.count) {
      let bytes = Self.mutated(Self.seeds[seed], &dice)
      var diagnostics: [Diagnostic] = []
      guard let document = PolicyParser.parse(bytes, as: .keyPolicy, diagnostics: &diagnostics) else {
        if diagnostics.isEmpty { Issue.record("refused without a reason in round \(round)") }
        continue
      }
      accepted += 1
      if !diagnostics.isEmpty { Issue.record("accepted with a reason to refuse in round \(round)") }
      guard accepted % 8 == 0 else { continue }
      _ = PolicyRemarks.remarks(on: document, as: .keyPolicy)
      let written = try JSONParser.parse(bytes).compact
      let again = PolicyParser.parse(Array(written.utf8), as: .keyPolicy, diagnostics: &diagnostics)
      if again.map(described) != described(document) { Issue.record("read differently in round \(round)") }
    }
    // The mutations would test nothing if they broke everything, or nothing.
    #expect((1_000..<24_000).contains(accepted))
  }

  @Test("text of every length cut short is refused")
  func truncations() {
    for seed in Self.seeds {
      for length in 0..<seed.count {
        var diagnostics: [Diagnostic] = []
        #expect(PolicyParser.parse(Array(seed.prefix(length)), as: .keyPolicy, diagnostics: &diagnostics) == nil)
        #expect(diagnostics.count == 1)
      }
    }
  }
}

/// All that a document says, without its positions.
private func described(_ document: PolicyDocument) -> String {
  var document = document
  let nowhere = SourcePosition(line: 0, column: 0)
  for index in document.statements.indices {
    document.statements[index].position = nowhere
    for place in document.statements[index].conditions.indices {
      document.statements[index].conditions[place].position = nowhere
    }
  }
  return String(describing: document)
}

extension JSONValue {
  /// JSON without white space, with every character beyond ASCII escaped, so that it differs from what was read.
  fileprivate var compact: String {
    switch content {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): text.description
    case .string(let text): text.json
    case .array(let elements): "[" + elements.map(\.compact).joined(separator: ",") + "]"
    case .object(let members): "{" + members.map { $0.key.json + ":" + $0.value.compact }.joined(separator: ",") + "}"
    }
  }
}

extension Text {
  fileprivate var json: String {
    "\""
      + description.utf16.map { unit in
        let digits = String(unit, radix: 16)
        return unit > 0x1F && unit < 0x7F && unit != 0x22 && unit != 0x5C
          ? String(Unicode.Scalar(UInt8(unit))) : "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined() + "\""
  }
}
