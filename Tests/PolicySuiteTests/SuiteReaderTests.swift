// What a suite file may hold, and where its mistakes are told to be.

import Authorization
import PolicyDirectory
import PolicyLanguage
import Testing

@testable import PolicySuite

private func read(_ text: String, directory: PolicyTree = PolicyTree()) throws -> Suite {
  try SuiteReader.parse(Array(text.utf8), file: "s.json") { _ in directory }
}

private func mistakes(_ text: String) -> [String] {
  do {
    _ = try read(text)
    return []
  } catch let error as SuiteError {
    return error.diagnostics.map(\.description)
  } catch {
    return ["\(error)"]
  }
}

/// A suite of one case with these members beside name and request.
private func suite(_ members: String, request: String = "{}") -> String {
  #"{"cases": [{"name": "n", "request": \#(request)\#(members.isEmpty ? "" : ", ")\#(members)}]}"#
}

@Suite struct SuiteReaderTests {
  @Test("a document keeps the bytes that it has in the suite file")
  func documentBytes() throws {
    let document = #"{"a" : [1.50, "}\"]", {} ],"b":null}"#
    let tree = try read(#"{"files": {"p": \#(document), "t": "te\nxt", "n": null}, "cases": []}"#).tree
    #expect(tree.files == ["p": Array(document.utf8), "t": Array("te\nxt".utf8)])
  }

  @Test("a suite's files are laid over its directory, a case's over both, and null removes")
  func overlays() throws {
    let directory = PolicyTree(files: ["a": [1], "b": [2], "c": [3]])
    let suite = try read(
      #"{"directory": "d", "files": {"b": "B", "c": null}, "cases": [{"name": "n", "request": {}, "files": {"a": null, "e": "E"}}]}"#,
      directory: directory)
    #expect(suite.tree.files == ["a": [1], "b": Array("B".utf8)])
    let laid = suite.cases[0].files.laid(over: suite.tree)
    #expect(laid.files == ["b": Array("B".utf8), "e": Array("E".utf8)])
  }

  @Test("a mistake is told with its place and what was expected")
  func positions() {
    #expect(
      mistakes("{\n  \"casse\": [],\n  \"cases\": [{\"name\": 1, \"request\": {}}]\n}") == [
        "s.json:2:3: unknown member `casse` of the suite, expected one of `files`, `directory`, `cases`",
        "s.json:3:22: `name` is a number, expected a string",
      ])
  }

  @Test("tags and comment are the author's own, whatever they hold")
  func remarksOfTheAuthor() throws {
    #expect(try read(suite(#""tags": "A-1", "comment": ["why", 1]"#)).cases[0].tags == ["A-1"])
    #expect(try read(suite(#""tags": {"rule": "A-1"}, "comment": null"#)).cases[0].tags == [])
  }

  @Test(
    "unknown members, wrong types and unknown words are refused",
    arguments: [
      #"{}"#, #"[]"#, #"{"cases": {}}"#, #"{"cases": [], "cases": []}"#, #"{"cases": [{"request": {}}]}"#,
      #"{"cases": [{"name": "n"}]}"#, suite(#""expected": {}"#), suite(#""expect": {"decison": "ALLOW"}"#),
      suite(#""expect": {"decision": "Allow"}"#), suite(#""expect": {"denial": "NONE"}"#),
      suite(#""expect": {"reason": "REASON_ALLOWED"}"#), suite(#""expect": {"error": "OK"}"#),
      suite(#""expect": {"keyArn": 1}"#), suite(#""files": []"#),
      suite("", request: #"{"principle": ""}"#), suite("", request: #"{"principal": 1}"#),
      suite("", request: #"{"context": {"aws:SourceIp": [{}]}}"#),
      suite("", request: #"{"context": {"aws:SourceIp": null}}"#),
      suite("", request: #"{"context": {"aws:SourceIp": {"value": []}}}"#),
      suite("", request: #"{"encryptionContext": {"a": 1}}"#), suite("", request: #"{"grant": {"operation": []}}"#),
      suite("", request: #"{"session": {"policy": []}}"#),
      suite("", request: #"{"grant": {"constraints": {"a": {}}}}"#),
      #"{"cases": [{"name": "n", "request": {}}, {"name": "n", "request": {}}]}"#,
    ])
  func refused(text: String) {
    #expect(!mistakes(text).isEmpty)
  }

  @Test("tags, a comment and null expectations are accepted")
  func accepted() throws {
    let subject = try read(suite(#""tags": ["A-1"], "comment": "why", "expect": {"decision": "DENY", "error": null}"#))
      .cases[0]
    #expect(subject.tags == ["A-1"])
    let expected: [PolicySuite.Expectation.Member: Text?] = [.decision: "DENY", .error: Text?.none]
    #expect(subject.expectation.members == expected)
  }

  @Test("directory names are taken relative to the suite file")
  func directoryName() throws {
    var asked: [Text] = []
    _ = try SuiteReader.parse(Array(#"{"directory": "../p", "cases": []}"#.utf8), file: "s.json") { name in
      asked.append(name)
      return PolicyTree()
    }
    #expect(asked == ["../p"])
  }

  @Test("a file that cannot be read is an error of the suite")
  func unreadable() {
    #expect(throws: SuiteError.self) { try SuiteReader.read(path: "/nonexistent/suite.json") }
  }
}
