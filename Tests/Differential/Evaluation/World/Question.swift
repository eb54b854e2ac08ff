// A generated request, as plain data, and its JSON for a suite.

struct Question {
  enum Values {
    case single(String)
    case set([String])
  }
  struct Given {
    var key: String
    var values: Values
  }
  struct Override {
    var key: String
    /// Nil removes the key.
    var values: Values?
  }
  struct Session {
    /// Well-formed ones; a malformed one is text.
    var policies: [Policy] = []
    var brokenPolicy: String?
    var policyARNs: [String] = []
    var tags: [Pair] = []
    var federatedBy = ""
  }

  var principal = ""
  var operation = ""
  var resource = ""
  var target = ""
  var region = ""
  var encryptionContext: [Pair] = []
  var targetEncryptionContext: [Pair] = []
  var grantTokens: [String] = []
  var grantID = ""
  var grant: GrantDraft?
  var context: [Given] = []
  var session: Session?
  var overrides: [Override] = []
}

/// CreateGrant's parameters.
struct GrantDraft {
  var grantee = ""
  var granteeService = ""
  var retiring = ""
  var retiringService = ""
  var operations: [String] = []
  var equals: [Pair]?
  var subset: [Pair]?
  var sourceARN = ""
}

extension Question {
  /// The `request` of a suite's case.
  var json: JSON {
    var members: [(String, JSON)] = [("principal", .text(principal)), ("operation", .text(operation))]
    if !resource.isEmpty { members.append(("resource", .text(resource))) }
    if !target.isEmpty { members.append(("targetResource", .text(target))) }
    if !region.isEmpty { members.append(("region", .text(region))) }
    if !encryptionContext.isEmpty { members.append(("encryptionContext", .pairs(encryptionContext))) }
    if !targetEncryptionContext.isEmpty {
      members.append(("targetEncryptionContext", .pairs(targetEncryptionContext)))
    }
    if !grantTokens.isEmpty { members.append(("grantTokens", .texts(grantTokens))) }
    if !grantID.isEmpty { members.append(("grantId", .text(grantID))) }
    if let grant { members.append(("grant", grant.json)) }
    if !context.isEmpty { members.append(("context", .object(context.map { ($0.key, $0.values.json) }))) }
    if let session { members.append(("session", session.json)) }
    return .object(members)
  }

  /// The `contextOverrides` of a suite's case. The clock is always set: a suite is replayed at another time.
  var overridesJSON: JSON {
    var members: [(String, JSON)] = []
    for (key, value) in [("aws:CurrentTime", Clock.text), ("aws:EpochTime", Clock.seconds)]
    where !overrides.contains(where: { same(lower($0.key), lower(key)) }) {
      members.append((key, .text(value)))
    }
    for override in overrides { members.append((override.key, override.values?.json ?? .bare("null"))) }
    return .object(members)
  }
}

/// The one moment at which everything is asked.
enum Clock {
  static let text = "2026-01-01T00:00:00Z"
  static let seconds = "1767225600"
}

extension Question.Values {
  fileprivate var json: JSON {
    switch self {
    case .single(let value): return .text(value)
    case .set(let values): return .texts(values)
    }
  }
}

extension Question.Session {
  fileprivate var json: JSON {
    var members: [(String, JSON)] = []
    var all = policies.map(\.json)
    if let brokenPolicy { all.append(.text(brokenPolicy)) }
    if !all.isEmpty { members.append(("policies", .list(all))) }
    if !policyARNs.isEmpty { members.append(("policyArns", .texts(policyARNs))) }
    if !tags.isEmpty { members.append(("tags", .pairs(tags))) }
    if !federatedBy.isEmpty { members.append(("federatedBy", .text(federatedBy))) }
    return .object(members)
  }
}

extension GrantDraft {
  fileprivate var json: JSON {
    var members: [(String, JSON)] = []
    for (name, value) in [
      ("granteePrincipal", grantee), ("granteeServicePrincipal", granteeService), ("retiringPrincipal", retiring),
      ("retiringServicePrincipal", retiringService),
    ] where !value.isEmpty { members.append((name, .text(value))) }
    if !operations.isEmpty { members.append(("operations", .texts(operations))) }
    var constraints: [(String, JSON)] = []
    if let equals { constraints.append(("encryptionContextEquals", .pairs(equals))) }
    if let subset { constraints.append(("encryptionContextSubset", .pairs(subset))) }
    if !sourceARN.isEmpty { constraints.append(("sourceArn", .text(sourceARN))) }
    if !constraints.isEmpty { members.append(("constraints", .object(constraints))) }
    return .object(members)
  }
}
