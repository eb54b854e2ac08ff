// One decision on its way to the journal: what its entries are made from, and who waits for them.
//
// Only what the entries need is kept; the rest of the request (context, session) is let go with the request.

import Authorization
import PolicyLanguage

final class Submission: Sendable {
  let decision: Decision
  let principal: Text
  let operation: Text
  let requestID: Text
  let grantTokens: [Text]
  let eventID: Text
  let peer: RecordedPeer
  /// One entry for each; never empty.
  let involved: [InvolvedAccount]
  /// `MonotonicClock` nanoseconds.
  let deadline: UInt64
  /// About the bytes that the entries take: what the queue's bound in bytes counts.
  let byteCount: Int
  /// Nil in best-effort mode, where nobody waits.
  let completion: (@Sendable (DecisionJournal.Acceptance) -> Void)?

  init(
    _ decision: Decision, of request: AuthorizationRequest, eventID: Text, peer: RecordedPeer, deadline: UInt64,
    completion: (@Sendable (DecisionJournal.Acceptance) -> Void)?
  ) {
    self.decision = decision
    principal = request.principal
    operation = request.operation
    requestID = request.requestID
    grantTokens = request.grantTokens
    self.eventID = eventID
    self.peer = peer
    self.deadline = deadline
    self.completion = completion
    involved = InvolvedAccount.all(of: decision, principal: request.principal)

    var bytes = 1_024 + principal.count + operation.count + requestID.count + decision.resource.count
    for token in grantTokens { bytes += token.count + 32 }
    for leg in decision.legs { bytes += leg.resource.count + 64 }
    Self.forEachVerdict(of: decision) { verdict in
      for statement in verdict.statements { bytes += statement.file.count + (statement.sid?.count ?? 0) + 32 }
    }
    byteCount = bytes * involved.count
  }

  var entryCount: Int { involved.count }

  /// Both sides of the whole and of every leg.
  static func forEachVerdict(of decision: Decision, _ body: (SideVerdict) -> Void) {
    if let owner = decision.owner { body(owner) }
    if let caller = decision.caller { body(caller) }
    for leg in decision.legs {
      if let owner = leg.owner { body(owner) }
      if let caller = leg.caller { body(caller) }
    }
  }
}
