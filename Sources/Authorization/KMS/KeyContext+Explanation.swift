// Grants told one by one, by the parts that GrantRule and RetireGrantRule decide by, and which condition keys tell of a
// key what its owner's account alone knows.

import PolicyDirectory
import PolicyLanguage

extension KeyContext {
  func explainBesidePolicy(_ narration: StatementNarration) -> [ExplainedStatement] {
    guard let key else { return [] }
    if let retired { return [explainRetirement(retired, on: key, narration)] }
    guard operation.isGrantable else { return [] }
    return key.grants.map { explain($0, on: key, narration) }
  }

  private func explain(
    _ grant: IndexedGrant, on key: IndexedKey, _ narration: StatementNarration
  ) -> ExplainedStatement {
    let covers = GrantRule.relation(of: grant.grantee, on: key, to: narration.question.caller) != nil
    let isListed = grant.operations.contains(operation)
    let refusal = GrantRule.refusal(
      grant.grant, operation, narration.question, encryptionContext: encryptionContext, requestedGrant: self.grant)
    var elements = [
      grantee(grant, isMatched: covers, narration),
      element("Operations", grant.grant.operations, isListed, .values([operation.actionName])),
    ]
    let constraints = Self.texts(grant.grant.constraints)
    if !constraints.isEmpty || refusal != nil {
      elements.append(element("Constraints", constraints, refusal == nil, constrained(narration)))
    }
    return ExplainedStatement(
      source: grant.source, isMatched: covers && isListed && refusal == nil,
      isDeciding: narration.deciding.contains(grant.source), elements: elements)
  }

  private func explainRetirement(
    _ grant: IndexedGrant, on key: IndexedKey, _ narration: StatementNarration
  ) -> ExplainedStatement {
    let caller = narration.question.caller
    let retires = GrantRule.relation(of: grant.retiring, on: key, to: caller) != nil
    let isGrantee = GrantRule.relation(of: grant.grantee, on: key, to: caller) != nil
    let isListed = grant.operations.isSuperset(of: OperationSet(["RetireGrant"]))
    return ExplainedStatement(
      source: grant.source, isMatched: RetireGrantRule.permission(grant, on: key, narration.question).need != nil,
      isDeciding: narration.deciding.contains(grant.source),
      elements: [
        element(
          "RetiringPrincipal", grant.retiring.map { [PolicyText.text($0)] } ?? [], retires,
          .values([narration.principalText])),
        grantee(grant, isMatched: isGrantee, narration),
        element("Operations", grant.grant.operations, isListed, .values(["RetireGrant"])),
      ])
  }

  private func grantee(_ grant: IndexedGrant, isMatched: Bool, _ narration: StatementNarration) -> ExplainedElement {
    element(
      "GranteePrincipal", grant.grantee.map { [PolicyText.text($0)] } ?? [], isMatched,
      .values([narration.principalText]))
  }

  private func element(
    _ name: Text, _ expected: [Text], _ isMatched: Bool, _ actual: ExplainedElement.Actual
  ) -> ExplainedElement {
    ExplainedElement(
      name: name, isMatched: isMatched, comparison: "", key: "", expected: expected, actual: actual)
  }

  /// What the request has of that which constraints ask for.
  private func constrained(_ narration: StatementNarration) -> ExplainedElement.Actual {
    if operation.actionName == "CreateGrant" {
      guard let grant else { return .unknown }
      return .values(Self.texts(grant.constraints) + grant.operations)
    }
    var values = encryptionContext.map { Self.text($0.key, $0.value) }
    if let source = narration.question.context.attested.singleValue(of: "aws:sourcearn") {
      values.append(Text("aws:SourceArn \(source)"))
    }
    return values.isEmpty ? .absent : .values(values)
  }

  private static func texts(_ constraints: GrantConstraints) -> [Text] {
    var texts: [Text] = []
    for tag in constraints.encryptionContextEquals ?? [] { texts.append(Text("equals \(text(tag.key, tag.value))")) }
    for tag in constraints.encryptionContextSubset ?? [] { texts.append(Text("subset \(text(tag.key, tag.value))")) }
    if let source = constraints.sourceARN { texts.append(Text("aws:SourceArn \(source)")) }
    return texts
  }

  private static func text(_ key: Text, _ value: Text) -> Text { Text("\(key)=\(value)") }

  func isOwnersFact(_ conditionKey: ConditionKey) -> Bool {
    guard case .service(let code) = conditionKey.kind, let condition = KMSConditionKey(rawValue: code) else {
      return false
    }
    switch condition {
    case .keySpec, .customerMasterKeySpec, .keyUsage, .customerMasterKeyUsage, .keyOrigin, .multiRegion,
      .multiRegionKeyType, .encryptionAlgorithm, .resourceAliases, .reEncryptOnSameKey:
      return true
    case .encryptionContext, .encryptionContextKeys, .grantConstraintType:
      // RetireGrant: they are those of the grant.
      return retired != nil
    default:
      return false
    }
  }
}
