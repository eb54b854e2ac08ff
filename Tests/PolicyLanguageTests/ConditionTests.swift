// Conditions: names of operators and what their values compile to (E.1, D-8, D-9, D-52).

import PolicyLanguage
import Testing

@Suite struct ConditionTests {
  private func condition(
    _ json: String, version: String = "2012-10-17", kind: PolicyKind = .identityPolicy
  ) -> Condition? {
    statement(source(kind, version: "\"\(version)\"", ("Condition", json)), as: kind)?.conditions.first
  }

  static let operators: [(Text, ConditionOperator.Family, Bool)] = [
    ("StringEquals", .string, false), ("StringNotEquals", .string, true),
    ("StringEqualsIgnoreCase", .stringIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", .stringIgnoreCase, true), ("StringLike", .stringLike, false),
    ("StringNotLike", .stringLike, true),
    ("NumericEquals", .numeric(.equals), false), ("NumericNotEquals", .numeric(.equals), true),
    ("NumericLessThan", .numeric(.lessThan), false),
    ("NumericLessThanEquals", .numeric(.lessThanEquals), false), ("NumericGreaterThan", .numeric(.greaterThan), false),
    ("NumericGreaterThanEquals", .numeric(.greaterThanEquals), false), ("DateEquals", .date(.equals), false),
    ("DateNotEquals", .date(.equals), true),
    ("DateLessThan", .date(.lessThan), false), ("DateLessThanEquals", .date(.lessThanEquals), false),
    ("DateGreaterThan", .date(.greaterThan), false),
    ("DateGreaterThanEquals", .date(.greaterThanEquals), false), ("Bool", .bool, false),
    ("BinaryEquals", .binary, false), ("IpAddress", .ipAddress, false),
    ("NotIpAddress", .ipAddress, true), ("ArnEquals", .arn, false), ("ArnLike", .arn, false),
    ("ArnNotEquals", .arn, true), ("ArnNotLike", .arn, true),
    ("Null", .null, false),
  ]

  @Test("E.1: operators with every prefix and suffix", arguments: operators)
  func names(name: Text, family: ConditionOperator.Family, isNegated: Bool) {
    for (prefix, quantifier) in [
      ("", ConditionOperator.Quantifier.none), ("ForAllValues:", .forAllValues), ("ForAnyValue:", .forAnyValue),
    ] {
      for (suffix, ifExists) in [("", false), ("IfExists", true)] {
        let expected = ConditionOperator(
          quantifier: quantifier, family: family, isNegated: isNegated, ifExists: ifExists)
        let found = ConditionOperator(Text("\(prefix)\(name)\(suffix)"))
        #expect(found == (family == .null && ifExists ? nil : expected), "\(prefix)\(name)\(suffix)")
      }
    }
  }

  @Test(
    "E.1: unknown operators are refused; case counts",
    arguments: [
      "", "stringEquals", "STRINGEQUALS", "StringEqualsIfExist", "IfExists", "NullIfExists",
      "ForAnyValues:StringEquals", "ForAnyValue:",
      "foranyvalue:StringEquals", "ForAllValues:ForAnyValue:StringEquals", "StringEqualsIfExistsIfExists",
      "BinaryNotEquals", "BoolNot", "IPAddress",
      "StringNotEqualsIgnoreCaseLike", " StringEquals", "ArnLike ",
    ])
  func unknown(name: String) {
    let messages = read(source(.identityPolicy, ("Condition", #"{"\#(name)": {"k": "v"}}"#)), as: .identityPolicy)
      .messages
    #expect(messages.count == 1 && messages[0].contains("found the condition operator `\(name)`, expected "))
  }

  @Test("a wrong case names the right operator")
  func similar() {
    let messages = read(
      source(.identityPolicy, ("Condition", #"{"ForAnyValue:stringequals": {"k": "v"}}"#)), as: .identityPolicy
    ).messages
    #expect(messages[0].hasSuffix("expected `StringEquals`"))
  }

  @Test(
    "values that the operator reads",
    arguments: [
      ("NumericEquals", #"10"#), ("NumericLessThan", #"["1", 2.5, -3e2]"#),
      ("DateLessThan", #""2026-01-01T00:00:00Z""#),
      ("DateEquals", "1767225600"), ("Bool", "true"), ("Bool", #"["True", "FALSE", false]"#),
      ("BinaryEquals", #""Zm9v""#), ("IpAddress", #""192.0.2.1""#),
      ("NotIpAddress", #"["192.0.2.0/24", "2001:db8::/32"]"#), ("ArnLike", #""arn:aws:iam::*:role/x""#),
      ("ArnEquals", #""*""#),
      ("ArnLike", #""arn:aws:kms:*""#), ("ArnLike", #""arn:aws""#), ("ArnLike", #""*:aws:iam::1:role/x""#),
      ("ArnLike", #""arn:aws:*:*:*:*""#),
      ("Null", "true"), ("Null", #"["true", "false"]"#), ("StringEquals", "5"), ("StringEquals", "true"),
      ("StringLike", #""""#),
      ("ForAllValues:Null", "true"),
    ])
  func readable(name: String, value: String) {
    #expect(
      read(source(.identityPolicy, ("Condition", #"{"\#(name)": {"k": \#(value)}}"#)), as: .identityPolicy).messages
        == [])
  }

  @Test(
    "a value that its operator cannot read is refused",
    arguments: [
      ("NumericEquals", #""ten""#, "a number"), ("NumericLessThanIfExists", "true", "a number"),
      ("DateLessThan", #""tomorrow""#, "a date"),
      ("Bool", #""yes""#, "`true` or `false`"), ("Bool", "1", "`true` or `false`"),
      ("Null", #""maybe""#, "`true` or `false`"), ("BinaryEquals", #""a b""#, "base64"),
      ("IpAddress", #""192.0.2.*""#, "an address or a network"),
      ("IpAddress", #""192.0.2.0/33""#, "an address or a network"), ("ArnLike", #""role/x""#, "an ARN"),
      ("ArnEquals", #""444455556666""#, "an ARN"), ("ForAnyValue:NumericEquals", #""""#, "a number"),
      ("ArnLike", #""a*""#, "an ARN"),
      ("NumericEquals", #""${*}""#, "a number"),
    ])
  func unreadable(name: String, value: String, expectation: String) {
    let messages = read(source(.identityPolicy, ("Condition", #"{"\#(name)": {"k": \#(value)}}"#)), as: .identityPolicy)
      .messages
    #expect(messages.count == 1 && messages[0].contains("under `\(name)`, expected \(expectation)"), "\(messages)")
  }

  @Test(
    "D-51, D-52: a value with a variable is not refused in 2012-10-17, and is in 2008-10-17",
    arguments: [
      "NumericEquals", "DateEquals", "BinaryEquals", "IpAddress", "Null", "Bool", "ArnLike",
    ])
  func variables(name: String) throws {
    let json = #"{"\#(name)": {"k": ["${aws:username}"]}}"#
    switch try #require(condition(json)).operands {
    case .unreadable: #expect(name != "Bool" && name != "ArnLike")
    case .bools(let operands): #expect(name == "Bool" && operands != [.value(true)] && operands.count == 1)
    case .arns(let operands): #expect(name == "ArnLike" && operands != [.arn(.any)] && operands.count == 1)
    default: Issue.record("compiled to something else")
    }
    #expect(
      read(source(.identityPolicy, version: #""2008-10-17""#, ("Condition", json)), as: .identityPolicy).messages.count
        == 1)
  }

  @Test("D-59: string operators expand variables; wildcards are for StringLike")
  func strings() throws {
    func pieces(_ name: String) throws -> [PatternPiece] {
      guard
        case .patterns(let patterns) = try #require(condition(#"{"\#(name)": {"k": "a*${aws:username}"}}"#)).operands
      else { return [] }
      return patterns[0].pieces
    }
    let variable = PatternPiece.variable(Variable(key: "aws:username"))
    #expect(try pieces("StringEquals") == [.literal("a*"), variable])
    #expect(try pieces("StringEqualsIgnoreCase") == [.literal("a*"), variable])
    #expect(try pieces("StringLike") == [.literal("a"), .anyRun, variable])
  }

  @Test("D-9: numbers and booleans compare in their string form")
  func stringForm() throws {
    guard
      case .patterns(let patterns) = try #require(condition(#"{"StringEquals": {"k": [1.50, true, false, "x"]}}"#))
        .operands
    else {
      Issue.record("not patterns")
      return
    }
    #expect(patterns.map(\.literal) == ["1.50", "true", "false", "x"])
  }

  @Test("C-1: keys are lower case")
  func keys() {
    #expect(condition(#"{"StringEquals": {"AWS:PrincipalTag/Team": "x"}}"#)?.key == "aws:principaltag/team")
  }

  @Test("E-5, E-6: keys and operators add up; the same operator twice is refused")
  func several() {
    let json =
      #"{"StringEquals": {"a": "1", "b": "2"}, "StringEqualsIfExists": {"a": "1"}, "ForAllValues:StringEquals": {"a": "1"}}"#
    #expect(statement(source(.identityPolicy, ("Condition", json)), as: .identityPolicy)?.conditions.count == 4)
    #expect(
      read(
        source(.identityPolicy, ("Condition", #"{"Bool": {"a": "true"}, "Bool": {"b": "true"}}"#)), as: .identityPolicy
      ).messages.count == 1)
  }

  @Test("E-21: an empty Condition is none")
  func empty() {
    #expect(statement(source(.identityPolicy, ("Condition", "{}")), as: .identityPolicy)?.conditions.isEmpty == true)
  }

  @Test(
    "D-8: malformed conditions are refused",
    arguments: [
      "null", "[]", #""x""#, #"{"StringEquals": "x"}"#, #"{"StringEquals": []}"#, #"{"StringEquals": {"k": []}}"#,
      #"{"StringEquals": {"k": null}}"#,
      #"{"StringEquals": {"k": {}}}"#, #"{"StringEquals": {"k": ["a", ["b"]]}}"#,
    ])
  func malformed(json: String) {
    #expect(read(source(.identityPolicy, ("Condition", json)), as: .identityPolicy).messages.count == 1)
  }

  @Test("C-5: ForAllValues on an encryption context key is refused in a key policy only")
  func encryptionContext() {
    for name in ["ForAllValues:StringEquals", "ForAllValues:StringLikeIfExists"] {
      let json = #"{"\#(name)": {"KMS:EncryptionContext:Dept": "x"}}"#
      let messages = read(source(.keyPolicy, ("Condition", json)), as: .keyPolicy).messages
      #expect(messages.count == 1 && messages[0].contains("expected an operator without `ForAllValues:`"))
      #expect(read(source(.identityPolicy, ("Condition", json)), as: .identityPolicy).messages == [])
    }
    for json in [
      #"{"ForAnyValue:StringEquals": {"kms:EncryptionContext:Dept": "x"}}"#,
      #"{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": "x"}}"#,
    ] {
      #expect(read(source(.keyPolicy, ("Condition", json)), as: .keyPolicy).messages == [])
    }
  }
}

@Suite struct ARNOperandTests {
  private func match(_ operand: Text, _ value: Text, _ variables: [Text: Text] = [:]) throws -> PatternMatch {
    let json = #"{"ArnLike": {"k": "\#(operand)"}}"#
    let condition = try #require(
      statement(source(.identityPolicy, ("Condition", json)), as: .identityPolicy)?.conditions.first)
    guard case .arns(let operands) = condition.operands else { return .unresolved }
    return operands[0].matches(try arn(value)) { variables[$0.key] }
  }

  @Test(
    "E.1, E-13: ARNs compare part by part",
    arguments: [
      ("arn:aws:iam::444455556666:role/*", .match), ("arn:*:*:*:*:*", .match), ("*", .match),
      ("*:aws:iam::444455556666:role/a/b", .match),
      ("arn:aws:iam::*", .match), ("arn:aws:iam:*", .match), ("arn:aws:i?m::444455556666:role/a?b", .match),
      ("arn:aws:iam:*:role/*", .noMatch),
      ("arn:aws:iam::444455556666:Role/*", .noMatch), ("arn:aws:iam::444455556666:role", .noMatch),
      ("arn:aws:iam", .noMatch), ("arn:aws:*role/a/b", .noMatch),
      ("arn:aws:iam:us-*::role/*", .noMatch),
    ] as [(Text, PatternMatch)])
  func parts(operand: Text, expected: PatternMatch) throws {
    #expect(try match(operand, "arn:aws:iam::444455556666:role/a/b") == expected)
  }

  @Test("D-52, D-55: variables stand anywhere, and may bring colons of their own")
  func variables() throws {
    let value: Text = "arn:aws:iam::444455556666:role/a"
    #expect(try match("${aws:principalarn}", value, ["aws:principalarn": value]) == .match)
    #expect(
      try match("arn:aws:iam::${aws:PrincipalAccount}:role/*", value, ["aws:principalaccount": "444455556666"])
        == .match)
    #expect(try match("arn:aws:iam::${aws:PrincipalAccount}:role/*", value, ["aws:principalaccount": "*"]) == .noMatch)
    #expect(try match("arn:aws:iam::${aws:PrincipalAccount}:role/*", value) == .unresolved)
  }
}
