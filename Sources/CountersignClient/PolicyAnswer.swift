// What one kind of policy said to a request, and what each of its statements was compared with.

/// What one kind of policy, or one rule beside policies, said.
public struct PolicyAnswer: Sendable, Hashable {
  /// Raw values are the proto's names without their prefix; the cases stand in the proto's order.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Whether key, alias and grant exist.
    case resource = "RESOURCE"
    /// Whether the policy directory knows the caller.
    case principal = "PRINCIPAL"
    /// Whether the operation is usable across accounts.
    case crossAccountUse = "CROSS_ACCOUNT_USE"
    case keyPolicy = "KEY_POLICY"
    case resourcePolicy = "RESOURCE_POLICY"
    case trustPolicy = "TRUST_POLICY"
    case grants = "GRANTS"
    case resourceControlPolicies = "RESOURCE_CONTROL_POLICIES"
    case identityPolicies = "IDENTITY_POLICIES"
    case permissionsBoundary = "PERMISSIONS_BOUNDARY"
    case sessionPolicies = "SESSION_POLICIES"
    /// Of one level above the caller's account.
    case serviceControlPolicies = "SERVICE_CONTROL_POLICIES"
    case endpointPolicy = "ENDPOINT_POLICY"
    case region = "REGION"
    /// One that a newer daemon has and this client does not know.
    case unrecognized = "UNRECOGNIZED"
  }

  /// As `Kind`.
  public enum Result: String, Sendable, Hashable, CaseIterable {
    case allows = "ALLOWS"
    /// A Deny statement applies.
    case denies = "DENIES"
    /// It does not allow, and it would have to.
    case lacksAllow = "LACKS_ALLOW"
    /// It neither denies, nor has it to allow.
    case silent = "SILENT"
    /// It does not apply to this request.
    case notAsked = "NOT_ASKED"
    /// One that a newer daemon has and this client does not know.
    case unrecognized = "UNRECOGNIZED"
  }

  public var kind: Kind
  public var result: Result
  /// A sentence for a person.
  public var note: String
  /// The statements, or grants, that were looked at.
  public var statements: [ExplainedStatement]

  public init(kind: Kind, result: Result, note: String, statements: [ExplainedStatement] = []) {
    self.kind = kind
    self.result = result
    self.note = note
    self.statements = statements
  }
}

/// A statement, or a grant, that was looked at.
public struct ExplainedStatement: Sendable, Hashable {
  /// Which, and where it is written.
  public var statement: DecidingStatement
  /// Whether it speaks of the request: every element matched.
  public var isMatched: Bool
  /// Whether it is among the deciding statements that `check` tells.
  public var isDeciding: Bool
  public var elements: [ExplainedElement]

  public init(statement: DecidingStatement, isMatched: Bool, isDeciding: Bool, elements: [ExplainedElement] = []) {
    self.statement = statement
    self.isMatched = isMatched
    self.isDeciding = isDeciding
    self.elements = elements
  }
}

/// One element of a statement, or one condition, and what the request had for it.
public struct ExplainedElement: Sendable, Hashable {
  /// Whether the request had it.
  public enum Presence: String, Sendable, Hashable, CaseIterable {
    /// It had, perhaps an empty set.
    case present = "PRESENT"
    case absent = "ABSENT"
    /// It has this parameter, but the question did not say its value.
    case unknown = "UNKNOWN"
    /// Only the side that is not told may know.
    case withheld = "WITHHELD"
    /// One that a newer daemon has and this client does not know.
    case unrecognized = "UNRECOGNIZED"
  }

  /// As in the policy: `Principal`, `NotAction`, `Resource`, `Condition`; for a grant `GranteePrincipal`, `Operations`,
  /// `Constraints`, `RetiringPrincipal`.
  public var name: String
  public var isMatched: Bool
  /// Of a condition: `ForAnyValue:StringLike`; else empty.
  public var comparison: String
  /// Of a condition, in lower case; else empty.
  public var key: String
  /// What the policy demands, variables as they are written there.
  public var expected: [String]
  /// What the request had.
  public var actual: [String]
  public var presence: Presence

  public init(
    name: String, isMatched: Bool, comparison: String = "", key: String = "", expected: [String] = [],
    actual: [String] = [], presence: Presence
  ) {
    self.name = name
    self.isMatched = isMatched
    self.comparison = comparison
    self.key = key
    self.expected = expected
    self.actual = actual
    self.presence = presence
  }
}
