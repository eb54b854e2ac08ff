// A CheckRequest in its proto3 JSON form, read into the engine's request.
//
// Test files may be shorter than proto3 JSON: a condition key's value is a bare string or an array, a session policy an
// object. Nothing is judged here: whether the principal is one, or the operation exists, the engine says.

import Authorization
import PolicyLanguage

/// Reads requests.
public enum RequestDocument {
  /// Reads one request from its JSON text.
  /// - Parameter file: the name that errors carry.
  /// - Throws: everything that is wrong, with positions.
  public static func parse(_ bytes: [UInt8], file: Text) throws(SuiteError) -> AuthorizationRequest {
    var reader = DocumentReader(bytes, file: file)
    let request = reader.root(depth: Self.depth).map { reader.request($0) }
    guard let request, reader.diagnostics.isEmpty else { throw SuiteError(diagnostics: reader.sortedDiagnostics) }
    return request
  }

  /// A session policy of the greatest depth stands two levels down.
  static let depth = 72
}

extension DocumentReader {
  mutating func request(_ value: JSONValue) -> AuthorizationRequest {
    var request = AuthorizationRequest(principal: "", operation: "")
    let members = members(
      of: value, "request",
      known: [
        "principal", "operation", "resource", "targetResource", "region", "encryptionContext",
        "targetEncryptionContext",
        "grantTokens", "grantId", "grant", "context", "session", "requestId",
      ])
    for (key, value) in members where !value.isNull {
      switch key {
      case "principal": request.principal = text(value, "`principal`")
      case "operation": request.operation = text(value, "`operation`")
      case "resource": request.resource = text(value, "`resource`")
      case "targetResource": request.targetResource = text(value, "`targetResource`")
      case "region": request.region = text(value, "`region`")
      case "encryptionContext": request.encryptionContext = pairs(value, "`encryptionContext`")
      case "targetEncryptionContext": request.targetEncryptionContext = pairs(value, "`targetEncryptionContext`")
      case "grantTokens": request.grantTokens = texts(value, "`grantTokens`")
      case "grantId": request.grantID = text(value, "`grantId`")
      case "grant": request.grant = grant(value)
      case "context":
        request.context = self.members(of: value, "`context`").compactMap { member in
          contextValues(member).map { ContextEntry(key: member.key, values: $0) }
        }
      case "session": request.session = session(value)
      default: request.requestID = text(value, "`requestId`")
      }
    }
    return request
  }

  mutating func contextOverrides(_ value: JSONValue) -> [ContextOverride] {
    members(of: value, "`contextOverrides`").compactMap { member in
      if member.value.isNull { return ContextOverride(key: member.key, values: nil) }
      return contextValues(member).map { ContextOverride(key: member.key, values: $0) }
    }
  }

  /// The values of one condition key; a number or boolean stands for its spelling (D-9).
  private mutating func contextValues(_ member: JSONMember) -> ContextValues? {
    let what = "`\(member.key)`"
    switch member.value.content {
    case .string(let text): return .single(text)
    case .number(let number): return .single(number)
    case .bool(let flag): return .single(flag ? "true" : "false")
    case .array(let elements): return .set(spellings(elements, what))
    case .object:
      let list = members(of: member.value, what, known: ["values"])["values"].map { elements(of: $0, "`values`") } ?? []
      let values = spellings(list, "`values`")
      return ContextValues(wireValues: values, key: member.key)
    case .null:
      refuse("\(what) is null, expected a string, an array or `{\"values\": []}`", at: member.value.offset)
      return nil
    }
  }

  private mutating func spellings(_ values: [JSONValue], _ what: String) -> [Text] {
    values.map { value in
      switch value.content {
      case .number(let number): number
      case .bool(let flag): flag ? "true" : "false"
      default: text(value, "an element of \(what)")
      }
    }
  }

  private mutating func pairs(_ value: JSONValue, _ what: String) -> [EncryptionContextPair] {
    members(of: value, what).map { member in
      EncryptionContextPair(key: member.key, value: text(member.value, "`\(member.key)`"))
    }
  }

  private mutating func grant(_ value: JSONValue) -> GrantParameters {
    var grant = GrantParameters()
    let members = members(
      of: value, "`grant`",
      known: [
        "granteePrincipal", "granteeServicePrincipal", "retiringPrincipal", "retiringServicePrincipal", "operations",
        "constraints",
      ])
    for (key, value) in members where !value.isNull {
      switch key {
      case "granteePrincipal": grant.granteePrincipal = text(value, "`granteePrincipal`")
      case "granteeServicePrincipal": grant.granteeServicePrincipal = text(value, "`granteeServicePrincipal`")
      case "retiringPrincipal": grant.retiringPrincipal = text(value, "`retiringPrincipal`")
      case "retiringServicePrincipal": grant.retiringServicePrincipal = text(value, "`retiringServicePrincipal`")
      case "operations": grant.operations = texts(value, "`operations`")
      default: readConstraints(value, into: &grant)
      }
    }
    return grant
  }

  private mutating func readConstraints(_ value: JSONValue, into grant: inout GrantParameters) {
    let members = members(
      of: value, "`constraints`", known: ["encryptionContextEquals", "encryptionContextSubset", "sourceArn"])
    for (key, value) in members where !value.isNull {
      switch key {
      case "encryptionContextEquals": grant.encryptionContextEquals = pairs(value, "`encryptionContextEquals`")
      case "encryptionContextSubset": grant.encryptionContextSubset = pairs(value, "`encryptionContextSubset`")
      default: grant.sourceARN = text(value, "`sourceArn`")
      }
    }
  }

  private mutating func session(_ value: JSONValue) -> SessionParameters {
    var session = SessionParameters()
    let members = members(
      of: value, "`session`", known: ["policies", "policyArns", "tags", "transitiveTagKeys", "federatedBy"])
    for (key, value) in members where !value.isNull {
      switch key {
      case "policies":
        session.policies = elements(of: value, "`policies`").map { policy in
          if case .string(let text) = policy.content { return text }
          return Text(utf8: source(of: policy))
        }
      case "policyArns": session.policyARNs = texts(value, "`policyArns`")
      case "tags": session.tags = pairs(value, "`tags`")
      case "transitiveTagKeys": session.transitiveTagKeys = texts(value, "`transitiveTagKeys`")
      default: session.federatedBy = text(value, "`federatedBy`")
      }
    }
    return session
  }
}

extension JSONValue {
  var isNull: Bool {
    if case .null = content { return true }
    return false
  }
}
