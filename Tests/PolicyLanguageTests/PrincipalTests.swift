// Principal entries: which form means whom (D.3).

import PolicyLanguage
import Testing

@Suite struct PrincipalTests {
  private func entries(_ principal: String, kind: PolicyKind = .keyPolicy) -> [PrincipalPattern]? {
    statement(source(kind, ("Principal", principal)), as: kind)?.principal?.entries
  }

  @Test("D-19: everyone", arguments: [#""*""#, #"{"AWS": "*"}"#, #"{"AWS": ["*"]}"#])
  func everyone(principal: String) { #expect(entries(principal) == [.everyone]) }

  @Test(
    "D-20 to D-27: forms of AWS principals",
    arguments: [
      ("444455556666", .account("444455556666", partition: nil)),
      ("arn:aws:iam::444455556666:root", .account("444455556666", partition: "aws")),
      ("arn:aws-cn:iam::444455556666:root", .account("444455556666", partition: "aws-cn")),
      (
        "arn:aws:iam::444455556666:user/path/Ann",
        .arn(ARN(service: "iam", account: "444455556666", resource: "user/path/Ann"))
      ),
      ("arn:aws:iam::444455556666:role/R", .arn(ARN(service: "iam", account: "444455556666", resource: "role/R"))),
      (
        "arn:aws:sts::444455556666:assumed-role/R/s",
        .arn(ARN(service: "sts", account: "444455556666", resource: "assumed-role/R/s"))
      ),
      (
        "arn:aws:sts::444455556666:federated-user/F",
        .arn(ARN(service: "sts", account: "444455556666", resource: "federated-user/F"))
      ),
      ("AIDACKCEVSQ6C2EXAMPLE", .uniqueID("AIDACKCEVSQ6C2EXAMPLE")),
      ("AROA1234567890EXAMPLE", .uniqueID("AROA1234567890EXAMPLE")),
    ] as [(String, PrincipalPattern)])
  func forms(text: String, expected: PrincipalPattern) { #expect(entries(#"{"AWS": "\#(text)"}"#) == [expected]) }

  @Test(
    "D-29, D-30: accepted, matches nobody",
    arguments: [
      "arn:aws:iam::444455556666:role/*", "arn:aws:sts::444455556666:assumed-role/R/*", "4444*", "arn:aws:iam::*:root",
      "AROA*",
      "arn:aws:iam::444455556666:user/A?n", "arn:aws:iam::444455556666:group/G", "arn:aws:s3:::bucket",
      "arn:aws:iam::4444:root", "arn:aws:iam",
      "arn:aws:iam:us-east-1:444455556666:root", "arn:aws:iam::444455556666:user",
    ])
  func unmatchable(text: String) { #expect(entries(#"{"AWS": "\#(text)"}"#) == [.unmatchable(Text(text))]) }

  @Test(
    "text that is no principal in any form is refused",
    arguments: [
      "", "ADMINISTRATOR", "AIDA", "44445555666", "4444555566667", "ann", "role/R", "aida1234", "444455556666 ",
      "${aws:PrincipalAccount}",
    ])
  func refused(text: String) {
    let messages = read(source(.keyPolicy, ("Principal", #"{"AWS": "\#(text)"}"#)), as: .keyPolicy).messages
    #expect(messages.count == 1 && messages[0].contains("found the principal `\(text)`, expected `*`, twelve digits"))
  }

  @Test("D-28, D-29: services and foreign kinds")
  func otherKinds() {
    #expect(entries(#"{"Service": "s3.amazonaws.com"}"#) == [.service("s3.amazonaws.com")])
    #expect(entries(#"{"Service": "*"}"#) == [.unmatchable("*")])
    #expect(
      entries(#"{"Federated": "cognito-identity.amazonaws.com"}"#, kind: .trustPolicy) == [
        .foreign("cognito-identity.amazonaws.com")
      ])
    #expect(entries(#"{"CanonicalUser": "79a5"}"#, kind: .resourcePolicy) == [.foreign("79a5")])
  }

  @Test("D-31: several kinds and arrays add up")
  func several() {
    #expect(
      entries(#"{"AWS": ["444455556666", "777788889999"], "Service": ["a.amazonaws.com"]}"#) == [
        .account("444455556666", partition: nil), .account("777788889999", partition: nil), .service("a.amazonaws.com"),
      ])
  }

  @Test(
    "malformed principals are refused",
    arguments: [
      #""444455556666""#, #""arn:aws:iam::444455556666:root""#, "{}", "[]", #"["*"]"#, "null", #"{"aws": "*"}"#,
      #"{"AWS": []}"#,
      #"{"AWS": 444455556666}"#, #"{"AWS": {}}"#, #"{"AWS": [null]}"#, #"{"User": "*"}"#, #"{"Service": ""}"#,
      #"{"Federated": ""}"#,
    ])
  func malformed(principal: String) {
    #expect(read(source(.keyPolicy, ("Principal", principal)), as: .keyPolicy).messages.count == 1)
  }

  @Test("D-34: NotPrincipal keeps its entries and says that it is negated")
  func negated() {
    let text = source(.keyPolicy, ("Principal", nil), ("NotPrincipal", #"{"AWS": "444455556666"}"#))
    let principal = statement(text, as: .keyPolicy)?.principal
    #expect(principal?.isNegated == true && principal?.entries == [.account("444455556666", partition: nil)])
  }
}
