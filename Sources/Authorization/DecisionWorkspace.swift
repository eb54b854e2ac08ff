// What judging one request after another needs again and again: memory that is taken back for the next.

/// One for each event loop. A decision that was made in it is good until the next one.
// INVARIANT: used by one thread at a time; a workspace that goes to another thread goes with the decision made in it.
public final class DecisionWorkspace: @unchecked Sendable {
  private let memory: ArenaOwner

  var arena: Arena { memory.arena }

  public convenience init() { self.init(capacity: 16 << 10) }

  /// - Parameter capacity: bytes to begin with.
  init(capacity: Int) { memory = ArenaOwner(capacity: capacity) }
}

/// Keeps all that a decision speaks of, for decisions that have to outlive the call.
final class DecisionGrounds: Sendable {
  private let index: PolicyIndex
  private let request: AuthorizationRequest
  let workspace: DecisionWorkspace

  init(index: PolicyIndex, request: AuthorizationRequest, workspace: DecisionWorkspace) {
    self.index = index
    self.request = request
    self.workspace = workspace
  }

  func withRequest<Result>(
    _ body: (UnsafePointer<AuthorizationRequest>) throws(RequestError) -> Result
  ) throws(RequestError) -> Result {
    try withUnsafePointer(to: request, body)
  }
}
