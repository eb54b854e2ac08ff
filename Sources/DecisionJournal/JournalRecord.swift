// One account's record of one decision: what this account may know of it.
//
// The owner learns that somebody of the caller's account asked for an operation on the owner's resource and what came
// of it. It does not learn the caller's session, tags, policies, grant tokens, or resources of third accounts. The
// caller learns nothing of the owner's policies. Every field that can differ between the two is chosen here, and only
// here. The reason is the decision's in every record: it can name a kind of policy, as AWS's own messages do, but never
// a policy (G-20). The request id is the client's and is shared, as CloudTrail shares it (G-17).

import Authorization
import PolicyLanguage

struct JournalRecord {
  let submission: Submission
  let involved: InvolvedAccount

  private var decision: Decision { submission.decision }
  private var isOwnerOnly: Bool { involved.perspective == .owner }

  /// The principal as asked, or as the owner may see it. Never the full one for an owner, even when nothing is known
  /// of how to reduce it.
  var principal: Text {
    guard isOwnerOnly else { return submission.principal }
    return decision.reducedPrincipal.isEmpty ? callerAccount : decision.reducedPrincipal
  }

  var callerAccount: Text { InvolvedAccount.callerAccount(of: decision, principal: submission.principal) }

  /// An owner sees itself; the caller sees each owner once.
  var ownerAccounts: [Text] {
    if isOwnerOnly { return [involved.account] }
    var accounts = [InvolvedAccount.ownerAccount(of: decision)]
    for leg in decision.legs {
      let account = InvolvedAccount.ownerAccount(of: leg)
      if !account.isEmpty, !accounts.contains(account) { accounts.append(account) }
    }
    if accounts.count > 1, accounts[0].isEmpty { accounts.removeFirst() }
    return accounts
  }

  // UNDOCUMENTED: G-6, whether one owner's record shows the other's key (section I, 4)
  /// What was asked for; an owner sees its own resources only (G-6).
  var resources: [Text] {
    var resources: [Text] = []
    func add(_ resource: Text, of owner: Text) {
      guard !resource.isEmpty, !resources.contains(resource) else { return }
      if !isOwnerOnly || owner == involved.account { resources.append(resource) }
    }
    // Where there are legs, the decision's owner is that of the leg that decided, and its resource may be another's.
    if !isOwnerOnly || decision.legs.isEmpty { add(decision.resource, of: InvolvedAccount.ownerAccount(of: decision)) }
    for leg in decision.legs { add(leg.resource, of: InvolvedAccount.ownerAccount(of: leg)) }
    return resources
  }

  /// Of this account's policies, each once. A file in another account's folder is left out whatever the verdict says:
  /// a VPC endpoint can belong to a third account.
  var statements: [DecidingStatement] {
    var statements: [DecidingStatement] = []
    Submission.forEachVerdict(of: decision) { verdict in
      guard verdict.account == involved.account else { return }
      for statement in verdict.statements
      where !statements.contains(statement) && !isInForeignFolder(statement.file) { statements.append(statement) }
    }
    return statements
  }

  private func isInForeignFolder(_ file: Text) -> Bool {
    let accounts: Text = "accounts/"
    guard file.hasPrefix(accounts) else { return false }
    return !file.utf8.dropFirst(accounts.count).starts(with: involved.account.utf8 + [UInt8(ascii: "/")])
  }

  /// Appends every field but those that all entries of a start or an outcome share, and those that are known only when
  /// the entry is sent (`EntryWindow`).
  func encode(into entry: inout EntryBytes) {
    let resources = resources
    entry.append(
      .message,
      Sentence.about(
        principal: principal, outcome: decision.outcome, operation: submission.operation, resources: resources,
        reason: decision.reason.rawValue))
    entry.append(.account, involved.account)
    entry.append(.perspective, plain: involved.perspective.name)
    entry.appendIdentifier(.eventID)
    entry.append(.sharedEventID, submission.eventID)
    entry.append(.reason, decision.reason.rawValue)
    entry.append(.operation, submission.operation)
    entry.append(.principal, principal)
    entry.append(.callerAccount, callerAccount)
    for account in ownerAccounts { entry.append(.ownerAccount, account) }
    if resources.isEmpty { entry.append(.resource, plain: "") }
    for resource in resources { entry.append(.resource, resource) }
    entry.append(.region, decision.region)
    entry.append(.revision, decision.revision)
    entry.append(.statements, StatementLine.text(statements))
    entry.append(.requestID, submission.requestID)
    entry.append(.peerUserID, number: submission.peer.userID)
    entry.append(.peerProcessID, number: submission.peer.processID)
    if !isOwnerOnly {
      for token in submission.grantTokens { entry.append(.grantToken, token) }
    }
  }
}
