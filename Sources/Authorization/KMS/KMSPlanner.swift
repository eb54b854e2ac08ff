// Which questions a KMS request asks: one for most operations, several for those of B.3.
//
// Keys are resolved here, and what KMS refuses before it authorizes is refused here: an identifier of the wrong form or
// Region, an alias where none is taken, parameters that cannot be. A key that is not there is no error but an answer.

import PolicyLanguage

/// A key as a request names it, with what it stands for.
struct ResolvedKey: BitwiseCopyable {
  /// As the request names it.
  let text: BorrowedText
  /// With `alias/`, also of an alias ARN: what kms:RequestAlias holds; nil where an id or ARN of the key is given.
  let alias: BorrowedText?
  let partition: BorrowedText
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
  let row: UnsafePointer<KMSOperation>
  /// Of the request; empty when it has none.
  let region: BorrowedText
  /// The key that `resource` is the ARN of.
  private let namedKey: UnsafePointer<IndexedKey>?

  var request: RequestView {
    @inline(__always) unsafeAddress { inquiry.request }
  }
  var caller: Caller {
    @inline(__always) unsafeAddress { inquiry.caller }
  }

  init(_ inquiry: Inquiry, row: UnsafePointer<KMSOperation>) throws(RequestError) {
    self.inquiry = inquiry
    self.row = row
    namedKey = inquiry.lookup.key
    region = try Self.region(of: inquiry.request, namedKey)
  }

  /// - Parameter rows: all rows of the operation.
  func plan(_ rows: Run<KMSOperation>) throws(RequestError) -> Plan {
    if !request.targetResource.isEmpty,
      !takesTarget || rows.count == 1 && row.pointee.resource == .key
    {
      throw RequestError(.invalidArgument, "`targetResource` is given, but \(row.pointee.operation) takes none")
    }
    switch row.pointee.kind {
    case .onKey: return try planOperationOnKey()
    case .reEncrypt: return try rows.count == 2 ? planReEncrypt(rows) : planOperationOnKey()
    case .onAlias: return try planAliasOperation()
    case .replicateKey: return try planReplicateKey()
    case .updatePrimaryRegion: return try planUpdatePrimaryRegion()
    case .createGrant: return try planCreateGrant()
    case .onGrant: return try planOperationOnGrant()
    case .createKey: return try planCreateKey()
    case .withoutKey: return try planWithoutKey()
    }
  }

  private var takesTarget: Bool {
    row.pointee.operation == "ReEncrypt" || row.pointee.operation == "CreateAlias"
      || row.pointee.operation == "UpdateAlias"
  }

  // MARK: Naming

  // UNDOCUMENTED: B-31, a Region that the ARN contradicts (section I, 13)
  /// The Region of the request: that of the field or of the ARNs, which must not differ (B-31).
  private static func region(
    of request: UnsafePointer<RequestView>, _ key: UnsafePointer<IndexedKey>?
  ) throws(RequestError) -> BorrowedText {
    let request = request.pointee
    if let key, request.targetResource.isEmpty, request.region.isEmpty || request.region == key.pointee.region {
      return key.pointee.region
    }
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
    _ text: BorrowedText, field: StaticString, forms: KeyIdentifier.Forms
  ) throws(RequestError) -> KeyIdentifier {
    guard !text.isEmpty else {
      throw RequestError(.invalidArgument, "`\(field)` is empty; \(row.pointee.operation) expects one of: \(forms)")
    }
    guard let identifier = KeyIdentifier(text), forms.contains(identifier.form) else {
      throw RequestError(.invalidArgument, "`\(field)` is `\(text)`; \(row.pointee.operation) expects one of: \(forms)")
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
    _ text: BorrowedText, field: StaticString = "resource", forms: KeyIdentifier.Forms
  ) throws(RequestError) -> ResolvedKey {
    if let namedKey, forms.contains(.keyARN), text == request.resource { return resolved(namedKey, named: text) }
    let identifier = try identifier(text, field: field, forms: forms)
    let accountID = identifier.arn?.account ?? caller.accountID
    let partition = identifier.arn?.partition ?? caller.partition
    var account = inquiry.tables.pointee.account(accountID)
    if let known = account, known.pointee.partition != partition { account = nil }
    func owned(_ resource: BorrowedText) -> ARNName {
      ARNName(
        partition: partition, service: "kms", region: region, account: accountID, resource: resource,
        in: inquiry.arena)
    }
    let keys = inquiry.tables.pointee.keys
    let key: UnsafePointer<IndexedKey>? =
      switch identifier {
      case .keyID(let id): keys.key(owned(inquiry.arena.join("key/", id)))
      case .keyARN(let arn, _): keys.key(arn)
      case .aliasName(let name): keys.key(ofAlias: owned(name))
      case .aliasARN(let arn, _): keys.key(ofAlias: arn)
      }
    return ResolvedKey(
      text: text, alias: identifier.alias, partition: partition, accountID: accountID, account: account,
      region: region, key: key)
  }

  private func resolved(_ key: UnsafePointer<IndexedKey>, named text: BorrowedText) -> ResolvedKey {
    let account = key.pointee.account
    return ResolvedKey(
      text: text, alias: nil, partition: account.pointee.partition, accountID: account.pointee.id, account: account,
      region: region, key: key)
  }

  // MARK: Legs

  func context(_ row: UnsafePointer<KMSOperation>) -> KeyContext {
    KeyContext(operation: row, callerAccount: caller.kind == .service ? nil : caller.accountID)
  }

  /// A leg on a key.
  @inline(__always) func leg(
    _ row: UnsafePointer<KMSOperation>, on resolved: ResolvedKey, adding: (inout KeyContext) -> Void = { _ in }
  ) -> PlannedLeg {
    var leg = PlannedLeg(action: row.pointee.action, region: resolved.region)
    leg.resourceText = resolved.resourceText
    leg.ownerAccount = resolved.accountID
    leg.ownerRule = .required
    leg.isUsableAcrossAccounts = row.pointee.isUsableAcrossAccounts
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
    context.requestAlias = resolved.alias
    context.encryptionContext = request.encryptionContext
    adding(&context)
    leg.service = .kms(inquiry.arena.store(context))
    return leg
  }

  /// A leg that only `*` speaks of.
  func leg(
    withoutKey row: UnsafePointer<KMSOperation>, in region: BorrowedText,
    properties: UnsafePointer<KeyProperties>? = nil
  ) -> PlannedLeg {
    var leg = PlannedLeg(action: row.pointee.action, region: region)
    var context = context(row)
    context.properties = properties
    leg.service = .kms(inquiry.arena.store(context))
    return leg
  }

  func plan(_ legs: ArenaList<PlannedLeg>, of resolved: ResolvedKey) -> Plan { plan(legs.run, of: resolved) }

  func plan(_ leg: PlannedLeg, of resolved: ResolvedKey) -> Plan {
    plan(Run(inquiry.arena.store(leg), count: 1), of: resolved)
  }

  private func plan(_ legs: Run<PlannedLeg>, of resolved: ResolvedKey) -> Plan {
    Plan(
      legs: legs, keyARN: resolved.key?.pointee.arn.text ?? "", resource: resolved.resourceText,
      region: resolved.region)
  }

  // MARK: Single questions

  private func planOperationOnKey() throws(RequestError) -> Plan {
    let resolved = try resolve(request.resource, forms: row.pointee.forms)
    return plan(leg(row, on: resolved), of: resolved)
  }

  /// Operations without a resource (B-11). ListAliases may name a key to list by; a key named with another operation is
  /// only looked at for its account: on another account's key none of them is usable.
  private func planWithoutKey() throws(RequestError) -> Plan {
    if row.pointee.operation == "ListRetirableGrants" { try checkRetiringPrincipal() }
    var leg = leg(withoutKey: row, in: region)
    let resolved = try keyBesideOperation(&leg)
    if !row.pointee.forms.isEmpty, let resolved, resolved.key == nil { leg.failure = .keyNotFound }
    return Plan(
      legs: Run(inquiry.arena.store(leg), count: 1), resource: resolved?.resourceText ?? "", region: region)
  }

  /// The key that a request names although the operation has none.
  func keyBesideOperation(_ leg: inout PlannedLeg) throws(RequestError) -> ResolvedKey? {
    guard !request.resource.isEmpty else { return nil }
    let resolved = try resolve(request.resource, forms: row.pointee.forms.isEmpty ? .all : row.pointee.forms)
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
