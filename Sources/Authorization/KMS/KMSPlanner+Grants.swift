// Operations on grants: CreateGrant with its parameters; RetireGrant and RevokeGrant, which name a grant by key and id.

import PolicyLanguage

extension KMSPlanner {
  /// The encryption context of the request is that of the new grant's constraint (C-6). Asked without parameters, the
  /// question is judged as if each of them could be the worst.
  func planCreateGrant() throws(RequestError) -> Plan {
    let resolved = try resolve(request.resource, forms: row.pointee.forms)
    if let parameters = request.grant { try GrantParametersCheck.check(parameters.pointee, for: resolved.key) }
    let facts = request.grant.map { inquiry.arena.store(GrantFacts($0.pointee)) }
    let leg = leg(row, on: resolved) { context in
      context.grant = facts
      context.encryptionContext = facts?.pointee.encryptionContext ?? Run()
    }
    return plan(leg, of: resolved)
  }

  func planOperationOnGrant() throws(RequestError) -> Plan {
    let resolved = try resolve(request.resource, forms: row.pointee.forms)
    guard !request.grantID.isEmpty else {
      throw RequestError(
        .invalidArgument, "`grantId` is empty; \(row.pointee.operation) names its grant by key and grant id")
    }
    let grant = resolved.key?.pointee.grants.first { $0.pointee.id == request.grantID }
    let isRetirement = row.pointee.operation == "RetireGrant"
    var leg = leg(row, on: resolved) { context in
      guard isRetirement, let grant else { return }
      context.retired = grant
      context.encryptionContext = grant.pointee.facts.encryptionContext
    }
    if resolved.key != nil, grant == nil { leg.failure = .grantNotFound }
    if isRetirement {
      // Key policies and RCPs have no say (B-13, F-34).
      leg.policy = nil
      leg.ownerLack = .retireNotEntitled
      leg.obeysResourceControlPolicies = false
    }
    return plan(leg, of: resolved)
  }
}
