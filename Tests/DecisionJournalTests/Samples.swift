// Decisions as the index would make them, about the accounts of the published example, and what waits for their records.

import Authorization
import DecisionJournal
import Glibc
import PolicyLanguage
import Synchronization

enum Sample {
  static let owner: Text = "111122223333"
  static let caller: Text = "444455556666"
  static let third: Text = "777788889999"
  static let key: Text = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  static let thirdKey: Text = "arn:aws:kms:us-west-2:777788889999:key/9876dcba-12ab-34cd-56ef-1234567890ab"
  static let session: Text = "arn:aws:sts::444455556666:assumed-role/ExampleRole/secret-session"
  static let revision: Text = "6f1ed002ab5595859014ebf0951522d9"
  static let peer = RecordedPeer(userID: 1000, processID: 4242)

  static func statement(of account: Text, sid: Text?, line: Int = 3, effect: Effect = .allow) -> DecidingStatement {
    DecidingStatement(
      file: Text("accounts/\(account)/policy-of-\(account).json"), sid: sid, index: 0, line: line, effect: effect)
  }

  static func request(
    principal: Text = session, operation: Text = "kms:Decrypt", resource: Text = key, requestID: Text = "r-1"
  ) -> AuthorizationRequest {
    var request = AuthorizationRequest(principal: principal, operation: operation, resource: resource)
    request.requestID = requestID
    return request
  }

  static func crossAccount(_ outcome: Outcome = .allow) -> Decision {
    Decision(
      outcome: outcome, denial: outcome == .allow ? nil : .implicit,
      reason: outcome == .allow ? .allowed : .noIdentityPolicyAllow, callerAccount: caller, ownerAccount: owner,
      owner: SideVerdict(
        account: owner, outcome: .allow, reason: .allowed, statements: [statement(of: owner, sid: "AllowUse")]),
      caller: SideVerdict(
        account: caller, outcome: outcome, reason: outcome == .allow ? .allowed : .noIdentityPolicyAllow,
        statements: outcome == .allow ? [statement(of: caller, sid: nil)] : []),
      legs: [], keyARN: key, resource: key, region: "us-west-2", reducedPrincipal: "AROAEXAMPLE", revision: revision)
  }

  static func sameAccount() -> Decision {
    var decision = crossAccount()
    decision.callerAccount = owner
    decision.caller = SideVerdict(
      account: owner, outcome: .allow, reason: .allowed, statements: [statement(of: owner, sid: "Own", line: 9)])
    return decision
  }

  static func serviceCaller() -> Decision {
    var decision = crossAccount()
    decision.callerAccount = ""
    decision.caller = nil
    decision.reducedPrincipal = "s3.amazonaws.com"
    return decision
  }

  /// ReEncrypt by one account from a second's key to a third's.
  static func threeAccounts() -> Decision {
    var decision = crossAccount()
    let caller = decision.caller
    decision.legs = [
      Leg(
        action: "kms:ReEncryptFrom", resource: key, outcome: .allow, denial: nil, reason: .allowed,
        owner: decision.owner, caller: caller),
      Leg(
        action: "kms:ReEncryptTo", resource: thirdKey, outcome: .allow, denial: nil, reason: .allowed,
        owner: SideVerdict(
          account: third, outcome: .allow, reason: .allowed, statements: [statement(of: third, sid: "Third")]),
        caller: caller),
    ]
    return decision
  }
}

/// Counts completions from any thread.
final class Acceptances: Sendable {
  private let state = Mutex<[DecisionJournal.Acceptance]>([])

  var add: @Sendable (DecisionJournal.Acceptance) -> Void {
    { [self] acceptance in state.withLock { $0.append(acceptance) } }
  }
  var all: [DecisionJournal.Acceptance] { state.withLock { $0 } }
  var count: Int { state.withLock { $0.count } }
  var accepted: Int { all.count { $0 == .accepted } }
  var refusals: [String] {
    all.compactMap { if case .refused(let why) = $0 { why } else { nil } }
  }

  /// - Returns: whether there were so many in time.
  func wait(for count: Int, seconds: Int = 20) -> Bool { eventually(seconds: seconds) { self.count >= count } }
}

/// Asks again and again until it holds or the time is up.
func eventually(seconds: Int = 20, _ condition: () throws -> Bool) rethrows -> Bool {
  for _ in 0..<seconds * 500 {
    if try condition() { return true }
    usleep(2_000)
  }
  return try condition()
}

func milliseconds(_ body: () throws -> Void) rethrows -> Int {
  let start = ContinuousClock.now
  try body()
  return Int((ContinuousClock.now - start) / .milliseconds(1))
}
