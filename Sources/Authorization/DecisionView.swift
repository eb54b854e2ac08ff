// A decision as the request corridor reads it: plain values that lie in a workspace. Whoever answers and records a request
// does so at once, so that nothing has to be owned, counted or copied on the way; what outlives the question is a
// KeptDecision or a Decision.

import PolicyLanguage

/// INVARIANT: index, request and workspace are held, and the workspace judges nothing else, as long as it is used.
public struct DecisionView: BitwiseCopyable, Sendable {
  public var outcome: Outcome
  /// Nil when allowed.
  public var denial: Denial?
  public var reason: Reason
  /// Empty for a service principal.
  public var callerAccount: BorrowedText
  /// Empty where no resource is involved.
  public var ownerAccount: BorrowedText
  /// The side of the resource's owner; nil where there is no resource.
  public var owner: SideFinding?
  /// The side of the caller; nil for a service principal.
  public var caller: SideFinding?
  /// Empty for operations that ask one question.
  public var legs: Run<LegResult>
  /// ARN of the key that an id or alias was resolved to; empty where there is none.
  public var keyARN: BorrowedText
  /// As recorded: the key's ARN, or what the request named.
  public var resource: BorrowedText
  public var region: BorrowedText
  /// What the owner's record shows of the principal: unique id, else its ARN without a session name.
  public var reducedPrincipal: BorrowedText
  public var revision: BorrowedText

  public init(
    outcome: Outcome, denial: Denial?, reason: Reason, callerAccount: BorrowedText, ownerAccount: BorrowedText,
    owner: SideFinding?, caller: SideFinding?, legs: Run<LegResult>, keyARN: BorrowedText, resource: BorrowedText,
    region: BorrowedText, reducedPrincipal: BorrowedText, revision: BorrowedText
  ) {
    self.outcome = outcome
    self.denial = denial
    self.reason = reason
    self.callerAccount = callerAccount
    self.ownerAccount = ownerAccount
    self.owner = owner
    self.caller = caller
    self.legs = legs
    self.keyARN = keyARN
    self.resource = resource
    self.region = region
    self.reducedPrincipal = reducedPrincipal
    self.revision = revision
  }
}

/// A decision that keeps all that it speaks of.
// INVARIANT: nobody judges anything else in the workspace of its grounds.
public struct KeptDecision: @unchecked Sendable {
  /// Good while this is held.
  public let view: UnsafePointer<DecisionView>
  let grounds: DecisionGrounds

  /// The same with texts that each keep what they speak of.
  public var decision: Decision { Decision(view.pointee, keptBy: grounds) }
}
