// What is compared: what the contract's suites can expect.

enum Answer: Equatable {
  case refused
  /// `denial` is empty when allowed.
  case decided(isAllowed: Bool, denial: String, reason: String, keyARN: String)

  /// For people.
  var short: String {
    switch self {
    case .refused: return "INVALID_ARGUMENT"
    case .decided(_, let denial, let reason, let keyARN):
      return [denial, reason, keyARN.isEmpty ? "" : "key"].filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  var isAllowed: Bool {
    if case .decided(let isAllowed, _, _, _) = self { return isAllowed }
    return false
  }
}

/// The contract's reasons, in its order: the first that applies is given (F-64).
enum NaiveReasons {
  static let order = [
    "KEY_NOT_FOUND", "GRANT_NOT_FOUND", "UNKNOWN_PRINCIPAL", "NOT_CROSS_ACCOUNT_OPERATION", "EXPLICIT_DENY_KEY_POLICY",
    "EXPLICIT_DENY_RESOURCE_POLICY", "EXPLICIT_DENY_RCP", "EXPLICIT_DENY_SCP", "EXPLICIT_DENY_IDENTITY_POLICY",
    "EXPLICIT_DENY_BOUNDARY", "EXPLICIT_DENY_SESSION_POLICY", "EXPLICIT_DENY_ENDPOINT_POLICY", "NO_SCP_ALLOW",
    "NO_ENDPOINT_POLICY_ALLOW", "REGION_NOT_ENABLED", "RETIRE_NOT_ENTITLED", "GRANT_SCOPE", "GRANT_CONSTRAINT",
    "NO_KEY_POLICY_ALLOW", "NO_RESOURCE_POLICY_ALLOW", "NO_IDENTITY_POLICY_ALLOW", "NO_BOUNDARY_ALLOW",
    "NO_SESSION_POLICY_ALLOW",
  ]

  static func first(of reasons: [String]) -> String {
    for reason in order where reasons.contains(reason) { return reason }
    return "ALLOWED"
  }
}
