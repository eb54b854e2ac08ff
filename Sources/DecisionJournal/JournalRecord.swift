// One decision's entries: what each account may know of it.
//
// The owner learns that somebody of the caller's account asked for an operation on the owner's resource and what came
// of it. It does not learn the caller's session, tags, policies, grant tokens, or resources of third accounts. The
// caller learns nothing of the owner's policies. Every field that can differ between the two is chosen here, and only
// here. The reason is the decision's in every record: it can name a kind of policy, as AWS's own messages do, but never
// a policy (G-20). The request id is the client's and is shared, as CloudTrail shares it (G-17).
//
// Decision and request are read where they lie and nothing of them is kept: the bytes are all that outlives the call.

import Authorization
import PolicyLanguage

// INVARIANT: decision and request are held while the record is encoded.
struct JournalRecord {
  private let decisionPlace: UnsafePointer<DecisionView>
  private let requestPlace: UnsafePointer<AuthorizationRequest>
  let eventID: EventID
  let peer: RecordedPeer

  init(
    decision: UnsafePointer<DecisionView>, request: UnsafePointer<AuthorizationRequest>, eventID: EventID,
    peer: RecordedPeer
  ) {
    decisionPlace = decision
    requestPlace = request
    self.eventID = eventID
    self.peer = peer
  }

  var decision: DecisionView {
    @inline(__always) unsafeAddress { decisionPlace }
  }
  private var request: AuthorizationRequest {
    @inline(__always) unsafeAddress { requestPlace }
  }
  private var principal: BorrowedText { BorrowedText(request.principal) }

  @inline(__always) func forEachAccount(_ body: (InvolvedAccount) -> Void) {
    InvolvedAccount.forEach(of: decisionPlace, principal: principal, body)
  }

  // MARK: What all see

  /// Appends what stands in every entry of the decision, but for what all entries of an outcome share.
  func encodeCommon(into entry: inout EntryBytes) {
    entry.append(.sharedEventID, eventID)
    entry.append(.reason, decision.reason.rawValue)
    entry.append(.operation, BorrowedText(request.operation))
    entry.append(.callerAccount, callerAccount)
    entry.append(.region, decision.region)
    entry.append(.revision, decision.revision)
    entry.append(.requestID, BorrowedText(request.requestID))
    entry.append(.peerUserID, number: UInt64(peer.userID))
    entry.append(.peerProcessID, number: UInt64(max(peer.processID, 0)))
  }

  private var callerAccount: BorrowedText { InvolvedAccount.callerAccount(of: decisionPlace, principal: principal) }

  // MARK: What one account sees

  /// Appends what stands in this account's entry alone.
  func encode(for involved: InvolvedAccount, id: EventID, into entry: inout EntryBytes) {
    let isOwnerOnly = involved.perspective == .owner
    let principal = isOwnerOnly ? reducedPrincipal : principal
    entry.append(.account, involved.account)
    entry.append(.perspective, plain: involved.perspective.name)
    entry.append(.eventID, id)
    entry.append(.principal, principal)
    if isOwnerOnly {
      entry.append(.ownerAccount, involved.account)
    } else {
      forEachOwnerAccount { entry.append(.ownerAccount, $0) }
      for token in request.grantTokens { entry.append(.grantToken, BorrowedText(token)) }
    }
    var hasResource = false
    forEachResource(of: involved) { resource in
      entry.append(.resource, resource)
      hasResource = true
    }
    if !hasResource { entry.append(.resource, plain: "") }
    entry.append(.statements) { lines in
      let start = lines.count
      forEachStatement(of: involved.account) { statement in
        if lines.count > start { lines.append(UInt8(ascii: "\n")) }
        StatementLine.append(statement, to: &lines)
      }
    }
    entry.begin(.message)
    Sentence.append(
      principal: principal, outcome: decision.outcome, operation: BorrowedText(request.operation),
      reason: decision.reason, to: &entry
    ) { forEachResource(of: involved, $0) }
    entry.end()
  }

  /// The principal as an owner may see it. Never the full one, even when nothing is known of how to reduce it.
  private var reducedPrincipal: BorrowedText {
    decision.reducedPrincipal.isEmpty ? callerAccount : decision.reducedPrincipal
  }

  /// The caller sees each owner once.
  private func forEachOwnerAccount(_ body: (BorrowedText) -> Void) {
    let first = InvolvedAccount.ownerAccount(of: decisionPlace)
    if decision.legs.isEmpty { return body(first) }
    var accounts = first.isEmpty ? [] : [first]
    for place in 0..<decision.legs.count {
      let account = InvolvedAccount.ownerAccount(of: decision.legs.pointer(at: place))
      if !account.isEmpty, !accounts.contains(account) { accounts.append(account) }
    }
    if accounts.isEmpty { body("") }
    accounts.forEach(body)
  }

  // UNDOCUMENTED: G-6, whether one owner's record shows the other's key (section I, 4)
  /// What was asked for; an owner sees its own resources only (G-6).
  private func forEachResource(of involved: InvolvedAccount, _ body: (BorrowedText) -> Void) {
    func isVisible(_ resource: BorrowedText, of owner: BorrowedText) -> Bool {
      !resource.isEmpty && (involved.perspective != .owner || owner == involved.account)
    }
    if decision.legs.isEmpty {
      if isVisible(decision.resource, of: InvolvedAccount.ownerAccount(of: decisionPlace)) { body(decision.resource) }
      return
    }
    // Where there are legs, the decision's owner is that of the leg that decided, and its resource may be another's.
    var resources: [BorrowedText] = []
    if involved.perspective != .owner, !decision.resource.isEmpty { resources.append(decision.resource) }
    for place in 0..<decision.legs.count {
      let leg = decision.legs.pointer(at: place)
      let resource = leg.pointee.resource
      if !resources.contains(resource), isVisible(resource, of: InvolvedAccount.ownerAccount(of: leg)) {
        resources.append(resource)
      }
    }
    resources.forEach(body)
  }

  /// Statements of this account's policies, each once. A file in another account's folder is left out whatever the
  /// verdict says: a VPC endpoint can belong to a third account.
  private func forEachStatement(of account: BorrowedText, _ body: (UnsafePointer<StatementReference>) -> Void) {
    for place in 0..<verdictCount {
      guard let statements = statements(of: account, at: place) else { continue }
      for index in 0..<statements.count {
        let statement = statements.pointer(at: index)
        if isForeign(statement.pointee.file, to: account) { continue }
        let isRepeated =
          (0..<index).contains { statements[$0] == statement.pointee }
          || (0..<place).contains { self.statements(of: account, at: $0)?.contains(statement.pointee) ?? false }
        if !isRepeated { body(statement) }
      }
    }
  }

  /// Both sides of the whole and of every leg.
  private var verdictCount: Int { 2 + 2 * decision.legs.count }

  /// Nil where the side is another account's, or there is none.
  private func statements(of account: BorrowedText, at place: Int) -> Run<StatementReference>? {
    let verdict =
      switch place {
      case 0: decision.owner
      case 1: decision.caller
      default: place % 2 == 0 ? decision.legs[place / 2 - 1].owner : decision.legs[place / 2 - 1].caller
      }
    guard let verdict, verdict.account == account else { return nil }
    return verdict.statements
  }

  private func isForeign(_ file: BorrowedText, to account: BorrowedText) -> Bool {
    let folder: BorrowedText = "accounts/"
    guard file.hasPrefix(folder) else { return false }
    let rest = file.dropFirst(folder.count)
    return !rest.hasPrefix(account) || rest.count == account.count || rest[account.count] != UInt8(ascii: "/")
  }
}
