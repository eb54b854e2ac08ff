// One statement told element by element, each asked of the very function that decides by it.

import PolicyLanguage

struct StatementNarration {
  let question: Question
  /// Whether values that only the caller's account knows may be told.
  let tellsCallersValues: Bool
  /// Whether values that only the owner's account knows may be told.
  let tellsOwnersValues: Bool
  /// The statements that decided on the side that is told.
  let deciding: [DecidingStatement]

  /// The statements of a list in the order of their files: policies in the order in which they were asked, a policy that
  /// is attached twice once.
  func explain(_ list: StatementList, in kind: PolicyKind) -> [ExplainedStatement] {
    var order: [Text: Int] = [:]
    var seen: Set<DecidingStatement> = []
    var statements: [IndexedStatement] = []
    for statement in list.denies + list.allows where seen.insert(statement.source).inserted {
      statements.append(statement)
      if order[statement.source.file] == nil { order[statement.source.file] = order.count }
    }
    func place(_ statement: IndexedStatement) -> (Int, Int) {
      (order[statement.source.file, default: 0], statement.source.index)
    }
    return statements.sorted { place($0) < place($1) }.map { explain($0, in: kind) }
  }

  private func explain(_ statement: IndexedStatement, in kind: PolicyKind) -> ExplainedStatement {
    var elements: [ExplainedElement] = []
    var isCovered = true
    if kind.hasPrincipal {
      isCovered = !ResourcePolicyRule.relations(statement, question).isEmpty
      let principal = statement.principal ?? PrincipalElement(entries: [])
      elements.append(
        ExplainedElement(
          name: principal.isNegated ? "NotPrincipal" : "Principal", isMatched: isCovered, comparison: "", key: "",
          expected: PolicyText.values(of: principal), actual: .values([principalText])))
    }
    elements.append(
      ExplainedElement(
        name: statement.action.isNegated ? "NotAction" : "Action", isMatched: question.matches(statement.action),
        comparison: "", key: "", expected: PolicyText.values(of: statement.action),
        actual: .values([question.action.text])))
    // A trust policy has no Resource and needs none, nor need other services' policies (D-13).
    if statement.resource != nil || kind != .trustPolicy && kind != .resourcePolicy {
      elements.append(
        ExplainedElement(
          name: statement.resource?.isNegated == true ? "NotResource" : "Resource",
          isMatched: question.matches(statement.resource, of: statement, in: kind), comparison: "", key: "",
          expected: statement.resource.map { PolicyText.values(of: $0) } ?? [],
          actual: question.resource.map { .values([$0.text]) } ?? .absent))
    }
    let conditions = ConditionEvaluation(context: question.context, kind: kind, effect: statement.effect)
    elements += statement.conditions.map { condition in
      ExplainedElement(
        name: "Condition", isMatched: conditions.holds(condition), comparison: condition.comparison.name,
        key: condition.key.text, expected: PolicyText.values(of: condition.operands),
        actual: actual(condition.key, in: kind))
    }
    return ExplainedStatement(
      source: statement.source, isMatched: isCovered && question.isAsked(of: statement, in: kind),
      isDeciding: deciding.contains(statement.source), elements: elements)
  }

  /// The caller as the side that is told may know it: another account's owner sees what its journal record shows.
  var principalText: Text { tellsCallersValues ? question.caller.principal : question.caller.reducedPrincipal }

  // MARK: Values of the request

  private func actual(_ key: ConditionKey, in kind: PolicyKind) -> ExplainedElement.Actual {
    guard mayTell(key) else { return .withheld }
    switch question.context.values(of: key, in: kind) {
    case .absent: return .absent
    case .unknown: return .unknown
    case .one(let values): return .values(texts(values))
    case .several(let candidates): return .values(candidates.flatMap(texts))
    }
  }

  private func texts(_ values: ContextValues) -> [Text] {
    switch values {
    case .single(let value): [value]
    case .set(let values): values
    }
  }

  /// What the request brought is known to who asked; only what one side's own account knows is withheld from the other.
  private func mayTell(_ key: ConditionKey) -> Bool {
    switch key.kind {
    case .global(let global):
      switch global {
      case .principalARN, .principalType, .principalTag, .principalOrgID, .principalOrgPaths, .userID, .userName:
        return tellsCallersValues
      case .resourceOrgID, .resourceOrgPaths, .resourceTag:
        return tellsOwnersValues
      case .principalAccount, .principalIsAWSService, .principalServiceName, .principalServiceNamesList,
        .resourceAccount, .requestedRegion, .currentTime, .epochTime, .secureTransport, .viaAWSService:
        return true
      }
    case .service:
      if tellsOwnersValues || question.context.attested.values(of: key.text) != nil { return true }
      return question.context.service?.isOwnersFact(key) != true
    case .attested:
      return tellsCallersValues || !Self.describesSession(key.text)
    }
  }

  /// Attested keys that say how the caller signed in: nothing of a session is shown to another account.
  private static func describesSession(_ key: Text) -> Bool {
    let families: [Text] = [
      "aws:multifactorauth", "aws:tokenissuetime", "aws:federatedprovider", "aws:sourceidentity",
      "aws:ec2instancesource",
      "aws:assumedroot", "aws:principal", "aws:user", "aws:signinsession", "sts:", "saml:", "accounts.google.com:",
      "cognito-identity.amazonaws.com:", "graph.facebook.com:", "www.amazon.com:", "ec2:",
    ]
    return families.contains { key.hasPrefix($0) }
  }
}

extension PolicyKind {
  /// Whether its statements name principals.
  fileprivate var hasPrincipal: Bool {
    switch self {
    case .keyPolicy, .resourcePolicy, .trustPolicy, .endpointPolicy, .resourceControlPolicy: true
    case .identityPolicy, .sessionPolicy, .serviceControlPolicy: false
    }
  }
}
