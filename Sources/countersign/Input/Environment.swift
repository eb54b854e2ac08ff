// Settings from the environment; an empty one is none.

import Glibc

enum Environment {
  static let socket = "COUNTERSIGN_SOCKET"
  static let policies = "COUNTERSIGN_POLICIES"
  static let defaultPolicies = "/etc/countersign/policies"

  static subscript(name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(validatingCString: value)
  }
}
