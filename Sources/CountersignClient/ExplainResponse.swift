// A decision told statement by statement. It is for a person to read; only `check` is to be acted on.

/// The answer to `Client.explain`.
public struct ExplainResponse: Sendable, Hashable {
  /// What `check` would answer.
  public var decision: Decision
  /// Set for a deny.
  public var denial: Denial?
  public var reason: Reason
  /// The single questions; one for most operations.
  public var legs: [LegExplanation]
  /// The key that an id or alias stood for.
  public var keyARN: String
  /// Digest of the policy set that was asked.
  public var revision: String
  /// From the request.
  public var requestID: String

  public init(
    decision: Decision, denial: Denial? = nil, reason: Reason, legs: [LegExplanation] = [], keyARN: String = "",
    revision: String = "", requestID: String = ""
  ) {
    self.decision = decision
    self.denial = denial
    self.reason = reason
    self.legs = legs
    self.keyARN = keyARN
    self.revision = revision
    self.requestID = requestID
  }
}

/// Which side of a request is told.
public enum Side: String, Sendable, Hashable, CaseIterable {
  /// The account that owns the resource.
  case owner = "OWNER"
  /// The caller's account.
  case caller = "CALLER"
  case both = "BOTH"
}

/// One action on one resource.
public struct LegExplanation: Sendable, Hashable {
  /// The IAM action: `kms:ReEncryptFrom`.
  public var action: String
  /// ARN, or `*` where there is no resource.
  public var resource: String
  public var decision: Decision
  /// Set for a deny.
  public var denial: Denial?
  public var reason: Reason
  /// Nil where there is no resource, or when this side is not told.
  public var owner: SideExplanation?
  /// Nil for a service principal, or when this side is not told.
  public var caller: SideExplanation?

  public init(
    action: String, resource: String, decision: Decision, denial: Denial? = nil, reason: Reason,
    owner: SideExplanation? = nil, caller: SideExplanation? = nil
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

/// What one account's policies say, and why.
public struct SideExplanation: Sendable, Hashable {
  /// Twelve digits.
  public var account: String
  public var decision: Decision
  public var reason: Reason
  /// What each kind of policy said, in the order in which they were asked.
  public var answers: [PolicyAnswer]
  /// What would have to change on this side for it to allow, a sentence each.
  public var advice: [String]

  public init(
    account: String, decision: Decision, reason: Reason, answers: [PolicyAnswer] = [], advice: [String] = []
  ) {
    self.account = account
    self.decision = decision
    self.reason = reason
    self.answers = answers
    self.advice = advice
  }
}
