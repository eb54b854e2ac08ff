// JSON lines stay one line and escape what RFC 8259 demands, whatever a suite's author writes into a name.

import PolicyLanguage
import Testing

@testable import PolicySuite

@Suite struct JSONWriterTests {
  @Test(
    "text is escaped so that a line stays a line",
    arguments: [
      ("plain", #""plain""#), ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t", #""\n\r\t""#),
      ("\u{0}\u{1F}\u{7F}", #""\u0000\u001f\u007f""#),
      ("é😀", "\"é😀\""), ("\u{2028}x\u{2029}", #""\u2028x\u2029""#), ("/", #""/""#), ("", #""""#),
    ])
  func escapes(text: String, expected: String) {
    var writer = JSONWriter()
    writer.value(Text(text))
    #expect(writer.text == Text(expected))
  }

  @Test("members and elements are divided by commas, and nothing else")
  func structure() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("a", 1)
    writer.key("b")
    writer.beginArray()
    writer.value(true)
    writer.null()
    writer.beginObject()
    writer.endObject()
    writer.endArray()
    writer.member("c", nil as Text?)
    writer.endObject()
    #expect(writer.text == #"{"a":1,"b":[true,null,{}],"c":null}"#)
  }
}
