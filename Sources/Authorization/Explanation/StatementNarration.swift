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
    typealias Found = (statement: UnsafePointer<IndexedStatement>, source: DecidingStatement)
    var order: [Text: Int] = [:]
    var seen: Set<DecidingStatement> = []
    var found: [Found] = []
    func add(_ statements: Run<IndexedStatement>, of policy: AttachedPolicy) {
      for place in 0..<statements.count {
        let statement = statements.pointer(at: place)
        let source = DecidingStatement(copying: StatementReference(statement, of: policy.file))
        guard seen.insert(source).inserted else { continue }
        found.append((statement, source))
        if order[source.file] == nil { order[source.file] = order.count }
      }
    }
    for policy in list.policies { add(policy.block.pointee.denies, of: policy) }
    for policy in list.policies { add(policy.block.pointee.allows, of: policy) }
    func place(_ found: Found) -> (Int, Int) { (order[found.source.file, default: 0], found.source.index) }
    return found.sorted { place($0) < place($1) }.map { explain($0.statement, $0.source, in: kind) }
  }

  private func explain(
    _ pointer: UnsafePointer<IndexedStatement>, _ source: DecidingStatement, in kind: PolicyKind
  ) -> ExplainedStatement {
    let statement = pointer.pointee
    var elements: [ExplainedElement] = []
    var isCovered = true
    if kind.hasPrincipal {
      isCovered = !ResourcePolicyRule.relations(pointer, question).isEmpty
      elements.append(
        ExplainedElement(
          name: statement.principalForm == .negated ? "NotPrincipal" : "Principal", isMatched: isCovered,
          comparison: "", key: "", expected: statement.principals.map { PolicyText.text($0) },
          actual: .values([principalText])))
    }
    let isActionCovered = statement.covers(question.action)
    elements.append(
      ExplainedElement(
        name: statement.isActionNegated ? "NotAction" : "Action", isMatched: isActionCovered, comparison: "", key: "",
        expected: statement.actions.map { Text(copying: $0) }, actual: .values([Text(copying: question.action.text)])))
    // A trust policy has no Resource and needs none, nor need other services' policies (D-13).
    if statement.resourceForm != .absent || kind != .trustPolicy && kind != .resourcePolicy {
      elements.append(
        ExplainedElement(
          name: statement.resourceForm == .negated ? "NotResource" : "Resource",
          isMatched: question.isOnResource(of: pointer, in: kind), comparison: "", key: "",
          expected: PolicyText.values(of: statement.resources),
          actual: question.leg.pointee.resource.map { .values([Text(copying: $0.text)]) } ?? .absent))
    }
    let conditions = ConditionEvaluation(context: question.context, kind: kind, effect: statement.effect)
    elements += statement.conditions.indices.map { place in
      let condition = statement.conditions[place]
      return ExplainedElement(
        name: "Condition", isMatched: conditions.holds(statement.conditions.pointer(at: place)),
        comparison: condition.comparison.name, key: Text(copying: condition.key.text),
        expected: PolicyText.values(of: condition.operands),
        actual: actual(condition.key, in: kind))
    }
    return ExplainedStatement(
      source: source, isMatched: isCovered && isActionCovered && question.isAsked(of: pointer, in: kind),
      isDeciding: deciding.contains(source), elements: elements)
  }

  /// The caller as the side that is told may know it: another account's owner sees what its journal record shows.
  var principalText: Text {
    let caller = question.caller.pointee
    return Text(copying: tellsCallersValues ? caller.principal : caller.reducedPrincipal)
  }

  // MARK: Values of the request

  private func actual(_ key: ConditionKey, in kind: PolicyKind) -> ExplainedElement.Actual {
    guard mayTell(key) else { return .withheld }
    switch question.context.pointee.values(of: key, in: kind) {
    case .absent: return .absent
    case .unknown: return .unknown
    case .single(let value): return .values([Text(copying: value)])
    case .set(let values), .several(let values): return .values(values.map { Text(copying: $0) })
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
      if tellsOwnersValues || question.context.pointee.attested.pointee.values(of: key.text) != nil { return true }
      return !question.leg.pointee.service.isOwnersFact(key)
    case .attested:
      return tellsCallersValues || !Self.describesSession(key.text)
    }
  }

  /// Attested keys that say how the caller signed in: nothing of a session is shown to another account.
  private static func describesSession(_ key: BorrowedText) -> Bool {
    let families: [BorrowedText] = [
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
