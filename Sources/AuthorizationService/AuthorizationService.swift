// The service of the published proto: what it needs, and its methods by name.
//
// Each method has a file of its own. None of them knows sockets; none of them decides anything.

import Authorization
import DecisionJournal
import PolicyLanguage
import RemoteProcedureCall

/// `countersign.v1.AuthorizationService`
public struct AuthorizationService: Sendable {
  /// The service's full name, as health checks and reflection name it.
  public static let name = "countersign.v1.AuthorizationService"

  let states: LoopStates
  let journal: DecisionJournal
  let auditMode: AuditMode
  let reloader: PolicyReloader
  let simulator: PolicySimulator
  let version: String
  let startedAt: Instant
  /// Beside root, the only user that may ask for a reload: the daemon's own.
  let ownUserID: UInt32

  public init(
    states: LoopStates, journal: DecisionJournal, auditMode: AuditMode, reloader: PolicyReloader, version: String,
    startedAt: Instant, ownUserID: UInt32
  ) {
    self.states = states
    self.journal = journal
    self.auditMode = auditMode
    self.reloader = reloader
    simulator = PolicySimulator(directory: reloader.directory)
    self.version = version
    self.startedAt = startedAt
    self.ownUserID = ownUserID
  }

  public var methods: [Method] {
    [
      Method(path: "/\(Self.name)/Check", kind: .unary { check($0, $1) }, announce: { announce($0) }),
      Method(path: "/\(Self.name)/CheckBatch", kind: .unary { checkBatch($0, $1) }),
      Method(path: "/\(Self.name)/CheckStream", kind: .streaming { CheckStream(self, $0) }),
      Method(path: "/\(Self.name)/Explain", kind: .unary { explain($0, $1) }),
      Method(path: "/\(Self.name)/Simulate", kind: .unary { simulate($0, $1) }),
      Method(path: "/\(Self.name)/GetStatus", kind: .unary { getStatus($0, $1) }),
      Method(path: "/\(Self.name)/Reload", kind: .unary { reload($0, $1) }),
    ]
  }

  /// The calling loop's state with a policy set in force.
  /// - Throws: UNAVAILABLE when there is none: nothing is allowed or denied by policies that were never loaded.
  func stateWithPolicies() throws(Status) -> (LoopState, LoopPolicies) {
    guard let state = states.current, let policies = state.policies else {
      throw Status(.unavailable, "no policy set is loaded")
    }
    return (state, policies)
  }
}

extension Status {
  init(_ error: RequestError) {
    switch error.code {
    case .invalidArgument: self.init(.invalidArgument, error.message)
    }
  }
}
