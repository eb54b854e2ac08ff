// Operators, absent keys and sets (E.1 to E.3), each line one condition against one request context.

import PolicyLanguage
import Testing

@testable import Authorization

struct ConditionCase: Sendable, CustomTestStringConvertible {
  let rule: String
  let condition: Text
  let context: [(Text, ContextValues)]
  let inAllow: Bool
  let inDeny: Bool

  init(_ rule: String, _ condition: Text, _ context: [(Text, ContextValues)], _ holds: Bool, inDeny: Bool? = nil) {
    self.rule = rule
    self.condition = condition
    self.context = context
    inAllow = holds
    self.inDeny = inDeny ?? holds
  }

  var testDescription: String { "\(rule): \(condition) with \(context)" }
}

@Suite("Conditions")
struct ConditionTests {
  static let operators: [ConditionCase] = [
    .init("E.1", #"{"StringEquals": {"x:k": "a*"}}"#, [("x:k", .single("a*"))], true),
    .init("E.1", #"{"StringEquals": {"x:k": "a*"}}"#, [("x:k", .single("ab"))], false),
    .init("E.1", #"{"StringEquals": {"x:k": "A"}}"#, [("x:k", .single("a"))], false),
    .init("E.1", #"{"StringEqualsIgnoreCase": {"x:k": "A"}}"#, [("x:k", .single("a"))], true),
    .init("E.1", #"{"StringNotEqualsIgnoreCase": {"x:k": "A"}}"#, [("x:k", .single("a"))], false),
    .init("E.1", #"{"StringNotEquals": {"x:k": "A"}}"#, [("x:k", .single("a"))], true),
    .init("E.1", #"{"StringLike": {"x:k": "a?c*"}}"#, [("x:k", .single("abcd"))], true),
    .init("E.1", #"{"StringNotLike": {"x:k": "a?c*"}}"#, [("x:k", .single("abcd"))], false),
    .init("E-22", #"{"StringLike": {"x:k": ""}}"#, [("x:k", .single(""))], true),
    .init("E-22", #"{"StringLike": {"x:k": ""}}"#, [("x:k", .single("a"))], false),
    .init("E-22", #"{"StringLike": {"x:k": "*"}}"#, [("x:k", .single(""))], true),
    .init("E-22", #"{"StringLike": {"x:k": "*"}}"#, [], false),
    .init("C-1", #"{"StringEquals": {"X:K": "a"}}"#, [("x:K", .single("a"))], true),
    .init("E-17", #"{"NumericEquals": {"x:k": "10.0"}}"#, [("x:k", .single("10"))], true),
    .init("E.1", #"{"NumericLessThan": {"x:k": 10}}"#, [("x:k", .single("9.5"))], true),
    .init("E.1", #"{"NumericLessThan": {"x:k": 10}}"#, [("x:k", .single("10"))], false),
    .init("E.1", #"{"NumericLessThanEquals": {"x:k": 10}}"#, [("x:k", .single("10"))], true),
    .init("E.1", #"{"NumericGreaterThan": {"x:k": 10}}"#, [("x:k", .single("9"))], false),
    .init("E.1", #"{"NumericGreaterThanEquals": {"x:k": 10}}"#, [("x:k", .single("11"))], true),
    .init("E.1", #"{"NumericNotEquals": {"x:k": 10}}"#, [("x:k", .single("11"))], true),
    .init("E-17", #"{"DateEquals": {"x:k": "2026-01-01T01:00:00+01:00"}}"#, [("x:k", .single("1767225600"))], true),
    .init("E.1", #"{"DateLessThan": {"x:k": "2026-01-01"}}"#, [("x:k", .single("2025-12-31T23:59:59Z"))], true),
    .init("E.1", #"{"DateGreaterThan": {"x:k": "2026-01-01"}}"#, [("x:k", .single("2025-12-31"))], false),
    .init("E-16", #"{"Bool": {"x:k": "true"}}"#, [("x:k", .single("TRUE"))], true),
    .init("E.1", #"{"Bool": {"x:k": true}}"#, [("x:k", .single("false"))], false),
    .init("E.1", #"{"BinaryEquals": {"x:k": "aGVsbG8="}}"#, [("x:k", .single("hello"))], true),
    .init("E.1", #"{"BinaryEquals": {"x:k": "aGVsbG8="}}"#, [("x:k", .single("Hello"))], false),
    .init("E.1", #"{"IpAddress": {"x:k": "192.0.2.0/24"}}"#, [("x:k", .single("192.0.2.77"))], true),
    .init("E.1", #"{"NotIpAddress": {"x:k": "192.0.2.0/24"}}"#, [("x:k", .single("192.0.2.77"))], false),
    .init("E.1", #"{"IpAddress": {"x:k": "2001:db8::/32"}}"#, [("x:k", .single("192.0.2.77"))], false),
    .init(
      "E-13", #"{"StringLike": {"x:k": "arn:aws:kms:*:1:key/*"}}"#, [("x:k", .single("arn:aws:kms:a:b:1:key/x"))], true),
    .init(
      "E-13", #"{"ArnLike": {"x:k": "arn:aws:kms:*:1:key/*"}}"#, [("x:k", .single("arn:aws:kms:a:b:1:key/x"))], false),
    .init(
      "E.1", #"{"ArnEquals": {"x:k": "arn:aws:iam::1:role/*"}}"#, [("x:k", .single("arn:aws:iam::1:role/p/x"))], true),
    .init("E-14", #"{"ArnEquals": {"x:k": "arn:aws:iam::1:role/*"}}"#, [("x:k", .single("role"))], false),
    .init("E-14", #"{"ArnNotLike": {"x:k": "arn:aws:iam::1:role/*"}}"#, [("x:k", .single("role"))], true),
    .init("E.1", #"{"Null": {"x:k": "true"}}"#, [], true),
    .init("E.1", #"{"Null": {"x:k": "false"}}"#, [], false),
    .init("E-20", #"{"Null": {"x:k": false}}"#, [("x:k", .single("a"))], true),
    .init("E-12", #"{"Null": {"x:k": "true"}}"#, [("x:k", .single(""))], false),
    .init("E-12", #"{"Null": {"x:k": "true"}}"#, [("x:k", .set([]))], true),
    .init("E-21", "{}", [], true),
  ]

  static let absence: [ConditionCase] = {
    let positive: [(Text, Text)] = [
      ("StringEquals", "a"), ("StringEqualsIgnoreCase", "a"), ("StringLike", "*"), ("NumericEquals", "1"),
      ("NumericLessThan", "1"), ("NumericGreaterThanEquals", "1"), ("DateEquals", "2026-01-01"),
      ("DateLessThan", "2026-01-01"), ("Bool", "false"), ("BinaryEquals", "aGVsbG8="), ("IpAddress", "0.0.0.0/0"),
      ("ArnEquals", "*"), ("ArnLike", "*"),
    ]
    let negated: [(Text, Text)] = [
      ("StringNotEquals", "a"), ("StringNotEqualsIgnoreCase", "a"), ("StringNotLike", "*"), ("NumericNotEquals", "1"),
      ("DateNotEquals", "2026-01-01"), ("NotIpAddress", "0.0.0.0/0"), ("ArnNotEquals", "*"), ("ArnNotLike", "*"),
    ]
    var cases: [ConditionCase] = []
    for (list, isNegated) in [(positive, false), (negated, true)] {
      for (name, value) in list {
        func add(_ name: Text, _ context: [(Text, ContextValues)], _ holds: Bool) {
          cases.append(.init("E.2", "{\"\(name)\": {\"x:k\": \"\(value)\"}}", context, holds))
        }
        add(name, [], isNegated)
        add("\(name)IfExists", [], true)
        add("ForAllValues:\(name)", [], true)
        add("ForAllValues:\(name)", [("x:k", .set([]))], true)
        add("ForAnyValue:\(name)", [], false)
        add("ForAnyValue:\(name)", [("x:k", .set([]))], false)
        add("ForAnyValue:\(name)IfExists", [], true)
      }
    }
    return cases
  }()

  static let sets: [ConditionCase] = [
    .init("E-4", #"{"StringEquals": {"x:k": ["a", "b"]}}"#, [("x:k", .single("b"))], true),
    .init("E-4", #"{"StringNotEquals": {"x:k": ["a", "b"]}}"#, [("x:k", .single("b"))], false),
    .init("E-4", #"{"StringNotEquals": {"x:k": ["a", "b"]}}"#, [("x:k", .single("c"))], true),
    .init("E-5", #"{"StringEquals": {"x:k": "a", "x:l": "b"}}"#, [("x:k", .single("a"))], false),
    .init("E-5", #"{"StringEquals": {"x:k": "a"}, "Bool": {"x:l": "true"}}"#, [("x:k", .single("a"))], false),
    .init("E-7", #"{"ForAllValues:StringEquals": {"x:k": ["a", "b"]}}"#, [("x:k", .set(["a", "b"]))], true),
    .init("E-7", #"{"ForAllValues:StringEquals": {"x:k": ["a", "b"]}}"#, [("x:k", .set(["a", "c"]))], false),
    .init("E-7", #"{"ForAnyValue:StringEquals": {"x:k": ["a", "b"]}}"#, [("x:k", .set(["a", "c"]))], true),
    .init("E-7", #"{"ForAnyValue:StringEquals": {"x:k": ["a", "b"]}}"#, [("x:k", .set(["d", "c"]))], false),
    .init("E-8", #"{"ForAllValues:StringNotEquals": {"x:k": ["a"]}}"#, [("x:k", .set(["b", "c"]))], true),
    .init("E-8", #"{"ForAllValues:StringNotEquals": {"x:k": ["a"]}}"#, [("x:k", .set(["a", "c"]))], false),
    .init("E-8", #"{"ForAnyValue:StringNotEquals": {"x:k": ["a"]}}"#, [("x:k", .set(["a", "c"]))], true),
    .init("E-8", #"{"ForAnyValue:StringNotEquals": {"x:k": ["a"]}}"#, [("x:k", .set(["a"]))], false),
    .init("E-10", #"{"ForAnyValue:StringEquals": {"x:k": ["a"]}}"#, [("x:k", .single("a"))], true),
    .init("E-11", #"{"StringEquals": {"x:k": ["a"]}}"#, [("x:k", .set(["a", "c"]))], true),
    .init("E-11", #"{"StringNotEquals": {"x:k": ["a"]}}"#, [("x:k", .set(["a", "c"]))], false),
    .init("E-11", #"{"StringNotEquals": {"x:k": ["a"]}}"#, [("x:k", .set(["b", "c"]))], true),
    .init("E-12", #"{"ForAllValues:StringEquals": {"x:k": ["a"]}}"#, [("x:k", .single(""))], true),
    .init("E-12", #"{"ForAnyValue:StringEquals": {"x:k": [""]}}"#, [("x:k", .single(""))], false),
    .init("E-12", #"{"StringEquals": {"x:k": [""]}}"#, [("x:k", .single(""))], true),
    .init("E-15", #"{"NumericEquals": {"x:k": "1"}}"#, [("x:k", .single("abc"))], false),
    .init("E-15", #"{"NumericNotEquals": {"x:k": "1"}}"#, [("x:k", .single("abc"))], false, inDeny: true),
    .init("E-15", #"{"NotIpAddress": {"x:k": "10.0.0.0/8"}}"#, [("x:k", .single("here"))], false, inDeny: true),
    .init("E-15", #"{"DateLessThanIfExists": {"x:k": "2026-01-01"}}"#, [("x:k", .single("soon"))], false),
    .init("E-15", #"{"ForAllValues:NumericEquals": {"x:k": "1"}}"#, [("x:k", .set(["1", "b"]))], false),
  ]

  static let variables: [ConditionCase] = [
    .init("D-59", #"{"StringEquals": {"x:k": "${x:v}"}}"#, [("x:k", .single("a")), ("x:v", .single("a"))], true),
    .init("D-54", #"{"StringEquals": {"x:k": "${X:V}"}}"#, [("x:k", .single("a")), ("x:v", .single("a"))], true),
    .init("D-55", #"{"StringEquals": {"x:k": "${x:v}"}}"#, [("x:k", .single("a"))], false),
    .init("D-55", #"{"StringNotEquals": {"x:k": "${x:v}"}}"#, [("x:k", .single("a"))], true),
    .init("D-56", #"{"StringEquals": {"x:k": "${x:v, 'd'}"}}"#, [("x:k", .single("d"))], true),
    .init("D-53", #"{"StringEquals": {"x:k": "${x:v}"}}"#, [("x:k", .single("a")), ("x:v", .set(["a"]))], false),
    .init("D-57", #"{"StringLike": {"x:k": "a${*}"}}"#, [("x:k", .single("a*"))], true),
    .init("D-57", #"{"StringLike": {"x:k": "a${*}"}}"#, [("x:k", .single("ab"))], false),
    .init("D-58", #"{"StringLike": {"x:k": "${x:v}"}}"#, [("x:k", .single("ab")), ("x:v", .single("a*"))], false),
    .init("D-52", #"{"Bool": {"x:k": "${x:v}"}}"#, [("x:k", .single("true")), ("x:v", .single("true"))], true),
    .init(
      "D-52", #"{"Bool": {"x:k": "${x:v}"}}"#, [("x:k", .single("true")), ("x:v", .single("b"))], false),
    .init("D-52", #"{"Bool": {"x:k": "${x:v}"}}"#, [("x:k", .single("true"))], false),
    .init(
      "D-52", #"{"ArnLike": {"x:k": "${x:v}"}}"#,
      [("x:k", .single("arn:a:b:c:d:e")), ("x:v", .single("arn:a:b:c:d:e"))], true),
  ]

  @Test("E.1, E.2, E.3, D.6", arguments: operators + absence + sets + variables)
  func condition(_ each: ConditionCase) throws {
    for (effect, expected) in [("Allow", each.inAllow), ("Deny", each.inDeny)] as [(Text, Bool)] {
      let document = try World.document(
        Statements.identity(effect, condition: each.condition), as: .identityPolicy)
      var request = AuthorizationRequest(principal: World.roleB, operation: "kms:Decrypt")
      request.context = each.context.map { ContextEntry(key: $0.0, values: $0.1) }
      #expect(try Self.hold(document, request) == expected, "\(effect)")
    }
  }

  /// Whether the conditions of a policy's one statement hold for a request.
  private static func hold(_ document: PolicyDocument, _ request: AuthorizationRequest) throws -> Bool {
    let policy = CompiledPolicy(document)
    let memory = ArenaOwner(capacity: 1_024)
    let arena = memory.arena
    defer { withExtendedLifetime((policy, memory, request)) {} }
    let attested = try AttestedContext(
      UnsafePointer(withUnsafePointer(to: request) { RequestView.make($0, in: arena) }), in: arena)
    let action = arena.store(ActionName(service: "kms", operation: "Decrypt", in: arena))
    let context = RequestContext(
      leg: arena.store(PlannedLeg(action: action, region: "")),
      caller: arena.store(Caller(kind: .root, principal: "p")), attested: arena.store(attested), now: World.now,
      arena: arena)
    let statement = (Array(policy.block.pointee.denies) + policy.block.pointee.allows)[0]
    let evaluation = ConditionEvaluation(
      context: arena.store(context), kind: .identityPolicy, effect: statement.effect)
    return evaluation.hold(statement.conditions)
  }

  @Test("D-51: in a policy without Version a variable is plain text")
  func oldVersion() throws {
    let document = try World.document(
      Statements.identity(condition: #"{"StringEquals": {"x:k": "${x:v}"}}"#), as: .identityPolicy,
      version: "2008-10-17")
    var request = AuthorizationRequest(principal: World.roleB, operation: "kms:Decrypt")
    request.context = [ContextEntry(key: "x:k", values: .single("${x:v}"))]
    #expect(try Self.hold(document, request))
  }

  @Test("Wire values: one value of a key that is not multivalued is a single value")
  func wireValues() {
    #expect(ContextValues(wireValues: ["a"], key: "aws:SourceIp") == .single("a"))
    #expect(ContextValues(wireValues: ["a"], key: "aws:TagKeys") == .set(["a"]))
    #expect(ContextValues(wireValues: ["a", "b"], key: "aws:SourceIp") == .set(["a", "b"]))
    #expect(ContextValues(wireValues: [], key: "aws:SourceIp") == .set([]))
  }
}
