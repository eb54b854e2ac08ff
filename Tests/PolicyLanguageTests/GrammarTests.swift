// Documents and statements: D.1 and the table D.2, element by element.

import PolicyLanguage
import Testing

@Suite struct GrammarTests {
  static let all = PolicyKind.allCases

  @Test("the smallest document of each kind is accepted", arguments: all)
  func smallest(kind: PolicyKind) {
    #expect(read(source(kind), as: kind).messages == [])
  }

  @Test(
    "D-1: a policy is an object with a Statement",
    arguments: [
      ("[]", "1:1: found an array, expected a key policy"), ("\"x\"", "1:1: found a string"),
      ("{}", "1:1: found no `Statement`"),
      ("{\"Version\": \"2012-10-17\"}", "1:1: found no `Statement`"),
      ("nope", "1:1: found `nope`, expected a JSON value"),
    ])
  func document(source: String, message: String) {
    #expect(read(source, as: .keyPolicy).messages.first?.hasPrefix(message) == true)
  }

  @Test("D-1: elements come in any order, Version behind Statement too")
  func order() throws {
    let source = #"""
      {"Statement": {"Resource": "*", "Condition": {"StringEquals": {"k": "${aws:username}"}}, "Action": "kms:*", "Effect": "Allow"},
       "Version": "2012-10-17"}
      """#
    let first = try #require(statement(source, as: .identityPolicy))
    guard case .patterns(let patterns) = first.conditions[0].operands else {
      Issue.record("not patterns")
      return
    }
    #expect(patterns[0].hasVariables)
  }

  @Test("D-2: Version")
  func version() {
    #expect(read(source(.keyPolicy, version: nil), as: .keyPolicy).document?.version == .v2008)
    #expect(read(source(.keyPolicy, version: #""2008-10-17""#), as: .keyPolicy).document?.version == .v2008)
    #expect(read(source(.keyPolicy), as: .keyPolicy).document?.version == .v2012)
    for wrong in [#""2012-10-18""#, #""""#, "20121017", "null", #""2012-10-17 ""#] {
      let messages = read(source(.keyPolicy, version: wrong), as: .keyPolicy).messages
      #expect(messages.count == 1 && messages[0].contains("expected `2012-10-17` or `2008-10-17`"), "\(wrong)")
    }
  }

  @Test("D-3: Statement is an object or a non-empty array of objects", arguments: all)
  func statements(kind: PolicyKind) {
    let one = source(kind)
    #expect(read(one.replacing("[{", with: "{").replacing("}]", with: "}"), as: kind).document?.statements.count == 1)
    for wrong in ["[]", "\"x\"", "null", "[[]]", "[\"x\"]", "[null]"] {
      #expect(read(#"{"Version": "2012-10-17", "Statement": \#(wrong)}"#, as: kind).messages.count == 1, "\(wrong)")
    }
  }

  @Test("D-3: statements know their index and place")
  func places() {
    let source = """
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": "B", "Effect": "Deny", "Action": "*", "Resource": "*",
         "Condition": {"Bool": {
           "aws:SecureTransport": false}}}]}
      """
    let statements = read(source, as: .identityPolicy).document?.statements ?? []
    #expect(statements.map(\.index) == [0, 1] && statements.map(\.sid) == ["A", "B"])
    #expect(statements.map(\.position.line) == [2, 3] && statements.map(\.position.column) == [3, 3])
    #expect(statements.last?.conditions.first?.position == SourcePosition(line: 5, column: 6))
    #expect(statements.map(\.effect) == [.allow, .deny])
  }

  @Test("D-4: an element that stands twice is refused", arguments: all)
  func repeatedElement(kind: PolicyKind) {
    let twice = source(kind).replacing(#""Effect""#, with: #""Effect": "Allow", "Effect""#)
    #expect(read(twice, as: kind).messages.first?.contains("found `Effect` a second time") == true)
  }

  @Test("D-5: Effect is required", arguments: all)
  func effectRequired(kind: PolicyKind) {
    let messages = read(source(kind, ("Effect", nil)), as: kind).messages
    #expect(messages.count == 1 && messages[0].contains("without `Effect`"))
  }

  @Test("D-5, D-13: Action is required, but in a key policy", arguments: all)
  func actionRequired(kind: PolicyKind) {
    let (document, messages) = read(source(kind, ("Action", nil)), as: kind)
    if kind == .keyPolicy {
      #expect(document?.statements[0].action.patterns.isEmpty == true)
    } else {
      #expect(messages.count == 1 && messages[0].contains("without `Action`"))
    }
  }

  @Test(
    "D-13, D.2: Resource is required, but in a key policy or another resource's, and refused in a trust policy",
    arguments: all)
  func resourceRequired(kind: PolicyKind) {
    let (document, messages) = read(source(kind, ("Resource", nil)), as: kind)
    switch kind {
    case .keyPolicy, .trustPolicy, .resourcePolicy: #expect(document?.statements[0].resource == nil && document != nil)
    default: #expect(messages.count == 1 && messages[0].contains("without `Resource`"))
    }
    for element in ["Resource", "NotResource"] {
      let accepted = read(source(kind, ("Resource", nil), (element, #""*""#)), as: kind).messages.isEmpty
      #expect(accepted == (kind != .trustPolicy))
    }
  }

  @Test(
    "D-5: both members of a pair are refused",
    arguments: [
      ("Action", "NotAction", #""kms:*""#), ("Resource", "NotResource", #""*""#),
      ("Principal", "NotPrincipal", #"{"AWS": "444455556666"}"#),
    ])
  func pairs(element: String, negated: String, value: String) {
    let messages = read(source(.keyPolicy, (element, value), (negated, value)), as: .keyPolicy).messages
    #expect(messages.count == 1 && messages[0].contains("found both `\(element)` and `\(negated)`"))
  }

  @Test(
    "D-6: Effect is exactly Allow or Deny",
    arguments: [#""allow""#, #""DENY""#, #""""#, #""Deny ""#, "true", "null", #"["Deny"]"#])
  func effect(value: String) {
    let messages = read(source(.identityPolicy, ("Effect", value)), as: .identityPolicy).messages
    #expect(messages.count == 1 && messages[0].contains("as `Effect`, expected `Allow` or `Deny`"))
  }

  @Test(
    "D-7: unknown and misspelt elements are refused",
    arguments: ["effect", "Resources", "Conditions", "NotEffect", "", "SID"])
  func unknownElement(name: String) {
    let messages = read(source(.keyPolicy, (name, #""*""#)), as: .keyPolicy).messages
    #expect(messages.count == 1 && messages[0].contains("found the element `\(name)`"))
    let top = read(source(.keyPolicy, top: #""\#(name)": "x", "#), as: .keyPolicy).messages
    #expect(top.count == 1 && top[0].contains("found the element `\(name)`"))
  }

  @Test(
    "D-8: one string or a non-empty array of strings", arguments: ["Action", "NotAction", "Resource", "NotResource"])
  func arrays(element: String) {
    let other = element.hasSuffix("Action") ? "Action" : "Resource"
    for good in [#""*""#, #"["*"]"#, #"["*", "*"]"#] {
      #expect(read(source(.identityPolicy, (other, nil), (element, good)), as: .identityPolicy).messages == [])
    }
    for bad in ["[]", "null", "1", "{}", #"["*", 1]"#, #"[["*"]]"#, "[null]", #""""#, #"["*", ""]"#] {
      #expect(
        read(source(.identityPolicy, (other, nil), (element, bad)), as: .identityPolicy).messages.count == 1, "\(bad)")
    }
  }

  @Test("D-10: Id in resource-based policies only", arguments: all)
  func id(kind: PolicyKind) {
    let (document, messages) = read(source(kind, top: #""Id": "x y", "#), as: kind)
    switch kind {
    case .keyPolicy, .endpointPolicy, .resourcePolicy, .trustPolicy: #expect(document?.id == "x y")
    default: #expect(messages.count == 1 && messages[0].contains("found `Id`, which"))
    }
    #expect(!read(source(kind, top: #""Id": 1, "#), as: kind).messages.isEmpty)
  }

  @Test("D-11: Sid", arguments: all)
  func sid(kind: PolicyKind) {
    let isStrict = kind == .identityPolicy || kind == .sessionPolicy
    for (sid, isPlain) in [("", true), ("Abc123", true), ("a b", false), ("a-b", false), ("é", false)] {
      let (document, messages) = read(source(kind, ("Sid", #""\#(sid)""#)), as: kind)
      #expect((document?.statements[0].sid == Text(sid)) == (isPlain || !isStrict), "\(sid): \(messages)")
    }
    #expect(read(source(kind, ("Sid", "1")), as: kind).messages.count == 1)
  }

  @Test(
    "D-11: the same Sid twice is refused in an identity policy; an empty one is none",
    arguments: [
      (PolicyKind.identityPolicy, "A", false), (.sessionPolicy, "A", false), (.keyPolicy, "A", true),
      (.identityPolicy, "", true),
    ])
  func sidTwice(kind: PolicyKind, sid: String, isAccepted: Bool) {
    let one = source(kind, ("Sid", #""\#(sid)""#))
    let start = one.range(of: "[{")
    let body = one[one.index(after: start)..<one.range(of: "]}")]
    let two = "\(one[...start])\(body), \(body)]}"
    let messages = read(two, as: kind).messages
    #expect(messages.isEmpty == isAccepted, "\(messages)")
    if !isAccepted { #expect(messages[0].contains("found the Sid `A` a second time (first at line 1")) }
  }

  @Test("D-12: key policies hold characters up to U+00FF")
  func characters() {
    #expect(read(source(.keyPolicy, ("Sid", "\"ÿ \u{80}\"")), as: .keyPolicy).messages == [])
    #expect(read(source(.keyPolicy, ("Sid", #""\u4e2d""#)), as: .keyPolicy).messages == [])
    #expect(
      read(source(.identityPolicy, ("Condition", #"{"StringEquals": {"k": "中"}}"#)), as: .identityPolicy).messages == []
    )
    let messages = read(source(.keyPolicy, ("Sid", "\"Ā中文 a 😀\"")), as: .keyPolicy).messages
    #expect(messages.count == 2 && messages.allSatisfy { $0.contains("beyond U+00FF") })
  }

  @Test("D-15: a key policy of 32,768 bytes is accepted, of one more refused")
  func size() {
    let smallest = source(.keyPolicy)
    let padding = String(repeating: " ", count: 32_768 - smallest.utf8.count)
    #expect(read(smallest + padding, as: .keyPolicy).messages == [])
    #expect(
      read(smallest + padding + " ", as: .keyPolicy).messages == [
        "1:1: found a key policy of 32769 bytes, expected at most 32768"
      ])
    #expect(read(source(.identityPolicy) + padding + padding, as: .identityPolicy).messages == [])
  }

  @Test("all mistakes are told at once, in order of place")
  func everyMistake() {
    let source = """
      {"Version": "2012", "Statment": [],
       "Statement": [
        {"Effect": "Alow", "Action": "Decrypt", "Resource": "key/1", "Principal": "*"},
        {"Effect": "Deny", "Action": ["kms:*", 5], "Condition": {"StringEqual": {"a": "b"}, "NumericEquals": {"a": "x"}}}]}
      """
    let messages = read(source, as: .identityPolicy).messages
    #expect(
      messages.map { String($0.prefix { $0 != " " }) } == [
        "1:13:", "1:21:", "3:14:", "3:32:", "3:55:", "3:64:", "4:3:", "4:42:", "4:60:", "4:110:",
      ], "\(messages)")
  }
}

@Suite struct PolicyKindTests {
  @Test("D.2: Principal is required or forbidden", arguments: PolicyKind.allCases)
  func principal(kind: PolicyKind) {
    switch kind {
    case .identityPolicy, .sessionPolicy, .serviceControlPolicy:
      for element in ["Principal", "NotPrincipal"] {
        let messages = read(source(kind, (element, #""*""#)), as: kind).messages
        #expect(messages.count == 1 && messages[0].contains("found `\(element)` in \(kind.article)"))
      }
    default:
      let messages = read(source(kind, ("Principal", nil)), as: kind).messages
      #expect(messages.count == 1 && messages[0].contains("without `Principal`"))
    }
  }

  @Test("D.2, D-34: NotPrincipal with Deny only; endpoint policies have it; resource control policies do not")
  func notPrincipal() {
    for kind in [PolicyKind.keyPolicy, .resourcePolicy, .trustPolicy, .endpointPolicy, .resourceControlPolicy] {
      for effect in ["Allow", "Deny"] where kind != .resourceControlPolicy || effect == "Deny" {
        let text = source(kind, ("Principal", nil), ("NotPrincipal", #"{"AWS": "*"}"#), ("Effect", #""\#(effect)""#))
        let isAccepted = kind == .endpointPolicy || (effect == "Deny" && kind != .resourceControlPolicy)
        #expect(read(text, as: kind).messages.isEmpty == isAccepted, "\(kind) \(effect)")
      }
    }
  }

  @Test(
    "D.2: a resource control policy denies only, everyone, by service, in 2012-10-17",
    arguments: [
      (
        source(.resourceControlPolicy, ("Effect", #""Allow""#)),
        "found `Allow` in a resource control policy, expected `Deny`"
      ),
      (source(.resourceControlPolicy, version: nil), "found no `Version`"),
      (
        source(.resourceControlPolicy, version: #""2008-10-17""#),
        "found `2008-10-17` as `Version`, expected `2012-10-17`"
      ),
      (source(.resourceControlPolicy, ("Action", #""*""#)), "found the action `*` in a resource control policy"),
      (
        source(.resourceControlPolicy, ("Action", #"["kms:*", "*"]"#)),
        "found the action `*` in a resource control policy"
      ),
      (
        source(.resourceControlPolicy, ("Action", nil), ("NotAction", #""kms:*""#)),
        "found `NotAction` in a resource control policy"
      ),
      (source(.resourceControlPolicy, ("Principal", #"{"AWS": "444455556666"}"#)), "found a principal other than `*`"),
      (
        source(.resourceControlPolicy, ("Principal", #"{"Service": "s3.amazonaws.com"}"#)),
        "found a principal other than `*`"
      ),
    ])
  func resourceControlPolicy(source: String, message: String) {
    let messages = read(source, as: .resourceControlPolicy).messages
    #expect(messages.count == 1 && messages[0].contains(message), "\(messages)")
  }

  @Test("D.2: NotAction is allowed elsewhere", arguments: PolicyKind.allCases)
  func notAction(kind: PolicyKind) {
    let action = kind == .trustPolicy ? #""sts:TagSession""# : #""kms:*""#
    let messages = read(source(kind, ("Action", nil), ("NotAction", action)), as: kind).messages
    #expect(messages.isEmpty == (kind != .resourceControlPolicy))
  }

  @Test("a trust policy speaks of STS only", arguments: [#""*""#, #""kms:Decrypt""#, #"["sts:AssumeRole", "s3:*"]"#])
  func trustPolicyActions(action: String) {
    let messages = read(source(.trustPolicy, ("Action", action)), as: .trustPolicy).messages
    #expect(messages.count == 1 && messages[0].contains("in a trust policy, expected one such as `sts:AssumeRole`"))
  }

  @Test("D-38: actions that are refused name their place")
  func actionPlace() {
    let messages = read(source(.identityPolicy, ("Action", #"["kms:*", "k*:x"]"#)), as: .identityPolicy).messages
    #expect(
      messages == ["1:97: found the action `k*:x`, expected `*` or `service:Name` with `*` and `?` in the name only"])
  }
}

extension PolicyKind {
  fileprivate var article: String {
    switch self {
    case .identityPolicy: "an identity policy"
    case .sessionPolicy: "a session policy"
    default: "a service control policy"
    }
  }
}

extension String {
  /// Where `text` begins; the end when it does not occur.
  fileprivate func range(of text: String) -> Index {
    indices.first { self[$0...].hasPrefix(text) } ?? endIndex
  }
}
