// The real engine behind the same question: a world's files are read by the product's loader, and the request is put in
// the product's types.

import Authorization
import PolicyDirectory
import PolicyLanguage

struct Engine {
  let index: PolicyIndex

  /// - Throws: `PolicySetError` when the loader refuses the world, which a generated one must not deserve.
  init(_ world: World, _ loader: PolicyLoader) throws(PolicySetError) {
    var tree = PolicyTree()
    for file in world.files { tree.files[Text(file.path)] = Array(file.document.rendered.utf8) }
    index = PolicyIndex(try loader.load(tree))
  }

  func answer(_ question: Question) -> Answer {
    // 2026-01-01T00:00:00Z, as `Clock` has it.
    guard let decision = try? index.decide(request(question), at: Instant(seconds: 1_767_225_600)) else {
      return .refused
    }
    let denial: String
    switch decision.denial {
    case nil: denial = ""
    case .explicit?: denial = "EXPLICIT"
    case .implicit?: denial = "IMPLICIT"
    }
    return .decided(
      isAllowed: decision.outcome == .allow, denial: denial, reason: decision.reason.rawValue,
      keyARN: "\(decision.keyARN)")
  }

  private func request(_ question: Question) -> AuthorizationRequest {
    var request = AuthorizationRequest(
      principal: Text(question.principal), operation: Text(question.operation), resource: Text(question.resource),
      region: Text(question.region))
    request.targetResource = Text(question.target)
    request.encryptionContext = pairs(question.encryptionContext)
    request.targetEncryptionContext = pairs(question.targetEncryptionContext)
    request.grantTokens = question.grantTokens.map { Text($0) }
    request.grantID = Text(question.grantID)
    request.context = question.context.map { ContextEntry(key: Text($0.key), values: values($0.values)) }
    request.contextOverrides = question.overrides.map {
      ContextOverride(key: Text($0.key), values: $0.values.map(values))
    }
    if let draft = question.grant {
      var grant = GrantParameters()
      grant.granteePrincipal = Text(draft.grantee)
      grant.granteeServicePrincipal = Text(draft.granteeService)
      grant.retiringPrincipal = Text(draft.retiring)
      grant.retiringServicePrincipal = Text(draft.retiringService)
      grant.operations = draft.operations.map { Text($0) }
      grant.encryptionContextEquals = draft.equals.map(pairs)
      grant.encryptionContextSubset = draft.subset.map(pairs)
      grant.sourceARN = Text(draft.sourceARN)
      request.grant = grant
    }
    if let given = question.session {
      var session = SessionParameters()
      session.policies = given.policies.map { Text($0.json.rendered) }
      if let broken = given.brokenPolicy { session.policies.append(Text(broken)) }
      session.policyARNs = given.policyARNs.map { Text($0) }
      session.tags = pairs(given.tags)
      session.federatedBy = Text(given.federatedBy)
      request.session = session
    }
    return request
  }

  private func pairs(_ pairs: [Pair]) -> [EncryptionContextPair] {
    pairs.map { EncryptionContextPair(key: Text($0.key), value: Text($0.value)) }
  }

  private func values(_ values: Question.Values) -> ContextValues {
    switch values {
    case .single(let value): return .single(Text(value))
    case .set(let list): return .set(list.map { Text($0) })
    }
  }
}
