// Grants: a third source of permission, equal to a key policy that names the grantee, but without need of an identity
// policy (F-42). A grant only allows; explicit denies and ceilings stand above it (F-43).

import PolicyLanguage

enum GrantRule {
  /// - Parameter requestedGrant: CreateGrant's parameters, nil when the question did not give them.
  static func permission(
    on key: UnsafePointer<IndexedKey>, for operation: UnsafePointer<KMSOperation>, _ question: Question,
    encryptionContext: Run<IndexedTag>, requestedGrant: UnsafePointer<GrantFacts>?
  ) -> OwnerPermission {
    var permission = OwnerPermission()
    guard operation.pointee.isGrantable, !key.pointee.grants.isEmpty else { return permission }
    var sources = ArenaList<BorrowedText>(in: question.context.pointee.arena)
    let grants = key.pointee.grants
    for place in 0..<grants.count where grants.pointer(at: place).pointee.operations.contains(operation.pointee) {
      let grant = grants.pointer(at: place)
      guard let relation = relation(of: grant.pointee.grantee, on: key, to: question.caller) else { continue }
      if let refusal = refusal(
        grant.pointee.facts, operation, question, encryptionContext: encryptionContext, requestedGrant: requestedGrant)
      {
        permission.refusal = permission.refusal.map { $0.orEarlier(refusal) } ?? refusal
        continue
      }
      let need = need(relation, of: question.caller, on: key)
      sources.append(grant.pointee.facts.sourceARN ?? "")
      if permission.need.map({ need < $0 }) ?? true {
        permission.need = need
        permission.source = grant.pointee.source
      }
    }
    permission.grantSources = sources.run
    if permission.need != nil { permission.refusal = nil }
    return permission
  }

  /// How a grantee or retiring principal covers the caller; principals of another partition are never covered (B-32).
  static func relation(
    of principal: PrincipalName?, on key: UnsafePointer<IndexedKey>, to caller: UnsafePointer<Caller>
  ) -> PrincipalRelation? {
    guard let principal, caller.pointee.kind == .service || caller.pointee.partition == key.pointee.arn.partition else {
      return nil
    }
    return PrincipalMatching.relation(of: principal, to: caller)
  }

  /// What a grant leaves to the caller's side.
  // UNDOCUMENTED: F-44, F-46 (section I, 1 and 2)
  static func need(
    _ relation: PrincipalRelation, of caller: UnsafePointer<Caller>, on key: UnsafePointer<IndexedKey>
  ) -> CallerNeed {
    switch caller.pointee.kind {
    case .root, .service: return .nothing
    case .user, .role, .federatedUser: break
    }
    if relation == .account { return .everything }
    guard !CrossAccountRule.isCrossAccount(caller.pointee, owner: key.pointee.account.pointee.id) else {
      return .limits
    }
    return CallerNeed(relation, of: caller.pointee.kind, isCrossAccount: false)
  }

  /// Why a grant that covers caller and operation does not allow; nil when it does.
  static func refusal(
    _ grant: GrantFacts, _ operation: UnsafePointer<KMSOperation>, _ question: Question,
    encryptionContext: Run<IndexedTag>,
    requestedGrant: UnsafePointer<GrantFacts>?
  ) -> Reason? {
    if let source = grant.sourceARN {
      // UNDOCUMENTED: F-54, whoever calls, an absent aws:SourceArn satisfies nothing (section I, 3)
      guard question.context.pointee.attested.pointee.singleValue(of: "aws:sourcearn") == source else {
        return .grantConstraint
      }
    }
    switch operation.pointee.actionName {
    case "CreateGrant":
      guard let requestedGrant, GrantScope.contains(requestedGrant.pointee, within: grant) else { return .grantScope }
      return nil
    case "DescribeKey":
      // Context constraints are ignored (F-51).
      return nil
    default:
      return isSatisfied(grant, by: encryptionContext) ? nil : .grantConstraint
    }
  }

  /// F-50: of a pair in a constraint the key ignores case, the value does not.
  static func isSatisfied(_ grant: GrantFacts, by context: Run<IndexedTag>) -> Bool {
    if let expected = grant.encryptionContextEquals {
      guard expected.count == context.count, context.includes(expected), expected.includes(context) else {
        return false
      }
    }
    if let expected = grant.encryptionContextSubset {
      guard context.includes(expected) else { return false }
    }
    return true
  }
}
