// Text as a slice: equality by bytes, whoever keeps them, and parts that share them.

import PolicyLanguage
import Testing

@Suite struct TextTests {
  @Test("equality, order and hash are those of the bytes")
  func identity() {
    #expect(("\u{E9}" as Text) != "e\u{301}")
    #expect(Text(utf8: [0x61, 0x62]) == "ab")
    #expect(Text(utf8: [0x61, 0x62]).hashValue == ("ab" as Text).hashValue)
    #expect(("a" as Text) < "ab")
    #expect(("Z" as Text) < "a")
    #expect(!(("ab" as Text) < "a"))
    #expect(("" as Text).isEmpty)
    #expect(Text(utf8: [UInt8]()) == "")
    #expect(Text(7) == "7")
  }

  @Test("parts share the bytes and outlive the whole")
  func parts() throws {
    var whole: Text? = Text(String(repeating: "x", count: 100) + ":tail")
    let colon = try #require(whole?.utf8.firstIndex(of: UInt8(ascii: ":")))
    let tail = try #require(whole.map { Text(utf8: $0.utf8[(colon + 1)...]) })
    let head = try #require(whole.map { Text(utf8: $0.utf8.prefix(3)) })
    whole = nil
    #expect(tail == "tail")
    #expect(head == "xxx")
    #expect(tail.utf8.startIndex == 0)
  }

  @Test("indices of a slice are those of the whole")
  func indices() {
    let bytes = ("a/b/c" as Text).utf8
    let rest = bytes[2...]
    #expect(rest.startIndex == 2)
    #expect(rest[2] == UInt8(ascii: "b"))
    #expect(rest.split(separator: UInt8(ascii: "/")).map { Text(utf8: $0) } == ["b", "c"])
    #expect(rest.lastIndex(of: UInt8(ascii: "/")) == 3)
    #expect(bytes + rest == Array("a/b/cb/c".utf8))
  }

  @Test("prefixes, suffixes and case")
  func affixes() {
    let text: Text = "AWS:UserName"
    #expect(text.hasPrefix("AWS:"))
    #expect(!text.hasPrefix("aws:"))
    #expect(text.hasPrefix(""))
    #expect(text.hasSuffix("Name"))
    #expect(!("b" as Text).hasSuffix("ab"))
    #expect(text.lowercased == "aws:username")
  }

  @Test("a copy of borrowed bytes is its own")
  func copying() {
    var bytes = Array("before".utf8)
    let copy = bytes.withUnsafeBufferPointer { Text(copying: Text(borrowing: $0)) }
    bytes = Array("after!".utf8)
    #expect(copy == "before")
    #expect(Text(borrowing: UnsafeBufferPointer(start: nil, count: 0)) == "")
  }
}
