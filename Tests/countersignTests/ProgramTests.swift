// The program as a whole: exit codes, what goes to which output, and that it answers what the engine answers.

import Testing

@Suite("The program")
struct ProgramTests {
  static let key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  static let role = "arn:aws:iam::444455556666:role/ExampleRole"

  private func policies() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "p/accounts/111122223333/keys/us-west-2/1234abcd-12ab-34cd-56ef-1234567890ab/policy.json",
      """
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "AllowUse", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
         "Action": "kms:Decrypt", "Resource": "*"}]}
      """)
    try folder.write(
      "p/accounts/444455556666/roles/ExampleRole/policies/kms.json",
      """
      {"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": "kms:*", "Resource": "\(Self.key)"}}
      """)
    return folder
  }

  private func check(_ folder: TemporaryFolder, _ operation: String, _ more: String...) throws -> Program.Ending {
    try Program.run(
      [
        "check", "--policies", folder.path + "/p", "--principal", Self.role, "--operation", operation, "--resource",
        Self.key,
      ] + more)
  }

  @Test("an allow is exit 0, a deny 1, and the text names both sides' statements")
  func decisions() throws {
    let folder = try policies()
    let allowed = try check(folder, "kms:Decrypt")
    #expect(allowed.code == 0)
    #expect(allowed.errors.isEmpty)
    #expect(allowed.lines.first?.hasPrefix("ALLOW: ") == true)
    #expect(allowed.output.contains("1234abcd-12ab-34cd-56ef-1234567890ab/policy.json:2 (AllowUse)"))
    #expect(allowed.output.contains("roles/ExampleRole/policies/kms.json:2 (statement 1)"))
    #expect(!allowed.output.contains("\u{1B}"))
    let denied = try check(folder, "kms:Encrypt")
    #expect(denied.code == 1)
    #expect(denied.errors.isEmpty)
    #expect(denied.lines.first?.hasPrefix("DENY (implicit): ") == true)
    #expect(denied.output.contains("NO_KEY_POLICY_ALLOW"))
  }

  @Test("JSON is one line with proto3 names and short enums")
  func json() throws {
    let folder = try policies()
    let denied = try check(folder, "kms:Encrypt", "--format", "json", "--request-id", "r-1")
    #expect(denied.code == 1)
    #expect(denied.lines.count == 1)
    #expect(
      denied.output.hasPrefix(
        #"{"decision":"DENY","denial":"IMPLICIT","reason":"NO_KEY_POLICY_ALLOW","owner":{"account":"111122223333","#))
    #expect(denied.output.contains(#""keyArn":"\#(Self.key)""#))
    #expect(denied.output.contains(#""requestId":"r-1""#))
  }

  @Test("explain decides as check does, and tells why")
  func explain() throws {
    let folder = try policies()
    func explain(_ operation: String, _ more: String...) throws -> Program.Ending {
      try Program.run(
        [
          "explain", "--policies", folder.path + "/p", "--principal", Self.role, "--operation", operation, "--resource",
          Self.key,
        ] + more)
    }
    let allowed = try explain("kms:Decrypt")
    #expect(allowed.code == 0)
    #expect(allowed.errors.isEmpty)
    #expect(
      allowed.output.contains("Allow matches and decides: accounts/444455556666/roles/ExampleRole/policies/kms.json:2"))
    let denied = try explain("kms:Encrypt")
    #expect(denied.code == 1)
    #expect(denied.output.contains("Action: the request has `kms:Encrypt`, the policy `kms:decrypt`"))
    #expect(denied.output.contains("to allow it: "))
    let owner = try explain("kms:Encrypt", "--side", "owner", "--format", "json")
    #expect(owner.code == 1)
    #expect(owner.lines.count == 1)
    #expect(owner.output.contains(#""owner":{"account":"111122223333","decision":"DENY""#))
    #expect(!owner.output.contains("accounts/444455556666"))
    #expect(try !explain("kms:Decrypt", "--account", "444455556666").output.contains("accounts/111122223333"))
    #expect(try explain("kms:Decrypt", "--side", "nobody").code == 2)
  }

  @Test("a request comes from a file or standard input, and flags replace its members")
  func requestFile() throws {
    let folder = try policies()
    let request = #"{"principal": "\#(Self.role)", "operation": "kms:Encrypt", "resource": "\#(Self.key)"}"#
    let arguments = ["check", "--policies", folder.path + "/p", "--request", "-"]
    #expect(try Program.run(arguments, input: request).code == 1)
    #expect(try Program.run(arguments + ["--operation", "kms:Decrypt"], input: request).code == 0)
    let malformed = try Program.run(arguments, input: #"{"principle": "x"}"#)
    #expect(malformed.code == 2)
    #expect(malformed.errors.hasPrefix("countersign: -:1:"))
  }

  @Test("COUNTERSIGN_POLICIES stands for --policies")
  func environment() throws {
    let folder = try policies()
    let ending = try Program.run(
      ["check", "--principal", Self.role, "--operation", "kms:Decrypt", "--resource", Self.key],
      environment: ["COUNTERSIGN_POLICIES=\(folder.path)/p"])
    #expect(ending.code == 0)
  }

  @Test(
    "unusable input is exit 2 with a message on standard error and nothing on standard output",
    arguments: [
      ["check"], ["check", "--nonsense"], ["nonsense"], ["check", "--principal", "p"],
      ["check", "--principal", "p", "--operation", "kms:Decrypt", "--context", "novalue"],
      ["check", "--principal", "p", "--operation", "kms:Decrypt", "--policies", "/nonexistent"],
      ["check", "--principal", "p", "--operation", "kms:Decrypt", "--policies", "/tmp", "--socket", "/tmp/s"],
      ["check", "--request", "/nonexistent"], ["test"], ["log", "--since", "some day"], ["log", "--decision", "maybe"],
      ["log", "--lines", "0"], ["status", "--format", "yaml"], ["status", "--timeout", "0"], ["lint", "/nonexistent"],
      [
        "check", "--principal", "p", "--operation", "kms:Decrypt", "--encryption-context", "a=1",
        "--encryption-context", "a=2",
      ],
    ])
  func unusable(_ arguments: [String]) throws {
    let ending = try Program.run(arguments)
    #expect(ending.code == 2)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.hasPrefix("countersign: "))
  }

  @Test("a request that cannot be judged is exit 2 with its status")
  func unjudged() throws {
    let ending = try check(try policies(), "kms:NoSuchOperation")
    #expect(ending.code == 2)
    #expect(ending.errors.hasPrefix("countersign: INVALID_ARGUMENT: "))
  }

  @Test(
    "no daemon is exit 69",
    arguments: [["status"], ["reload"], ["check", "--principal", "p", "--operation", "kms:Decrypt"]])
  func unreachable(_ arguments: [String]) throws {
    let ending = try Program.run(arguments, environment: ["COUNTERSIGN_SOCKET=/nonexistent/socket"])
    #expect(ending.code == 69)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.contains("`/nonexistent/socket`"))
  }

  @Test(
    "help, version and completions are answers",
    arguments: [
      ["--version"], ["--help"], ["help", "check"], ["check", "--help"], ["log", "-h"],
      ["--generate-completion-script", "bash"],
    ])
  func help(_ arguments: [String]) throws {
    let ending = try Program.run(arguments)
    #expect(ending.code == 0)
    #expect(!ending.output.isEmpty)
    #expect(ending.errors.isEmpty)
  }

  @Test("program and daemon are of one version")
  func version() throws {
    let daemon = try Program.run(["--version"], name: "countersignd").output
    #expect(try Program.run(["--version"]).output == "countersign \(daemon)")
  }

  @Test("no command is named that does nothing yet")
  func commands() throws {
    let help = try Program.run(["--help"]).output
    for name in ["check", "explain", "test", "lint", "log", "status", "reload"] {
      #expect(help.contains("\n  \(name) "))
    }
    for name in ["who-can", "import", "scaffold", "replay"] {
      #expect(!help.contains("\n  \(name) "))
      #expect(try Program.run([name]).code == 2)
    }
  }

  @Test("lint: no errors is 0, errors are 1 with their places, remarks are 1 when strict")
  func lint() throws {
    let folder = try policies()
    let good = try Program.run(["lint", folder.path + "/p"])
    #expect(good.code == 0, "\(good.output)")
    #expect(good.output.contains("0 errors"))
    try folder.write("p/accounts/111122223333/polcy.json", "{}")
    let bad = try Program.run(["lint", folder.path + "/p"])
    #expect(bad.code == 1)
    #expect(bad.output.contains("\(folder.path)/p/accounts/111122223333/polcy.json:1:1: error: "))
    let json = try Program.run(["lint", folder.path + "/p", "--format", "json"])
    #expect(json.code == 1)
    #expect(json.output.contains(#""revision":null,"errors":[{"file":"accounts/111122223333/polcy.json","line":1"#))
    let check = try check(folder, "kms:Decrypt")
    #expect(check.code == 2)
    #expect(check.errors.contains("polcy.json:1:1: "))
  }

  @Test("lint: a remark alone is 0, and 1 when strict")
  func remarks() throws {
    let folder = try policies()
    try folder.write(
      "p/accounts/111122223333/keys/us-west-2/odd/policy.json",
      #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*"}}"#)
    let lenient = try Program.run(["lint", folder.path + "/p"])
    #expect(lenient.code == 0)
    #expect(lenient.output.contains(" remark: "))
    #expect(try Program.run(["lint", "--strict", folder.path + "/p"]).code == 1)
  }

  @Test("test: all pass 0, some fail 1, unreadable 2; a line a case in JSON")
  func suites() throws {
    let folder = try policies()
    let request = #"{"principal": "\#(Self.role)", "operation": "kms:Decrypt", "resource": "\#(Self.key)"}"#
    try folder.write(
      "good.json",
      #"{"directory": "p", "cases": [{"name": "a", "request": \#(request), "expect": {"decision": "ALLOW"}}]}"#)
    try folder.write(
      "bad.json",
      #"{"directory": "p", "cases": [{"name": "b", "request": \#(request), "expect": {"decision": "DENY"}}]}"#)
    let good = try Program.run(["test", folder.path + "/good.json"])
    #expect(good.code == 0)
    #expect(good.output == "1 case, 0 failed\n")
    let bad = try Program.run(["test", folder.path + "/good.json", folder.path + "/bad.json", "--format", "json"])
    #expect(bad.code == 1)
    #expect(bad.lines.count == 2)
    #expect(bad.lines.last?.hasPrefix(#"{"suite":"\#(folder.path)/bad.json","case":"b","passed":false,"#) == true)
    let text = try Program.run(["test", folder.path + "/bad.json"])
    #expect(text.output.contains("decision is `ALLOW`, expected `DENY`"))
    let unreadable = try Program.run(["test", folder.path + "/none.json", folder.path + "/good.json"])
    #expect(unreadable.code == 2)
    #expect(unreadable.errors.hasPrefix("countersign: "))
  }
}
