// The index: a policy set arranged for questions. The one place where the policy corridor meets the request corridor.

import PolicyDirectory
import PolicyLanguage

/// Immutable, shared by all event loops without locks.
public final class PolicyIndex: Sendable {
  public let revision: Text
  private let accounts: [Text: IndexedAccount]
  private let managedPolicies: ManagedPolicies
  /// By endpoint id, in order of account.
  private let endpoints: [Text: [EndpointPolicy]]
  let resources: IndexedResources

  public init(_ set: PolicySet) {
    revision = set.revision
    let managedPolicies = ManagedPolicies(set)
    let memberships = IndexedOrganization.memberships(set)
    self.managedPolicies = managedPolicies
    accounts = set.accounts.mapValues {
      IndexedAccount($0, managedPolicies: managedPolicies, organization: memberships[$0.id])
    }
    var endpoints: [Text: [EndpointPolicy]] = [:]
    for account in set.accounts.values.sorted(by: { $0.id < $1.id }) {
      for (id, file) in account.vpcEndpoints {
        endpoints[id, default: []].append(EndpointPolicy(account: account.id, policy: StatementList(file)))
      }
    }
    self.endpoints = endpoints
    resources = IndexedResources(set, memberships: memberships)
  }

  /// Judges one request. Pure: the time is given.
  /// - Throws: `RequestError` when the request cannot be judged; a refusal is a `Decision`.
  public func decide(_ request: AuthorizationRequest, at now: Instant) throws(RequestError) -> Decision {
    try judge(request, at: now).decision
  }

  /// Judges one request and keeps what it was judged by, for whoever has to explain it.
  func judge(_ request: AuthorizationRequest, at now: Instant) throws(RequestError) -> Judgement {
    try RequestLimits.check(request)
    let module = ServiceModules.module(for: request.operation)
    let attested = try AttestedContext(request)
    let caller = try CallerResolution(index: self, request: request).resolve()
    let plan = try module.plan(Inquiry(request: request, attested: attested, caller: caller, index: self))
    let endpoint = endpointPolicy(attested, caller: caller)
    var results = plan.legs.map { leg in
      var evaluation = LegEvaluation(leg, caller: caller, attested: attested, endpoint: endpoint, now: now)
      return evaluation.evaluate()
    }
    module.review(&results, of: plan)
    let decision = DecisionAssembly.decision(results, of: plan, caller: caller, revision: revision)
    return Judgement(
      decision: decision, results: results, plan: plan, caller: caller, attested: attested, endpoint: endpoint)
  }

  func account(_ id: Text) -> IndexedAccount? { accounts[id] }

  /// Nil when `account` may not use a policy of that ARN.
  func managedPolicy(_ arn: Text, usedBy account: Text) -> StatementList? {
    managedPolicies.policy(arn, usedBy: account)
  }

  /// The policy of the endpoint that aws:SourceVpce names: in the caller's account, else in any; none restricts nothing.
  /// A service has no caller's side (contract, section 2), and so none here (F-37).
  private func endpointPolicy(_ attested: AttestedContext, caller: Caller) -> EndpointPolicy? {
    guard caller.kind != .service, let id = attested.singleValue(of: "aws:sourcevpce"), let candidates = endpoints[id]
    else { return nil }
    return candidates.first { $0.account == caller.accountID } ?? candidates.first
  }
}
