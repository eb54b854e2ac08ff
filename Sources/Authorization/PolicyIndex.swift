// The index: a policy set arranged for questions. The one place where the policy corridor meets the request corridor.

import PolicyDirectory
import PolicyLanguage

/// Immutable, shared by all event loops without locks.
// INVARIANT: `memory` and `policies` keep what `tables` points to, which nobody writes to after it is built.
public final class PolicyIndex: @unchecked Sendable {
  public let revision: Text
  private let memory: ArenaOwner
  private let policies: [CompiledPolicy]
  let tables: UnsafePointer<IndexTables>

  /// Takes policies that the loader has compiled as they are, and compiles the others.
  public init(_ set: PolicySet) {
    revision = set.revision
    let builder = IndexBuilder()
    tables = builder.arena.store(IndexTables(set, builder))
    memory = builder.memory
    policies = builder.policies
  }

  /// Judges one request. Pure: the time is given. The decision keeps all that it speaks of.
  /// - Throws: `RequestError` when the request cannot be judged; a refusal is a `Decision`.
  public func decide(_ request: AuthorizationRequest, at now: Instant) throws(RequestError) -> Decision {
    try keep(request, at: now).decision
  }

  /// The same as plain values.
  /// - Throws: `RequestError` when the request cannot be judged; a refusal is a decision.
  public func keep(_ request: AuthorizationRequest, at now: Instant) throws(RequestError) -> KeptDecision {
    let grounds = DecisionGrounds(
      index: self, request: request, workspace: DecisionWorkspace(capacity: 2 << 10))
    let view = try grounds.withRequest { request throws(RequestError) in
      try decide(request, at: now, in: grounds.workspace)
    }
    return KeptDecision(view: view, grounds: grounds)
  }

  /// Judges one request where it lies, without asking for memory once the workspace has grown to what such requests need.
  ///
  /// The decision lies in the workspace and borrows from index and request: it is to be used while these are held, and
  /// before the next request is judged in the workspace.
  /// - Throws: `RequestError` when the request cannot be judged; a refusal is a decision.
  public func decide(
    _ request: UnsafePointer<AuthorizationRequest>, at now: Instant, in workspace: DecisionWorkspace
  ) throws(RequestError) -> UnsafePointer<DecisionView> {
    let arena = workspace.arena
    arena.reset()
    return try judge(request, at: now, in: arena).decision(in: arena)
  }

  /// Announces questions that are asked next, so that what they need of a large index is loaded for all of them at once and
  /// none has to wait for it alone. It changes no answer.
  public func announce(_ questions: UnsafeBufferPointer<AnnouncedQuestion>) {
    withUnsafeTemporaryAllocation(of: RequestLookup.self, capacity: questions.count) { lookups in
      for (place, question) in questions.enumerated() {
        lookups.initializeElement(
          at: place, to: RequestLookup(principal: question.principal, resource: question.resource, in: tables))
      }
      for place in questions.indices { lookups[place].prefetchRecords() }
      for place in questions.indices { lookups[place].prefetchPolicies() }
      for place in questions.indices { lookups[place].prefetchStatements() }
    }
  }

  /// Judges one request and keeps what it was judged by, for whoever has to explain it.
  func judge(
    _ request: UnsafePointer<AuthorizationRequest>, at now: Instant, in arena: Arena
  ) throws(RequestError) -> Judgement {
    let view = UnsafePointer(RequestView.make(request, in: arena))
    let lookup = RequestLookup(principal: view.pointee.principal, resource: view.pointee.resource, in: tables)
    try RequestLimits.check(request, view)
    lookup.prefetchRecords()
    let module = ServiceModules.module(for: view.pointee.operation)
    let attested = arena.store(try AttestedContext(view, in: arena))
    lookup.prefetchPolicies()
    let caller = try CallerResolution(
      tables: tables, lookup: lookup, principal: view.pointee.principal, arena: arena
    ).resolve(request)
    lookup.prefetchStatements()
    let plan = try module.plan(
      Inquiry(request: view, attested: attested, caller: caller, tables: tables, lookup: lookup, arena: arena))
    let endpoint = endpointPolicy(attested, caller: caller)
    let results = arena.allocate(LegResult.self, count: plan.legs.count)
    for place in 0..<plan.legs.count {
      var evaluation = LegEvaluation(
        plan.legs.pointer(at: place), caller: caller, attested: attested, endpoint: endpoint, now: now, arena: arena)
      (results + place).initialize(to: evaluation.evaluate())
    }
    module.review(UnsafeMutableBufferPointer(start: results, count: plan.legs.count))
    return Judgement(
      plan: plan, results: Run(results, count: plan.legs.count), caller: caller, attested: attested,
      endpoint: endpoint, revision: tables.pointee.revision)
  }

  /// The policy of the endpoint that aws:SourceVpce names: in the caller's account, else in any; none restricts nothing.
  /// A service has no caller's side (contract, section 2), and so none here (F-37).
  private func endpointPolicy(
    _ attested: UnsafePointer<AttestedContext>, caller: UnsafePointer<Caller>
  ) -> EndpointPolicy? {
    guard caller.pointee.kind != .service, let id = attested.pointee.singleValue(of: "aws:sourcevpce") else {
      return nil
    }
    return tables.pointee.endpoints.policy(of: id, preferring: caller.pointee.accountID)
  }
}
