// Loops divided among threads give what a plain loop gives.

import Testing

@testable import PolicyDirectory

struct ParallelTests {
  @Test("each place once, results in order", arguments: [0, 1, 2, 7, 64, 1_000], [1, 3, 64])
  func map(count: Int, chunk: Int) {
    #expect(Parallel.map(count, by: chunk) { String($0 * $0) } == (0..<count).map { String($0 * $0) })
  }
}

struct PathTests {
  @Test("names pushed and popped, from the start, from the root and below a folder")
  func stack() {
    for (start, expected) in [("", "a/b"), ("/", "/a/b"), ("/x", "/x/a/b")] {
      var stack = PathStack(SystemPath(bytes: start.utf8))
      let outer = stack.push(Array("a".utf8))
      let inner = stack.push(Array("b".utf8))
      #expect(String(decoding: stack.path, as: UTF8.self) == expected)
      stack.pop(to: inner)
      _ = stack.push(Array("c".utf8))
      stack.pop(to: inner)
      stack.pop(to: outer)
      #expect(String(decoding: stack.path, as: UTF8.self) == start)
    }
  }

  @Test("a path below a folder, and one that only begins like it")
  func below() {
    let folder = SystemPath(bytes: "/etc/policies".utf8)
    #expect(folder.path(below: folder) == .start)
    #expect(SystemPath(bytes: "/etc/policies/a/b".utf8).path(below: folder) == SystemPath(bytes: "a/b".utf8))
    #expect(SystemPath(bytes: "/etc/policies2/a".utf8).path(below: folder) == nil)
    #expect(SystemPath(bytes: "/etc".utf8).path(below: .root) == SystemPath(bytes: "etc".utf8))
  }
}
