// Why: the reasons of the contract, in the order in which the first that applies is given.

/// Raw values are the contract's names, also in the journal and in test suites. Cases stand in the contract's order.
public enum Reason: String, Sendable, CaseIterable, Hashable {
  case allowed = "ALLOWED"
  case keyNotFound = "KEY_NOT_FOUND"
  case grantNotFound = "GRANT_NOT_FOUND"
  case unknownPrincipal = "UNKNOWN_PRINCIPAL"
  case notCrossAccountOperation = "NOT_CROSS_ACCOUNT_OPERATION"
  case explicitDenyKeyPolicy = "EXPLICIT_DENY_KEY_POLICY"
  case explicitDenyResourcePolicy = "EXPLICIT_DENY_RESOURCE_POLICY"
  case explicitDenyRCP = "EXPLICIT_DENY_RCP"
  case explicitDenySCP = "EXPLICIT_DENY_SCP"
  case explicitDenyIdentityPolicy = "EXPLICIT_DENY_IDENTITY_POLICY"
  case explicitDenyBoundary = "EXPLICIT_DENY_BOUNDARY"
  case explicitDenySessionPolicy = "EXPLICIT_DENY_SESSION_POLICY"
  case explicitDenyEndpointPolicy = "EXPLICIT_DENY_ENDPOINT_POLICY"
  case noSCPAllow = "NO_SCP_ALLOW"
  case noEndpointPolicyAllow = "NO_ENDPOINT_POLICY_ALLOW"
  case regionNotEnabled = "REGION_NOT_ENABLED"
  case retireNotEntitled = "RETIRE_NOT_ENTITLED"
  case grantScope = "GRANT_SCOPE"
  case grantConstraint = "GRANT_CONSTRAINT"
  case noKeyPolicyAllow = "NO_KEY_POLICY_ALLOW"
  case noResourcePolicyAllow = "NO_RESOURCE_POLICY_ALLOW"
  case noIdentityPolicyAllow = "NO_IDENTITY_POLICY_ALLOW"
  case noBoundaryAllow = "NO_BOUNDARY_ALLOW"
  case noSessionPolicyAllow = "NO_SESSION_POLICY_ALLOW"

  private static let places: [Reason: Int] = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

  /// Of two reasons the one that is told: the earlier in the list, but any denial before ALLOWED.
  func orEarlier(_ other: Reason) -> Reason {
    if self == .allowed { return other }
    if other == .allowed { return self }
    return Self.places[self, default: 0] <= Self.places[other, default: 0] ? self : other
  }
}
