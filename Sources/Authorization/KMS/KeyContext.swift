// What KMS adds to the request context of one leg: properties of the key, the parameters of the request, and the defaults
// that AWS supplies (C.1, C-4).

import PolicyDirectory
import PolicyLanguage

struct KeyContext: ServiceContext {
  let operation: KMSOperation
  let callerAccount: Text?
  /// Nil for operations without a key.
  var key: IndexedKey?
  /// Properties of the key, or of the one to be made; nil on alias legs, whose statements they do not work in (B-10).
  var properties: KeyMetadata?
  /// The alias name by which the request named the key.
  var requestAlias: Text?
  /// Of the request; for CreateGrant and RetireGrant that of the grant's constraint (C-6).
  var encryptionContext: [EncryptionContextPair] = []
  /// ReEncrypt: the other leg's key is asymmetric and this one's is not, so that an algorithm in the request is the other's.
  var requestAlgorithmIsOthers = false
  /// Nil where it is not known what the other key is.
  var isReEncryptOnSameKey: Bool?
  var grant: GrantFacts?
  /// RetireGrant: the grant in question.
  var retired: IndexedGrant?

  func owns(_ key: ConditionKey) -> Bool { key.text.hasPrefix(KMSModule.prefix) }

  func hasKey(_ key: ConditionKey) -> Bool {
    if case .service(let code) = key.kind, let known = KMSConditionKey(rawValue: code) {
      return known.operations.contains(operation)
    }
    if key.text == "aws:tagkeys" { return Self.tagKeys.contains(operation) }
    if key.text.hasPrefix("aws:requesttag/") { return Self.requestTags.contains(operation) }
    return true
  }

  private static let requestTags = OperationSet(["CreateKey", "TagResource"])
  private static let tagKeys = OperationSet(["CreateKey", "TagResource", "UntagResource"])

  func values(
    of code: UInt8, key conditionKey: ConditionKey, in kind: PolicyKind, attested: AttestedContext
  ) -> KeyValues {
    guard let condition = KMSConditionKey(rawValue: code), condition.operations.contains(operation) else {
      return .absent
    }
    switch condition {
    case .callerAccount: return KeyValues(callerAccount)
    case .keySpec, .customerMasterKeySpec: return KeyValues(properties?.keySpec)
    case .keyUsage, .customerMasterKeyUsage: return KeyValues(properties?.keyUsage)
    case .keyOrigin: return KeyValues(properties?.origin)
    case .multiRegion: return KeyValues(properties.map { $0.isMultiRegion ? "true" : "false" })
    case .multiRegionKeyType: return KeyValues(properties?.multiRegionKeyType)
    case .encryptionAlgorithm: return encryptionAlgorithm(attested)
    case .encryptionContext, .encryptionContextKeys: return encryptionContext(condition, conditionKey.argument)
    case .requestAlias: return KeyValues(requestAlias)
    case .resourceAliases:
      guard kind != .keyPolicy, let key, properties != nil, !key.aliases.isEmpty else { return .absent }
      return .one(.set(key.aliases))
    case .reEncryptOnSameKey: return KeyValues(isReEncryptOnSameKey.map { $0 ? "true" : "false" })
    case .grantOperations, .granteePrincipal, .granteeServicePrincipal, .retiringPrincipal, .retiringServicePrincipal,
      .grantConstraintSourceARN, .grantConstraintType:
      return grantValues(condition)
    case .grantIsForAWSResource: return attestedOr("false", conditionKey, attested)
    case .scheduleKeyDeletionPendingWindowInDays: return attestedOr("30", conditionKey, attested)
    case .policyName: return attestedOr("default", conditionKey, attested)
    case .bypassPolicyLockoutSafetyCheck, .dataKeyPairSpec, .encapsulationAlgorithm, .expirationModel,
      .keyAgreementAlgorithm, .macAlgorithm, .messageType, .primaryRegion, .recipientAttestation, .replicaRegion,
      .rotationPeriodInDays, .signingAlgorithm, .trailingDaysWithoutKeyUsage, .validTo, .viaService,
      .wrappingAlgorithm, .wrappingKeySpec:
      return attested.values(of: conditionKey.text).map { .one($0) } ?? .absent
    }
  }

  func permissionBesidePolicy(_ question: Question) -> OwnerPermission {
    guard let key else { return OwnerPermission() }
    if let retired { return RetireGrantRule.permission(retired, on: key, question) }
    return GrantRule.permission(
      on: key, for: operation, question, encryptionContext: encryptionContext, requestedGrant: grant)
  }

  private func attestedOr(_ value: Text, _ key: ConditionKey, _ attested: AttestedContext) -> KeyValues {
    .one(attested.values(of: key.text) ?? .single(value))
  }

  private func encryptionAlgorithm(_ attested: AttestedContext) -> KeyValues {
    if !requestAlgorithmIsOthers, let values = attested.values(of: "kms:encryptionalgorithm") { return .one(values) }
    return KeyValues(key?.isSymmetricEncryptionKey == true ? "SYMMETRIC_DEFAULT" : nil)
  }

  private func encryptionContext(_ condition: KMSConditionKey, _ argument: Text) -> KeyValues {
    guard key?.isSymmetricEncryptionKey == true else { return .absent }
    if operation.actionName == "CreateGrant", grant == nil { return .unknown }
    if condition == .encryptionContextKeys {
      return encryptionContext.isEmpty ? .absent : .one(.set(encryptionContext.map(\.key)))
    }
    return KeyValues(candidates: encryptionContext.filter { $0.key.lowercased == argument }.map(\.value))
  }

  private func grantValues(_ condition: KMSConditionKey) -> KeyValues {
    if let retired { return KeyValues(GrantFacts(retired.grant).constraintType) }
    // CreateGrant asked without its parameters: they exist, but nobody said what they are.
    guard let grant else { return .unknown }
    return switch condition {
    case .grantOperations: .one(.set(grant.operations))
    case .granteePrincipal: KeyValues(grant.granteePrincipal)
    case .granteeServicePrincipal: KeyValues(grant.granteeServicePrincipal)
    case .retiringPrincipal: KeyValues(grant.retiringPrincipal)
    case .retiringServicePrincipal: KeyValues(grant.retiringServicePrincipal)
    case .grantConstraintSourceARN: KeyValues(grant.constraints.sourceARN)
    case .grantConstraintType: KeyValues(grant.constraintType)
    default: .absent
    }
  }
}
