// Grants: a third source of permission, equal to a key policy that names the grantee, but without need of an identity
// policy (F-42). A grant only allows; explicit denies and ceilings stand above it (F-43).

import PolicyDirectory
import PolicyLanguage

enum GrantRule {
  /// - Parameter requestedGrant: CreateGrant's parameters, nil when the question did not give them.
  static func permission(
    on key: IndexedKey, for operation: KMSOperation, _ question: Question,
    encryptionContext: [EncryptionContextPair], requestedGrant: GrantFacts?
  ) -> OwnerPermission {
    var permission = OwnerPermission()
    guard operation.isGrantable else { return permission }
    for grant in key.grants where grant.operations.contains(operation) {
      guard let relation = relation(of: grant.grantee, on: key, to: question.caller) else { continue }
      if let refusal = refusal(
        grant.grant, operation, question, encryptionContext: encryptionContext, requestedGrant: requestedGrant)
      {
        permission.refusal = permission.refusal.map { $0.orEarlier(refusal) } ?? refusal
        continue
      }
      let need = need(relation, of: question.caller, on: key)
      permission.grantSources.insert(grant.grant.constraints.sourceARN)
      if permission.need.map({ need < $0 }) ?? true {
        permission.need = need
        permission.source = grant.source
      }
    }
    if permission.need != nil { permission.refusal = nil }
    return permission
  }

  /// How a grantee or retiring principal covers the caller; principals of another partition are never covered (B-32).
  static func relation(of principal: PrincipalPattern?, on key: IndexedKey, to caller: Caller) -> PrincipalRelation? {
    guard let principal, caller.kind == .service || caller.partition == key.arn.partition else { return nil }
    return PrincipalMatching.relation(of: principal, to: caller)
  }

  /// What a grant leaves to the caller's side.
  // UNDOCUMENTED: F-44, F-46 (section I, 1 and 2)
  static func need(_ relation: PrincipalRelation, of caller: Caller, on key: IndexedKey) -> CallerNeed {
    switch caller.kind {
    case .root, .service: return .nothing
    case .user, .role, .federatedUser: break
    }
    if relation == .account { return .everything }
    guard !CrossAccountRule.isCrossAccount(caller, owner: key.accountID) else { return .limits }
    return CallerNeed(relation, of: caller, isCrossAccount: false)
  }

  /// Why a grant that covers caller and operation does not allow; nil when it does.
  static func refusal(
    _ grant: Grant, _ operation: KMSOperation, _ question: Question, encryptionContext: [EncryptionContextPair],
    requestedGrant: GrantFacts?
  ) -> Reason? {
    if let source = grant.constraints.sourceARN {
      // UNDOCUMENTED: F-54, whoever calls, an absent aws:SourceArn satisfies nothing (section I, 3)
      guard question.context.attested.singleValue(of: "aws:sourcearn") == source else { return .grantConstraint }
    }
    switch operation.actionName {
    case "CreateGrant":
      guard let requestedGrant, GrantScope.contains(requestedGrant, within: GrantFacts(grant)) else {
        return .grantScope
      }
      return nil
    case "DescribeKey":
      // Context constraints are ignored (F-51).
      return nil
    default:
      return isSatisfied(grant.constraints, by: encryptionContext) ? nil : .grantConstraint
    }
  }

  /// F-50: of a pair in a constraint the key ignores case, the value does not.
  static func isSatisfied(_ constraints: GrantConstraints, by context: [EncryptionContextPair]) -> Bool {
    let context = context.map { Tag(key: $0.key, value: $0.value) }
    if let expected = constraints.encryptionContextEquals {
      guard expected.count == context.count, context.includes(expected), expected.includes(context) else {
        return false
      }
    }
    if let expected = constraints.encryptionContextSubset {
      guard context.includes(expected) else { return false }
    }
    return true
  }
}

extension [Tag] {
  /// Whether each pair of `others` is among these, keys without regard to case.
  func includes(_ others: [Tag]) -> Bool {
    others.allSatisfy { other in
      contains { $0.value == other.value && $0.key.lowercased == other.key.lowercased }
    }
  }
}
