// Why: the reasons of the contract, in the order in which the first that applies is given.

/// Raw values are the contract's names, also in the journal and in test suites. Cases stand in the contract's order.
public enum Reason: String, BitwiseCopyable, Sendable, CaseIterable, Hashable {
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

  /// Of two reasons the one that is told: the earlier in the list, but any denial before ALLOWED.
  func orEarlier(_ other: Reason) -> Reason {
    if self == .allowed || self == other { return other }
    if other == .allowed { return self }
    return place <= other.place ? self : other
  }

  /// In the contract's list.
  private var place: UInt8 {
    switch self {
    case .allowed: 0
    case .keyNotFound: 1
    case .grantNotFound: 2
    case .unknownPrincipal: 3
    case .notCrossAccountOperation: 4
    case .explicitDenyKeyPolicy: 5
    case .explicitDenyResourcePolicy: 6
    case .explicitDenyRCP: 7
    case .explicitDenySCP: 8
    case .explicitDenyIdentityPolicy: 9
    case .explicitDenyBoundary: 10
    case .explicitDenySessionPolicy: 11
    case .explicitDenyEndpointPolicy: 12
    case .noSCPAllow: 13
    case .noEndpointPolicyAllow: 14
    case .regionNotEnabled: 15
    case .retireNotEntitled: 16
    case .grantScope: 17
    case .grantConstraint: 18
    case .noKeyPolicyAllow: 19
    case .noResourcePolicyAllow: 20
    case .noIdentityPolicyAllow: 21
    case .noBoundaryAllow: 22
    case .noSessionPolicyAllow: 23
    }
  }
}
