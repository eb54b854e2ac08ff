// Which questions a KMS request asks: one for most operations, several for those of B.3.
//
// Keys are resolved here, and what KMS refuses before it authorizes is refused here: an identifier of the wrong form or
// Region, an alias where none is taken, parameters that cannot be. A key that is not there is no error but an answer.

import PolicyDirectory
import PolicyLanguage

/// An identifier with what it stands for.
struct ResolvedKey: Sendable {
  let identifier: KeyIdentifier
  /// As the request names it.
  let text: Text
  let accountID: Text
  /// Nil when the directory does not have it.
  let account: IndexedAccount?
  let region: Text
  /// Nil when there is no such key or alias.
  let key: IndexedKey?

  var resourceText: Text { key?.arnText ?? text }
}

struct KMSPlanner {
  let inquiry: Inquiry
  /// The operation's row, for ReEncrypt the first of two.
  let row: KMSOperation
  /// Of the request; empty when it has none.
  let region: Text

  var request: AuthorizationRequest { inquiry.request }
  var caller: Caller { inquiry.caller }

  init(_ inquiry: Inquiry, row: KMSOperation) throws(RequestError) {
    self.inquiry = inquiry
    self.row = row
    region = try Self.region(of: inquiry.request)
  }

  /// - Parameter rows: all rows of the operation.
  func plan(_ rows: [KMSOperation]) throws(RequestError) -> Plan {
    if !request.targetResource.isEmpty,
      !Self.takesTarget.contains(row.operation) || rows.count == 1 && row.resource == .key
    {
      throw RequestError(.invalidArgument, "`targetResource` is given, but \(row.operation) takes none")
    }
    switch row.operation {
    case "ReEncrypt" where rows.count == 2: return try planReEncrypt(from: rows[0], to: rows[1])
    case "CreateAlias", "UpdateAlias", "DeleteAlias": return try planAliasOperation()
    case "ReplicateKey": return try planReplicateKey()
    case "UpdatePrimaryRegion": return try planUpdatePrimaryRegion()
    case "CreateGrant": return try planCreateGrant()
    case "RetireGrant", "RevokeGrant": return try planOperationOnGrant()
    case "CreateKey": return try planCreateKey()
    default: return try row.resource == .nothing ? planWithoutKey() : planOperationOnKey()
    }
  }

  private static let takesTarget: [Text] = ["ReEncrypt", "CreateAlias", "UpdateAlias"]

  // MARK: Naming

  // UNDOCUMENTED: B-31, a Region that the ARN contradicts (section I, 13)
  /// The Region of the request: that of the field or of the ARNs, which must not differ (B-31).
  private static func region(of request: AuthorizationRequest) throws(RequestError) -> Text {
    var region = request.region
    for (field, text) in [("resource", request.resource), ("targetResource", request.targetResource)] {
      guard text.hasPrefix("arn:"), let arn = ARN(text), !arn.region.isEmpty else { continue }
      if region.isEmpty { region = arn.region }
      guard arn.region == region else {
        throw RequestError(
          .invalidArgument, "`\(field)` is in Region `\(arn.region)`, but the request is made in `\(region)`")
      }
    }
    return region
  }

  /// - Parameter field: name of the request's field, for messages.
  func identifier(_ text: Text, field: String, forms: KeyIdentifier.Forms) throws(RequestError) -> KeyIdentifier {
    guard !text.isEmpty else {
      throw RequestError(.invalidArgument, "`\(field)` is empty; \(row.operation) expects one of: \(forms)")
    }
    guard let identifier = KeyIdentifier(text), forms.contains(identifier.form) else {
      throw RequestError(.invalidArgument, "`\(field)` is `\(text)`; \(row.operation) expects one of: \(forms)")
    }
    guard identifier.arn == nil else { return identifier }
    guard !region.isEmpty else {
      throw RequestError(.invalidArgument, "`region` is empty; it is needed for `\(text)`, which names none")
    }
    guard caller.kind != .service else {
      throw RequestError(
        .invalidArgument, "`\(field)` is `\(text)`; a service has no account of its own, so an ARN is expected")
    }
    return identifier
  }

  // UNDOCUMENTED: B-29, a bare id is never another account's key (section I, 10)
  func resolve(_ text: Text, field: String = "resource", forms: KeyIdentifier.Forms) throws(RequestError) -> ResolvedKey
  {
    let identifier = try identifier(text, field: field, forms: forms)
    let accountID = identifier.arn?.account ?? caller.accountID
    var account = inquiry.index.account(accountID)
    if let arn = identifier.arn, account?.partition != arn.partition { account = nil }
    if identifier.arn == nil, account?.partition != caller.partition { account = nil }
    let key: IndexedKey? =
      switch identifier {
      case .keyID(let id), .keyARN(_, let id): account?.keys[KeyName(region: region, id: id)]
      case .aliasName(let name), .aliasARN(_, let name): account?.aliases[AliasName(region: region, name: name)]
      }
    return ResolvedKey(
      identifier: identifier, text: text, accountID: accountID, account: account, region: region, key: key)
  }

  // MARK: Legs

  func context(_ row: KMSOperation) -> KeyContext {
    KeyContext(operation: row, callerAccount: caller.kind == .service ? nil : caller.accountID)
  }

  /// A leg on a key.
  func leg(
    _ row: KMSOperation, on resolved: ResolvedKey, adding: (inout KeyContext) -> Void = { _ in }
  ) -> PlannedLeg {
    var leg = PlannedLeg(action: row.action, region: resolved.region)
    leg.resourceText = resolved.resourceText
    leg.ownerAccount = resolved.accountID
    leg.ownerRule = .required
    leg.isUsableAcrossAccounts = row.isUsableAcrossAccounts
    guard let key = resolved.key else {
      leg.failure = .keyNotFound
      return leg
    }
    leg.resource = key.arn
    leg.facts = ResourceFacts(account: key.accountID, organization: key.organization, tags: key.tags)
    leg.policy = ResourcePolicy(statements: key.policy, kind: .keyPolicy)
    leg.obeysResourceControlPolicies = !key.isManagedByAWS
    var context = context(row)
    context.key = key
    context.properties = key.metadata
    context.requestAlias = resolved.identifier.alias
    context.encryptionContext = request.encryptionContext
    adding(&context)
    leg.service = context
    return leg
  }

  /// A leg that only `*` speaks of.
  func leg(
    withoutKey row: KMSOperation, in region: Text, properties: KeyMetadata? = nil
  ) -> PlannedLeg {
    var leg = PlannedLeg(action: row.action, region: region)
    var context = context(row)
    context.properties = properties
    leg.service = context
    return leg
  }

  func plan(_ legs: [PlannedLeg], of resolved: ResolvedKey) -> Plan {
    Plan(
      legs: legs, keyARN: resolved.key?.arnText ?? "", resource: resolved.resourceText, region: resolved.region)
  }

  // MARK: Single questions

  private func planOperationOnKey() throws(RequestError) -> Plan {
    let resolved = try resolve(request.resource, forms: row.forms)
    return plan([leg(row, on: resolved)], of: resolved)
  }

  /// Operations without a resource (B-11). ListAliases may name a key to list by; a key named with another operation is
  /// only looked at for its account: on another account's key none of them is usable.
  private func planWithoutKey() throws(RequestError) -> Plan {
    if row.operation == "ListRetirableGrants" { try checkRetiringPrincipal() }
    var leg = leg(withoutKey: row, in: region)
    let resolved = try keyBesideOperation(&leg)
    if !row.forms.isEmpty, let resolved, resolved.key == nil { leg.failure = .keyNotFound }
    return Plan(legs: [leg], resource: resolved?.resourceText ?? "", region: region)
  }

  /// The key that a request names although the operation has none.
  func keyBesideOperation(_ leg: inout PlannedLeg) throws(RequestError) -> ResolvedKey? {
    guard !request.resource.isEmpty else { return nil }
    let resolved = try resolve(request.resource, forms: row.forms.isEmpty ? .all : row.forms)
    if CrossAccountRule.isCrossAccount(caller, owner: resolved.accountID) {
      leg.ownerAccount = resolved.accountID
    }
    return resolved
  }

  /// ListRetirableGrants asks for grants that a principal of the caller's own account may retire (B-2).
  private func checkRetiringPrincipal() throws(RequestError) {
    let principal = request.grant?.retiringPrincipal ?? ""
    guard GrantParametersCheck.isPrincipal(principal), ARN(principal)?.account == caller.accountID else {
      throw RequestError(
        .invalidArgument, "`grant.retiringPrincipal` is `\(principal)`; expected a principal of the caller's account")
    }
  }
}
