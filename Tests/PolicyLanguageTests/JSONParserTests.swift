// Strict JSON: what is refused, where, and that what is accepted comes out as written.

import PolicyLanguage
import Testing

@Suite struct JSONParserTests {
  static func refusal(_ bytes: [UInt8]) -> String? {
    do throws(Diagnostic) {
      _ = try JSONParser.parse(bytes)
      return nil
    } catch {
      return "\(error.position.line):\(error.position.column): \(error.message)"
    }
  }

  @Test(
    "D-4 and RFC 8259: what is refused, with its place",
    arguments: [
      ("", "1:1: found nothing"),
      (" \n ", "2:2: found nothing"),
      (#"{"a": 1, "a": 2}"#, "1:10: found `a` a second time"),
      (#"{"a": 1, "\u0061": 2}"#, "1:10: found `a` a second time"),
      (
        "{\n  \"b\": 1,\n  \"b\": 2\n}",
        "3:3: found `b` a second time in the same object, expected each key once (first at line 2, column 3)"
      ),
      (#"{"a": 1,}"#, "1:8: found a comma before `}`"),
      ("[1, 2 , ]", "1:7: found a comma before `]`"),
      ("[1,,2]", "1:4: found `,`, expected a JSON value"),
      ("[1 2]", "1:4: found `2`, expected `,` or `]`"),
      ("[1}", "1:3: found `}`, expected `,` or `]`"),
      (#"{"a" 1}"#, "1:6: found `1`, expected `:`"),
      ("{a: 1}", "1:2: found `a`, expected a key in double quotes"),
      (#"{"a": }"#, "1:7: found `}`, expected a JSON value"),
      ("{} {}", "1:4: found `{`, expected the end"),
      ("{}\0", "1:3: found a NUL byte, expected the end"),
      ("\"a\0b\"", "1:3: found a NUL byte in a string"),
      (#""\u0000""#, "1:2: found \\u0000"),
      ("\"a\tb\"", "1:3: found the control character 0x9 in a string"),
      ("\"a\nb\"", "1:3: found the control character 0xa in a string"),
      (#""\ud800""#, "1:2: found a lone surrogate"),
      (#""\udc00""#, "1:2: found a lone surrogate"),
      (#""\ud800\u0041""#, "1:2: found a lone surrogate"),
      (#""\ud800\ud800""#, "1:2: found a lone surrogate"),
      (#""x\q""#, "1:3: found an unknown escape"),
      (#""\u12g4""#, "1:2: found an incomplete \\u escape"),
      (#""\u12"#, "1:2: found an incomplete \\u escape"),
      (#"{"a": "x"#, "1:7: found a string without an end"),
      (#"{"a": "x\"#, "1:7: found a string without an end"),
      ("01", "1:1: found the number `01`"),
      ("-01.5", "1:1: found the number `-01`"),
      ("-", "1:2: found the end of the text, expected a digit"),
      ("1.", "1:3: found the end of the text, expected a digit after `.`"),
      ("1e", "1:3: found the end of the text, expected a digit"),
      (".5", "1:1: found `.`, expected a JSON value"),
      ("+1", "1:1: found `+`, expected a JSON value"),
      ("NaN", "1:1: found `NaN`, expected a JSON value"),
      ("-Infinity", "1:2: found `Infinity`, expected a digit"),
      ("[True]", "1:2: found `True`, expected a JSON value"),
      ("nullx", "1:1: found `nullx`, expected a JSON value"),
      ("'a'", "1:1: found `'`, expected a JSON value"),
      ("{} // x", "1:4: found `/`, expected the end"),
      ("[1", "1:3: found the end of the text"),
      ("{", "1:2: found the end of the text"),
      ("\u{FEFF}{}", "1:1: found a byte order mark"),
      ("\u{A0}{}", "1:1: found the byte 0xc2"),
    ])
  func refuses(source: String, message: String) {
    let found = Self.refusal(Array(source.utf8))
    #expect(found?.hasPrefix(message) == true, "\(found ?? "accepted")")
  }

  @Test(
    "bytes that are not UTF-8 are refused at the byte",
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE2, 0x82],
      [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80],
      [0xFF], [0xF0, 0x9F, 0x98],
    ] as [[UInt8]])
  func refusesBrokenUTF8(bytes: [UInt8]) {
    for prefix in [#""ab"#, #""\n"#] {
      let found = Self.refusal(Array(prefix.utf8) + bytes + Array("\"".utf8))
      #expect(found?.hasPrefix("1:4: found the byte") == true, "\(found ?? "accepted")")
    }
  }

  @Test(
    "other encodings than UTF-8 are named",
    arguments: [
      [0xFF, 0xFE, 0x7B, 0x00], [0xFE, 0xFF, 0x00, 0x7B], [0x7B, 0x00, 0x7D, 0x00], [0x00, 0x7B, 0x00, 0x7D],
      [0x00, 0x00, 0x00, 0x7B], [0x7B, 0x00, 0x00, 0x00],
    ] as [[UInt8]])
  func refusesWideEncodings(bytes: [UInt8]) {
    #expect(Self.refusal(bytes)?.hasPrefix("1:1: found UTF-16 or UTF-32, expected UTF-8") == true)
  }

  @Test("depth: 64 levels are accepted, 65 refused, in arrays and in objects")
  func limitsDepth() {
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
      func nested(_ depth: Int) -> [UInt8] {
        Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
      }
      #expect(Self.refusal(nested(64)) == nil)
      #expect(Self.refusal(nested(65))?.contains("nesting deeper than 64 levels") == true)
      #expect(Self.refusal(nested(100_000))?.contains("nesting deeper than 64 levels") == true)
    }
  }

  @Test("strings are decoded to bytes, numbers keep their spelling, order is kept")
  func reads() throws {
    let source = #"{"b": "\u00e9\ud83d\ude00\/\"\\\b\f\n\r\té", "a": [1.50, -0, 1E+2, true, false, null, {}, []]}"#
    let value = try JSONParser.parse(Array(source.utf8))
    #expect(value.object?.map(\.key) == ["b", "a"])
    #expect(value.member("b")?.string == "é😀/\"\\\u{8}\u{C}\n\r\té")
    let elements = try #require(value.member("a")?.array)
    #expect(elements.prefix(3).map(\.number) == ["1.50", "-0", "1E+2"])
    #expect(elements[3].bool == true && elements[4].bool == false && elements[5].isNull)
    #expect(elements[6].object?.isEmpty == true && elements[7].array?.isEmpty == true)
    #expect(value.member("c") == nil && elements[0].member("a") == nil)
  }

  @Test("every value and key knows its byte offset")
  func offsets() throws {
    let source = "{ \"é\": [ 10, \"x\" ] }"
    let member = try #require(try JSONParser.parse(Array(source.utf8)).object?.first)
    #expect(member.keyOffset == 2)
    #expect(member.value.offset == 8)
    #expect(member.value.array?.map(\.offset) == [10, 14])
  }

  @Test("D-4: identity is bytes: composed and decomposed letters are two keys")
  func keepsCanonicallyEquivalentKeysApart() throws {
    let value = try JSONParser.parse(Array("{\"\u{E9}\": 1, \"e\u{301}\": 2}".utf8))
    #expect(value.object?.count == 2)
  }

  @Test("D-4: a repeated key is found among 200,000", arguments: [0, 1, 17, 199_999])
  func findsRepeatedKeyInLargeObject(repeated: Int) {
    let keys = (0..<200_000).map { "\"k\($0)\":0" }.joined(separator: ",")
    #expect(Self.refusal(Array("{\(keys)}".utf8)) == nil)
    let found = Self.refusal(Array("{\(keys),\"k\(repeated)\":0}".utf8))
    #expect(found?.contains("found `k\(repeated)` a second time") == true)
  }

  @Test("a message shows users' text on one line, shortened")
  func quotes() {
    #expect(Text("a\nb\u{1B}[0m\u{202E}").quoted == "`a\\u{a}b\\u{1b}[0m\\u{202e}`")
    #expect(Text(String(repeating: "é", count: 500)).quoted == "`" + String(repeating: "é", count: 100) + "...`")
    let diagnostic = Diagnostic(file: "a\nb", position: SourcePosition(line: 3, column: 4), message: "found nothing")
    #expect(diagnostic.description == "a\\u{a}b:3:4: found nothing")
  }
}
