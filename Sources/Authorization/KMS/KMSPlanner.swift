// Which questions a KMS request asks: one for most operations, several for those of B.3.
//
// Keys are resolved here, and what KMS refuses before it authorizes is refused here: an identifier of the wrong form or
// Region, an alias where none is taken, parameters that cannot be. A key that is not there is no error but an answer.

import PolicyLanguage

/// An identifier with what it stands for.
struct ResolvedKey: BitwiseCopyable {
  let identifier: KeyIdentifier
  /// As the request names it.
  let text: BorrowedText
  let accountID: BorrowedText
  /// Nil when the directory does not have it.
  let account: UnsafePointer<IndexedAccount>?
  let region: BorrowedText
  /// Nil when there is no such key or alias.
  let key: UnsafePointer<IndexedKey>?

  var resourceText: BorrowedText { key?.pointee.arn.text ?? text }
}

struct KMSPlanner {
  let inquiry: Inquiry
  /// The operation's row, for ReEncrypt the first of two.
  let row: KMSOperation
  /// Of the request; empty when it has none.
  let region: BorrowedText

  var request: RequestView { inquiry.request }
  var caller: Caller { inquiry.caller.pointee }

  init(_ inquiry: Inquiry, row: KMSOperation) throws(RequestError) {
    self.inquiry = inquiry
    self.row = row
    region = try Self.region(of: inquiry.request)
  }

  /// - Parameter rows: all rows of the operation.
  func plan(_ rows: Run<KMSOperation>) throws(RequestError) -> Plan {
    if !request.targetResource.isEmpty,
      !takesTarget || rows.count == 1 && row.resource == .key
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

  private var takesTarget: Bool {
    row.operation == "ReEncrypt" || row.operation == "CreateAlias" || row.operation == "UpdateAlias"
  }

  // MARK: Naming

  // UNDOCUMENTED: B-31, a Region that the ARN contradicts (section I, 13)
  /// The Region of the request: that of the field or of the ARNs, which must not differ (B-31).
  private static func region(of request: RequestView) throws(RequestError) -> BorrowedText {
    var region = request.region
    func agree(_ text: BorrowedText, _ field: String) throws(RequestError) {
      guard text.hasPrefix("arn:"), let arn = ARNName(text), !arn.region.isEmpty else { return }
      if region.isEmpty { region = arn.region }
      guard arn.region == region else {
        throw RequestError(
          .invalidArgument, "`\(field)` is in Region `\(arn.region)`, but the request is made in `\(region)`")
      }
    }
    try agree(request.resource, "resource")
    try agree(request.targetResource, "targetResource")
    return region
  }

  /// - Parameter field: name of the request's field, for messages.
  func identifier(
    _ text: BorrowedText, field: String, forms: KeyIdentifier.Forms
  ) throws(RequestError) -> KeyIdentifier {
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
  func resolve(
    _ text: BorrowedText, field: String = "resource", forms: KeyIdentifier.Forms
  ) throws(RequestError) -> ResolvedKey {
    let identifier = try identifier(text, field: field, forms: forms)
    let accountID = identifier.arn?.account ?? caller.accountID
    let partition = identifier.arn?.partition ?? caller.partition
    var account = inquiry.tables.account(accountID)
    if let known = account, known.pointee.partition != partition { account = nil }
    func owned(_ resource: BorrowedText) -> ARNName {
      ARNName(
        partition: partition, service: "kms", region: region, account: accountID, resource: resource,
        in: inquiry.arena)
    }
    let key: UnsafePointer<IndexedKey>? =
      switch identifier {
      case .keyID(let id): inquiry.tables.keys.key(owned(inquiry.arena.join("key/", id)))
      case .keyARN(let arn, _): inquiry.tables.keys.key(arn)
      case .aliasName(let name): inquiry.tables.keys.key(ofAlias: owned(name))
      case .aliasARN(let arn, _): inquiry.tables.keys.key(ofAlias: arn)
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
    leg.resource = key.pointee.arn
    leg.resourceFingerprint = key.pointee.fingerprint
    leg.facts = ResourceFacts(
      account: key.pointee.account.pointee.id, organization: key.pointee.organization, tags: key.pointee.tags)
    leg.policy = ResourcePolicy(statements: key.pointee.policy, kind: .keyPolicy)
    leg.obeysResourceControlPolicies = !key.pointee.isManagedByAWS
    var context = context(row)
    context.key = key
    context.properties = key.pointee.properties
    context.requestAlias = resolved.identifier.alias
    context.encryptionContext = request.encryptionContext
    adding(&context)
    leg.service = .kms(inquiry.arena.store(context))
    return leg
  }

  /// A leg that only `*` speaks of.
  func leg(
    withoutKey row: KMSOperation, in region: BorrowedText, properties: UnsafePointer<KeyProperties>? = nil
  ) -> PlannedLeg {
    var leg = PlannedLeg(action: row.action, region: region)
    var context = context(row)
    context.properties = properties
    leg.service = .kms(inquiry.arena.store(context))
    return leg
  }

  func plan(_ legs: ArenaList<PlannedLeg>, of resolved: ResolvedKey) -> Plan { plan(legs.run, of: resolved) }

  func plan(_ leg: PlannedLeg, of resolved: ResolvedKey) -> Plan {
    plan(inquiry.arena.run(CollectionOfOne(leg)), of: resolved)
  }

  private func plan(_ legs: Run<PlannedLeg>, of resolved: ResolvedKey) -> Plan {
    Plan(
      legs: legs, keyARN: resolved.key?.pointee.arn.text ?? "", resource: resolved.resourceText,
      region: resolved.region)
  }

  // MARK: Single questions

  private func planOperationOnKey() throws(RequestError) -> Plan {
    let resolved = try resolve(request.resource, forms: row.forms)
    return plan(leg(row, on: resolved), of: resolved)
  }

  /// Operations without a resource (B-11). ListAliases may name a key to list by; a key named with another operation is
  /// only looked at for its account: on another account's key none of them is usable.
  private func planWithoutKey() throws(RequestError) -> Plan {
    if row.operation == "ListRetirableGrants" { try checkRetiringPrincipal() }
    var leg = leg(withoutKey: row, in: region)
    let resolved = try keyBesideOperation(&leg)
    if !row.forms.isEmpty, let resolved, resolved.key == nil { leg.failure = .keyNotFound }
    return Plan(
      legs: inquiry.arena.run(CollectionOfOne(leg)), resource: resolved?.resourceText ?? "", region: region)
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
    let principal = request.grant?.pointee.retiringPrincipal ?? ""
    guard GrantParametersCheck.isPrincipal(principal), ARNName(principal)?.account == caller.accountID else {
      throw RequestError(
        .invalidArgument, "`grant.retiringPrincipal` is `\(principal)`; expected a principal of the caller's account")
    }
  }
}
