// One answer, and who said what.

/// The answer to a `CheckRequest`. The operation may go ahead only when `decision` is `.allow`.
public struct CheckResponse: Sendable, Hashable {
  public var decision: Decision
  /// Set for a deny.
  public var denial: Denial?
  public var reason: Reason
  /// The side of the account that owns the resource; nil where there is none.
  public var owner: SideVerdict?
  /// The side of the caller's account; nil for a service principal.
  public var caller: SideVerdict?
  /// The single questions of an operation that asks several.
  public var legs: [Leg]
  /// The key that an id or alias stood for.
  public var keyARN: String
  /// Digest of the policy set that was asked.
  public var revision: String
  /// Names the decision in the journal: `COUNTERSIGN_SHARED_EVENT_ID` of its entries.
  public var eventID: String
  /// From the request.
  public var requestID: String

  public var isAllowed: Bool { decision == .allow }

  public init(
    decision: Decision, denial: Denial? = nil, reason: Reason, owner: SideVerdict? = nil, caller: SideVerdict? = nil,
    legs: [Leg] = [], keyARN: String = "", revision: String = "", eventID: String = "", requestID: String = ""
  ) {
    self.decision = decision
    self.denial = denial
    self.reason = reason
    self.owner = owner
    self.caller = caller
    self.legs = legs
    self.keyARN = keyARN
    self.revision = revision
    self.eventID = eventID
    self.requestID = requestID
  }
}

/// What one account's policies say.
public struct SideVerdict: Sendable, Hashable {
  /// Twelve digits.
  public var account: String
  public var decision: Decision
  public var reason: Reason
  /// The statements that decided; of this account's policies only.
  public var statements: [DecidingStatement]

  public init(account: String, decision: Decision, reason: Reason, statements: [DecidingStatement] = []) {
    self.account = account
    self.decision = decision
    self.reason = reason
    self.statements = statements
  }
}

/// A statement, or a grant, that decided.
public struct DecidingStatement: Sendable, Hashable {
  /// Path below the policy directory.
  public var file: String
  /// The statement's Sid, or the grant's id; may be empty.
  public var sid: String
  /// Place in its document, from 0.
  public var index: Int
  /// Line in the file, from 1.
  public var line: Int
  public var effect: Effect

  public init(file: String, sid: String, index: Int, line: Int, effect: Effect) {
    self.file = file
    self.sid = sid
    self.index = index
    self.line = line
    self.effect = effect
  }
}

/// One action on one resource.
public struct Leg: Sendable, Hashable {
  /// The IAM action: `kms:ReEncryptFrom`.
  public var action: String
  /// ARN, or `*` where there is no resource.
  public var resource: String
  public var decision: Decision
  /// Set for a deny.
  public var denial: Denial?
  public var reason: Reason
  public var owner: SideVerdict?
  public var caller: SideVerdict?

  public init(
    action: String, resource: String, decision: Decision, denial: Denial? = nil, reason: Reason,
    owner: SideVerdict? = nil, caller: SideVerdict? = nil
  ) {
    self.action = action
    self.resource = resource
    self.decision = decision
    self.denial = denial
    self.reason = reason
    self.owner = owner
    self.caller = caller
  }
}
