// Keys are bytes.

import CountersignClient
import Testing

@Suite("TextMap")
struct TextMapTests {
  @Test("canonically equivalent keys are two keys")
  func bytes() {
    var map: TextMap<Int> = ["e\u{301}": 1, "\u{E9}": 2]
    #expect(map.count == 2)
    #expect(map["e\u{301}"] == 1)
    #expect(map["\u{E9}"] == 2)
    map["e\u{301}"] = nil
    #expect(map.map(\.value) == [2])
  }

  @Test("of a key given twice the last value counts, in the first's place")
  func duplicates() {
    let map: TextMap<Int> = ["a": 1, "b": 2, "a": 3]
    #expect(map.map(\.key) == ["a", "b"])
    #expect(map["a"] == 3)
    #expect(map["c"] == nil)
  }
}
