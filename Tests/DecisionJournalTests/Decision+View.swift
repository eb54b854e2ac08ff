// Decisions that tests put together from texts, as the plain values that are recorded.

import Authorization
import DecisionJournal
import PolicyLanguage

extension Decision {
  /// Lends the same decision, in memory that is given back at the end.
  func withView<Result>(_ body: (UnsafePointer<DecisionView>) throws -> Result) rethrows -> Result {
    let memory = Memory()
    defer { withExtendedLifetime((self, memory)) {} }
    func side(_ side: SideVerdict?) -> SideFinding? {
      side.map {
        SideFinding(
          account: BorrowedText($0.account), outcome: $0.outcome, reason: $0.reason,
          statements: memory.run($0.statements.map { StatementReference($0) }))
      }
    }
    let legs = legs.map {
      LegResult(
        action: BorrowedText($0.action), resource: BorrowedText($0.resource), outcome: $0.outcome, denial: $0.denial,
        reason: $0.reason, owner: side($0.owner), caller: side($0.caller))
    }
    let view = DecisionView(
      outcome: outcome, denial: denial, reason: reason, callerAccount: BorrowedText(callerAccount),
      ownerAccount: BorrowedText(ownerAccount), owner: side(owner), caller: side(caller), legs: memory.run(legs),
      keyARN: BorrowedText(keyARN), resource: BorrowedText(resource), region: BorrowedText(region),
      reducedPrincipal: BorrowedText(reducedPrincipal), revision: BorrowedText(revision))
    return try withUnsafePointer(to: view, body)
  }
}

extension StatementReference {
  /// INVARIANT: the statement is held as long as this is used.
  init(_ statement: DecidingStatement) {
    self.init(
      file: BorrowedText(statement.file), sid: statement.sid.map { BorrowedText($0) }, index: UInt32(statement.index),
      line: UInt32(statement.line), effect: statement.effect)
  }
}

private final class Memory {
  private var pieces: [UnsafeMutableRawBufferPointer] = []

  func run<Value: BitwiseCopyable>(_ values: [Value]) -> Run<Value> {
    let piece = UnsafeMutableBufferPointer<Value>.allocate(capacity: max(values.count, 1))
    _ = piece.initialize(fromContentsOf: values)
    pieces.append(UnsafeMutableRawBufferPointer(piece))
    return Run(UnsafePointer(piece.baseAddress!), count: values.count)
  }

  deinit { for piece in pieces { piece.deallocate() } }
}

extension DecisionRecorder {
  /// Records a decision that a test put together.
  func record(
    _ decision: Decision, of request: AuthorizationRequest, eventID: EventID, peer: RecordedPeer
  ) -> DecisionJournal.Acceptance? {
    decision.withView { view in
      withUnsafePointer(to: request) { record(view, of: $0, eventID: eventID, peer: peer) }
    }
  }

  /// The same, told by a completion where it is not known at once.
  func record(
    _ decision: Decision, of request: AuthorizationRequest, eventID: EventID, peer: RecordedPeer,
    completion: () -> Completion
  ) -> DecisionJournal.Acceptance? {
    let acceptance = record(decision, of: request, eventID: eventID, peer: peer)
    if acceptance == nil { whenKnown(completion()) }
    return acceptance
  }
}
