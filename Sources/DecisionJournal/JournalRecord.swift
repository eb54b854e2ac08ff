// One decision's entries: what each account may know of it.
//
// The owner learns that somebody of the caller's account asked for an operation on the owner's resource and what came
// of it. It does not learn the caller's session, tags, policies, grant tokens, or resources of third accounts. The
// caller learns nothing of the owner's policies. Every field that can differ between the two is chosen here, and only
// here. The reason is the decision's in every record: it can name a kind of policy, as AWS's own messages do, but never
// a policy (G-20). The request id is the client's and is shared, as CloudTrail shares it (G-17).
//
// Nothing of the decision or the request is kept: the bytes are all that outlives the call.

import Authorization
import PolicyLanguage

struct JournalRecord {
  let decision: Decision
  let request: AuthorizationRequest
  let eventID: EventID
  let peer: RecordedPeer

  // MARK: What all see

  /// Appends what stands in every entry of the decision, but for what all entries of an outcome share.
  func encodeCommon(into entry: inout EntryBytes) {
    entry.append(.sharedEventID, eventID)
    entry.append(.reason, decision.reason.rawValue)
    entry.append(.operation, request.operation)
    entry.append(.callerAccount, callerAccount)
    entry.append(.region, decision.region)
    entry.append(.revision, decision.revision)
    entry.append(.requestID, request.requestID)
    entry.append(.peerUserID, number: UInt64(peer.userID))
    entry.append(.peerProcessID, number: UInt64(max(peer.processID, 0)))
  }

  private var callerAccount: Text { InvolvedAccount.callerAccount(of: decision, principal: request.principal) }

  // MARK: What one account sees

  /// Appends what stands in this account's entry alone.
  func encode(for involved: InvolvedAccount, id: EventID, into entry: inout EntryBytes) {
    let isOwnerOnly = involved.perspective == .owner
    let principal = isOwnerOnly ? reducedPrincipal : request.principal
    entry.append(.account, involved.account)
    entry.append(.perspective, plain: involved.perspective.name)
    entry.append(.eventID, id)
    entry.append(.principal, principal)
    if isOwnerOnly {
      entry.append(.ownerAccount, involved.account)
    } else {
      forEachOwnerAccount { entry.append(.ownerAccount, $0) }
      for token in request.grantTokens { entry.append(.grantToken, token) }
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
      principal: principal, outcome: decision.outcome, operation: request.operation, reason: decision.reason, to: &entry
    ) { forEachResource(of: involved, $0) }
    entry.end()
  }

  /// The principal as an owner may see it. Never the full one, even when nothing is known of how to reduce it.
  private var reducedPrincipal: Text { decision.reducedPrincipal.isEmpty ? callerAccount : decision.reducedPrincipal }

  /// The caller sees each owner once.
  private func forEachOwnerAccount(_ body: (Text) -> Void) {
    let first = InvolvedAccount.ownerAccount(of: decision)
    if decision.legs.isEmpty { return body(first) }
    var accounts = first.isEmpty ? [] : [first]
    for leg in decision.legs {
      let account = InvolvedAccount.ownerAccount(of: leg)
      if !account.isEmpty, !accounts.contains(account) { accounts.append(account) }
    }
    if accounts.isEmpty { body("") }
    accounts.forEach(body)
  }

  // UNDOCUMENTED: G-6, whether one owner's record shows the other's key (section I, 4)
  /// What was asked for; an owner sees its own resources only (G-6).
  private func forEachResource(of involved: InvolvedAccount, _ body: (Text) -> Void) {
    func isVisible(_ resource: Text, of owner: Text) -> Bool {
      !resource.isEmpty && (involved.perspective != .owner || owner == involved.account)
    }
    if decision.legs.isEmpty {
      if isVisible(decision.resource, of: InvolvedAccount.ownerAccount(of: decision)) { body(decision.resource) }
      return
    }
    // Where there are legs, the decision's owner is that of the leg that decided, and its resource may be another's.
    var resources: [Text] = []
    if involved.perspective != .owner, !decision.resource.isEmpty { resources.append(decision.resource) }
    for leg in decision.legs where !resources.contains(leg.resource) {
      if isVisible(leg.resource, of: InvolvedAccount.ownerAccount(of: leg)) { resources.append(leg.resource) }
    }
    resources.forEach(body)
  }

  /// Statements of this account's policies, each once. A file in another account's folder is left out whatever the
  /// verdict says: a VPC endpoint can belong to a third account.
  private func forEachStatement(of account: Text, _ body: (DecidingStatement) -> Void) {
    for place in 0..<verdictCount {
      guard let statements = statements(of: account, at: place) else { continue }
      for (index, statement) in statements.enumerated() where !isForeign(statement.file, to: account) {
        let isRepeated =
          statements[..<index].contains(statement)
          || (0..<place).contains { self.statements(of: account, at: $0)?.contains(statement) ?? false }
        if !isRepeated { body(statement) }
      }
    }
  }

  /// Both sides of the whole and of every leg.
  private var verdictCount: Int { 2 + 2 * decision.legs.count }

  /// Nil where the side is another account's, or there is none.
  private func statements(of account: Text, at place: Int) -> DecidingStatements? {
    let verdict =
      switch place {
      case 0: decision.owner
      case 1: decision.caller
      default: place % 2 == 0 ? decision.legs[place / 2 - 1].owner : decision.legs[place / 2 - 1].caller
      }
    guard let verdict, verdict.account == account else { return nil }
    return verdict.statements
  }

  private static let accountsFolder: Text = "accounts/"

  private func isForeign(_ file: Text, to account: Text) -> Bool {
    let folder = Self.accountsFolder
    guard file.hasPrefix(folder) else { return false }
    return file.withUnsafeBufferPointer { file in
      account.withUnsafeBufferPointer { account in
        let rest = file[folder.count...]
        return !rest.starts(with: account) || rest.count == account.count
          || rest[rest.startIndex + account.count] != UInt8(ascii: "/")
      }
    }
  }
}
