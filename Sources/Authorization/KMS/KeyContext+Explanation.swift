// Grants told one by one, by the parts that GrantRule and RetireGrantRule decide by, and which condition keys tell of a
// key what its owner's account alone knows.

import PolicyLanguage

extension KeyContext {
  func explainBesidePolicy(_ narration: StatementNarration) -> [ExplainedStatement] {
    guard let key else { return [] }
    if let retired { return [explainRetirement(retired, on: key, narration)] }
    guard operation.pointee.isGrantable else { return [] }
    return key.pointee.grants.map { explain($0, on: key, narration) }
  }

  private func explain(
    _ grant: IndexedGrant, on key: UnsafePointer<IndexedKey>, _ narration: StatementNarration
  ) -> ExplainedStatement {
    let caller = narration.question.caller
    let covers = GrantRule.relation(of: grant.grantee, on: key, to: caller) != nil
    let isListed = grant.operations.contains(operation.pointee)
    let refusal = GrantRule.refusal(
      grant.facts, operation, narration.question, encryptionContext: encryptionContext, requestedGrant: self.grant)
    var elements = [
      grantee(grant, isMatched: covers, narration),
      element(
        "Operations", Self.texts(grant.facts.operations), isListed,
        .values([Text(copying: operation.pointee.actionName)])),
    ]
    let constraints = Self.constraints(grant.facts)
    let source = DecidingStatement(copying: grant.source)
    if !constraints.isEmpty || refusal != nil {
      elements.append(element("Constraints", constraints, refusal == nil, constrained(narration)))
    }
    return ExplainedStatement(
      source: source, isMatched: covers && isListed && refusal == nil,
      isDeciding: narration.deciding.contains(source), elements: elements)
  }

  private func explainRetirement(
    _ pointer: UnsafePointer<IndexedGrant>, on key: UnsafePointer<IndexedKey>, _ narration: StatementNarration
  ) -> ExplainedStatement {
    let grant = pointer.pointee
    let source = DecidingStatement(copying: grant.source)
    let caller = narration.question.caller
    let retires = GrantRule.relation(of: grant.retiring, on: key, to: caller) != nil
    let isGrantee = GrantRule.relation(of: grant.grantee, on: key, to: caller) != nil
    let isListed = grant.operations.isSuperset(of: OperationSet(["RetireGrant"]))
    return ExplainedStatement(
      source: source, isMatched: RetireGrantRule.permission(pointer, on: key, narration.question).need != nil,
      isDeciding: narration.deciding.contains(source),
      elements: [
        element(
          "RetiringPrincipal", grant.retiring.map { [PolicyText.text($0)] } ?? [], retires,
          .values([narration.principalText])),
        grantee(grant, isMatched: isGrantee, narration),
        element("Operations", Self.texts(grant.facts.operations), isListed, .values(["RetireGrant"])),
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
    if operation.pointee.actionName == "CreateGrant" {
      guard let grant else { return .unknown }
      return .values(Self.constraints(grant.pointee) + Self.texts(grant.pointee.operations))
    }
    var values = encryptionContext.map { Self.text($0.key, $0.value) }
    if let source = narration.question.context.pointee.attested.pointee.singleValue(of: "aws:sourcearn") {
      values.append(Text("aws:SourceArn \(source)"))
    }
    return values.isEmpty ? .absent : .values(values)
  }

  private static func texts(_ texts: Run<BorrowedText>) -> [Text] { texts.map { Text(copying: $0) } }

  private static func constraints(_ grant: GrantFacts) -> [Text] {
    var texts: [Text] = []
    for tag in grant.encryptionContextEquals ?? Run() { texts.append(Text("equals \(text(tag.key, tag.value))")) }
    for tag in grant.encryptionContextSubset ?? Run() { texts.append(Text("subset \(text(tag.key, tag.value))")) }
    if let source = grant.sourceARN { texts.append(Text("aws:SourceArn \(source)")) }
    return texts
  }

  private static func text(_ key: BorrowedText, _ value: BorrowedText) -> Text { Text("\(key)=\(value)") }

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
