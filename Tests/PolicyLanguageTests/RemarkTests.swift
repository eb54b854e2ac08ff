// Remarks: what is accepted and pointed out.

import PolicyLanguage
import Testing

@Suite struct RemarkTests {
  private func remarks(_ source: String, _ kind: PolicyKind) throws -> [String] {
    PolicyRemarks.remarks(on: try #require(read(source, as: kind).document), as: kind).map(\.message)
  }

  @Test("the smallest document of each kind draws no remark", arguments: PolicyKind.allCases)
  func silent(kind: PolicyKind) throws { #expect(try remarks(source(kind), kind) == []) }

  @Test(
    "each remark is given once",
    arguments: [
      (
        .keyPolicy, source(.keyPolicy, ("Principal", #"{"AWS": "arn:aws:iam::444455556666:role/*"}"#)),
        "matches nobody (D-30)"
      ),
      (.keyPolicy, source(.keyPolicy, ("Principal", #"{"Federated": "x"}"#)), "never a caller here (D-29)"),
      (
        .keyPolicy, source(.keyPolicy, ("Principal", nil), ("NotPrincipal", #"{"AWS": "444455556666"}"#)),
        "NotPrincipal spares"
      ),
      (
        .endpointPolicy,
        source(
          .endpointPolicy, ("Effect", #""Allow""#), ("Principal", nil), ("NotPrincipal", #"{"AWS": "444455556666"}"#)),
        "NotPrincipal with Allow"
      ),
      (
        .keyPolicy, source(.keyPolicy, ("Effect", #""Allow""#)),
        "for everyone of every account without a condition (A-22)"
      ),
      (.keyPolicy, source(.keyPolicy, ("Resource", nil)), "without Resource has no effect (D-13)"),
      (.keyPolicy, source(.keyPolicy, ("Action", nil)), "without Action has no effect (D-13)"),
      (
        .keyPolicy, source(.keyPolicy, ("Resource", #""arn:aws:kms:us-west-2:111122223333:key/1""#)),
        "the Resource of a key policy is `*`"
      ),
      (.keyPolicy, source(.keyPolicy, ("Resource", nil), ("NotResource", #""*""#)), "NotResource is pointless"),
      (
        .identityPolicy, source(.identityPolicy, ("Action", #""KMS:reencrypt""#)),
        "there is no action `kms:ReEncrypt` (B-6)"
      ),
      (.identityPolicy, source(.identityPolicy, ("Resource", #""arn:aws:k*:us-west-2:1:key/1""#)), "matches nothing"),
      (.identityPolicy, source(.identityPolicy, ("Resource", #""arn:aws:s3::${aws:x}:b""#)), "matches nothing"),
      (.identityPolicy, source(.identityPolicy, ("Resource", #""arn:aws:s3""#)), "matches nothing"),
      (
        .identityPolicy, source(.identityPolicy, version: nil, ("Resource", #""arn:aws:s3:::b/${aws:username}""#)),
        "add `\"Version\": \"2012-10-17\"`"
      ),
      (
        .identityPolicy,
        source(.identityPolicy, version: nil, ("Condition", #"{"StringEquals": {"k": "${aws:username}"}}"#)),
        "add `\"Version\""
      ),
      (
        .identityPolicy, source(.identityPolicy, ("Condition", #"{"StringEquals": {"k": "${aws:username"}}"#)),
        "begins no variable"
      ),
      (
        .identityPolicy, source(.identityPolicy, ("Condition", #"{"NumericEquals": {"k": "${aws:username}"}}"#)),
        "expands no variables (D-52)"
      ),
      (
        .identityPolicy, source(.identityPolicy, ("Condition", #"{"ArnLike": {"k": "arn:aws"}}"#)),
        "fewer than six parts"
      ),
      (
        .identityPolicy,
        source(.identityPolicy, ("Effect", #""Allow""#), ("Condition", #"{"ForAllValues:StringEquals": {"k": "x"}}"#)),
        "(E-9)"
      ),
      (
        .keyPolicy, source(.keyPolicy, ("Condition", #"{"StringEquals": {"aws:ResourceTag/a": "x"}}"#)),
        "no value in key policies"
      ),
    ] as [(PolicyKind, String, String)])
  func given(kind: PolicyKind, source: String, part: String) throws {
    let found = try remarks(source, kind)
    #expect(found.count == 1 && found[0].contains(part), "\(found)")
  }

  @Test(
    "E-9: Null false, or Deny, makes ForAllValues safe",
    arguments: [
      source(
        .identityPolicy, ("Effect", #""Allow""#),
        ("Condition", #"{"ForAllValues:StringEquals": {"k": "x"}, "Null": {"K": "false"}}"#)),
      source(.identityPolicy, ("Condition", #"{"ForAllValues:StringEquals": {"k": "x"}}"#)),
    ])
  func safe(source: String) throws { #expect(try remarks(source, .identityPolicy) == []) }
}
