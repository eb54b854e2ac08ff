// Whom to ask: the daemon, or a policy directory.
//
// Flags win over the environment, and the daemon wins over a directory, since its answer is the one that counts.

import ArgumentParser
import CountersignClient

enum PolicySource: Equatable {
  case daemon
  case directory(String)

  /// - Throws: `ValidationError` when both are asked for.
  init(policies: String?, socket: String?, environment: (String) -> String? = { Environment[$0] }) throws {
    switch (policies, socket) {
    case (.some, .some): throw ValidationError("--policies and --socket are both given, expected one of them")
    case (let policies?, nil): self = .directory(policies)
    case (nil, .some): self = .daemon
    case (nil, nil):
      if environment(Environment.socket) == nil, let policies = environment(Environment.policies) {
        self = .directory(policies)
      } else {
        self = .daemon
      }
    }
  }
}
