// A decision told statement by statement: which policies were looked at, what each said and why, and what would have to
// change.
//
// It is made by asking the evaluation's own rules again, element by element: there is no second engine that could differ.

import PolicyDirectory
import PolicyLanguage

public struct Explanation: Sendable {
  public var outcome: Outcome
  /// Nil when allowed.
  public var denial: Denial?
  public var reason: Reason
  /// In the order in which they were asked; empty only for an account that the request does not involve.
  public var legs: [LegExplanation]
  /// ARN of the key that an id or alias was resolved to; empty where there is none, or where it is another owner's.
  public var keyARN: Text
  public var revision: Text
}

/// One action on one resource.
public struct LegExplanation: Sendable {
  /// The IAM action: `kms:ReEncryptFrom`.
  public var action: Text
  /// `*` where there is none.
  public var resource: Text
  public var outcome: Outcome
  /// Nil when allowed.
  public var denial: Denial?
  public var reason: Reason
  /// Nil where there is no resource, or when this side is not told.
  public var owner: SideExplanation?
  /// Nil for a service principal, or when this side is not told.
  public var caller: SideExplanation?
}

/// What one account's policies say, and why.
public struct SideExplanation: Sendable {
  public var account: Text
  public var outcome: Outcome
  public var reason: Reason
  /// In the order in which they were asked.
  public var answers: [PolicyAnswer]
  /// What would have to change on this side, a sentence each; empty when the side allows.
  public var advice: [String]
}

/// What one kind of policy, or one rule beside policies, said.
public struct PolicyAnswer: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Whether key, alias and grant exist.
    case resource = "RESOURCE"
    /// Whether the directory knows the caller.
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
    /// Of one level of the organization.
    case serviceControlPolicies = "SERVICE_CONTROL_POLICIES"
    case endpointPolicy = "ENDPOINT_POLICY"
    case region = "REGION"
  }

  public enum Result: String, Sendable, CaseIterable {
    case allows = "ALLOWS"
    /// A Deny statement applies.
    case denies = "DENIES"
    /// It does not allow, and it would have to.
    case lacksAllow = "LACKS_ALLOW"
    /// It neither denies, nor has it to allow.
    case silent = "SILENT"
    /// It does not apply to this request.
    case notAsked = "NOT_ASKED"
  }

  public var kind: Kind
  public var result: Result
  /// A sentence for a person: what was asked, or why it was not.
  public var note: String
  public var statements: [ExplainedStatement]
}

/// A statement, or a grant, that was looked at.
public struct ExplainedStatement: Sendable {
  public var source: DecidingStatement
  /// Whether it speaks of the request: every element matched.
  public var isMatched: Bool
  /// Whether it is among the decision's deciding statements.
  public var isDeciding: Bool
  /// Each element that the request was compared with.
  public var elements: [ExplainedElement]
}

/// One element of a statement, or one condition, and what the request had for it.
public struct ExplainedElement: Sendable {
  public enum Actual: Sendable, Hashable {
    case values([Text])
    /// The request has no such key.
    case absent
    /// The request has the parameter, but nobody said its value.
    case unknown
    /// It is the other side's to know.
    case withheld
  }

  /// As in the policy: `Principal`, `NotAction`, `Condition`; for a grant `GranteePrincipal`, `Operations`, `Constraints`.
  public var name: Text
  public var isMatched: Bool
  /// Of a condition: `ForAnyValue:StringLike`; else empty.
  public var comparison: Text
  /// Of a condition, in lower case; else empty.
  public var key: Text
  /// What the policy demands, variables as they are written there.
  public var expected: [Text]
  public var actual: Actual
}
