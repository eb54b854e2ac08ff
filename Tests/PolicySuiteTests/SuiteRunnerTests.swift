// Running cases: what passes, what fails, how a result reads as JSON, and how fast thousands go by.

import Authorization
import PolicyDirectory
import PolicyLanguage
import Testing

@testable import PolicySuite

private let keyARN = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
private let keyPolicyPath = "accounts/111122223333/keys/us-west-2/1234abcd-12ab-34cd-56ef-1234567890ab/policy.json"
private let request =
  #"{"principal": "arn:aws:iam::444455556666:role/ExampleRole", "operation": "kms:Decrypt", "resource": "\#(keyARN)"}"#

private func policies(principal: String = "444455556666") -> String {
  #"""
  {"\#(keyPolicyPath)": {"Statement": {"Effect": "Allow", "Principal": {"AWS": "\#(principal)"}, "Action": "kms:*", "Resource": "*"}},
   "accounts/444455556666/roles/ExampleRole/policies/use.json":
     {"Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "\#(keyARN)"}}}
  """#
}

private func run(_ suite: String) throws -> [SuiteResult] {
  var results: [SuiteResult] = []
  SuiteRunner(try SuiteReader.parse(Array(suite.utf8), file: "s.json") { _ in PolicyTree() }).run { results.append($0) }
  return results
}

@Suite struct SuiteRunnerTests {
  @Test("only what a case expects is compared, and a difference fails it")
  func comparison() throws {
    let results = try run(
      #"""
      {"files": \#(policies()), "cases": [
        {"name": "right", "request": \#(request), "expect": {"decision": "ALLOW", "denial": null, "keyArn": "\#(keyARN)"}},
        {"name": "wrong", "request": \#(request), "expect": {"decision": "DENY", "reason": "ALLOWED"}},
        {"name": "nothing", "request": \#(request), "expect": {}}]}
      """#)
    #expect(results.map(\.passed) == [true, false, true])
    #expect(results[1].mismatches.map(\.description) == ["expected decision `DENY`, found `ALLOW`"])
  }

  @Test("a set that must be refused answers MALFORMED_POLICY, and only the cases that see it")
  func malformed() throws {
    let results = try run(
      #"""
      {"files": \#(policies()), "cases": [
        {"name": "bad", "files": {"\#(keyPolicyPath)": "{"}, "request": \#(request), "expect": {"error": "MALFORMED_POLICY"}},
        {"name": "good", "request": \#(request), "expect": {"decision": "ALLOW"}},
        {"name": "bad again", "files": {"accounts/444455556666/polcy.json": {}}, "request": \#(request), "expect": {"decision": "ALLOW"}}]}
      """#)
    #expect(results.map(\.passed) == [true, true, false])
    #expect(results[0].answer == [.error: "MALFORMED_POLICY"])
    #expect(results[0].messages.allSatisfy { $0.hasPrefix("\(keyPolicyPath):1:") })
  }

  @Test("a request that cannot be judged answers its gRPC status")
  func invalid() throws {
    let results = try run(
      #"{"files": \#(policies()), "cases": [{"name": "n", "request": {}, "expect": {"error": "INVALID_ARGUMENT"}}]}"#)
    #expect(results.map(\.passed) == [true])
  }

  @Test("a result is one JSON object with every member in the contract's order")
  func jsonLines() throws {
    let results = try run(
      #"""
      {"files": \#(policies()), "cases": [
        {"name": "al\"low", "request": \#(request), "expect": {"decision": "ALLOW"}},
        {"name": "refused", "request": {}, "expect": {"decision": "ALLOW"}}]}
      """#)
    #expect(
      results.map(\.jsonLine.description) == [
        #"{"suite":"s.json","case":"al\"low","passed":true,"decision":"ALLOW","denial":null,"reason":"ALLOWED","error":null,"keyArn":"\#(keyARN)"}"#,
        #"{"suite":"s.json","case":"refused","passed":false,"decision":null,"denial":null,"reason":null,"error":"INVALID_ARGUMENT","keyArn":null}"#,
      ])
  }

  @Test("5,000 cases with files of their own are each judged by theirs")
  func speed() throws {
    let count = 5_000
    let cases = (0..<count).map { number in
      let principal = number.isMultiple(of: 2) ? "444455556666" : "\(100_000_000_000 + number)"
      let files = policies(principal: principal)
      let decision = number.isMultiple(of: 2) ? "ALLOW" : "DENY"
      return
        #"{"name": "\#(number)", "files": \#(files), "request": \#(request), "expect": {"decision": "\#(decision)"}}"#
    }
    let results = try run(#"{"cases": [\#(cases.joined(separator: ",\n"))]}"#)
    #expect(results.count == count)
    let failures = results.filter { !$0.passed }.map(\.name)
    #expect(failures.isEmpty)
  }
}
