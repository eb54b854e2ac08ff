// What KMS adds to the request context of one leg: properties of the key, the parameters of the request, and the defaults
// that AWS supplies (C.1, C-4).

import PolicyLanguage

struct KeyContext: BitwiseCopyable {
  let operation: UnsafePointer<KMSOperation>
  let callerAccount: BorrowedText?
  /// Nil for operations without a key.
  var key: UnsafePointer<IndexedKey>?
  /// Properties of the key, or of the one to be made; nil on alias legs, whose statements they do not work in (B-10).
  var properties: UnsafePointer<KeyProperties>?
  /// The alias name by which the request named the key.
  var requestAlias: BorrowedText?
  /// Of the request; for CreateGrant and RetireGrant that of the grant's constraint (C-6).
  var encryptionContext = Run<IndexedTag>()
  /// ReEncrypt: the other leg's key is asymmetric and this one's is not, so that an algorithm in the request is the other's.
  var requestAlgorithmIsOthers = false
  /// Nil where it is not known what the other key is.
  var isReEncryptOnSameKey: Bool?
  var grant: UnsafePointer<GrantFacts>?
  /// RetireGrant: the grant in question.
  var retired: UnsafePointer<IndexedGrant>?

  init(operation: UnsafePointer<KMSOperation>, callerAccount: BorrowedText?) {
    self.operation = operation
    self.callerAccount = callerAccount
  }

  func hasKey(_ key: ConditionKey) -> Bool {
    if case .service(let code) = key.kind, let known = KMSConditionKey(rawValue: code) {
      return known.operations.contains(operation.pointee)
    }
    if key.text == "aws:tagkeys" { return Self.tagKeys.contains(operation.pointee) }
    if key.text.hasPrefix("aws:requesttag/") { return Self.requestTags.contains(operation.pointee) }
    return true
  }

  private static let requestTags = OperationSet(["CreateKey", "TagResource"])
  private static let tagKeys = OperationSet(["CreateKey", "TagResource", "UntagResource"])

  func values(
    of code: UInt8, key conditionKey: ConditionKey, in kind: PolicyKind, attested: UnsafePointer<AttestedContext>,
    arena: Arena
  ) -> KeyValues {
    guard let condition = KMSConditionKey(rawValue: code), condition.operations.contains(operation.pointee) else {
      return .absent
    }
    switch condition {
    case .callerAccount: return KeyValues(callerAccount)
    case .keySpec, .customerMasterKeySpec: return KeyValues(properties?.pointee.keySpec)
    case .keyUsage, .customerMasterKeyUsage: return KeyValues(properties?.pointee.keyUsage)
    case .keyOrigin: return KeyValues(properties?.pointee.origin)
    case .multiRegion: return KeyValues(Self.text(properties?.pointee.isMultiRegion))
    case .multiRegionKeyType: return KeyValues(properties?.pointee.multiRegionKeyType)
    case .encryptionAlgorithm: return encryptionAlgorithm(attested)
    case .encryptionContext, .encryptionContextKeys:
      return encryptionContext(condition, conditionKey.argument, in: arena)
    case .requestAlias: return KeyValues(requestAlias)
    case .resourceAliases:
      guard kind != .keyPolicy, let key, properties != nil, !key.pointee.aliases.isEmpty else { return .absent }
      return .set(key.pointee.aliases)
    case .reEncryptOnSameKey: return KeyValues(Self.text(isReEncryptOnSameKey))
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
      return attested.pointee.values(of: conditionKey.text, conditionKey.fingerprint) ?? .absent
    }
  }

  func permissionBesidePolicy(_ question: Question) -> OwnerPermission {
    guard let key, !key.pointee.grants.isEmpty else { return OwnerPermission() }
    if let retired { return RetireGrantRule.permission(retired, on: key, question) }
    return GrantRule.permission(
      on: key, for: operation, question, encryptionContext: encryptionContext, requestedGrant: grant)
  }

  private static func text(_ bool: Bool?) -> BorrowedText? { bool.map { $0 ? "true" : "false" } }

  private func attestedOr(
    _ value: BorrowedText, _ key: ConditionKey, _ attested: UnsafePointer<AttestedContext>
  ) -> KeyValues {
    attested.pointee.values(of: key.text, key.fingerprint) ?? .single(value)
  }

  private func encryptionAlgorithm(_ attested: UnsafePointer<AttestedContext>) -> KeyValues {
    if !requestAlgorithmIsOthers, let values = attested.pointee.values(of: "kms:encryptionalgorithm") { return values }
    return KeyValues(key?.pointee.isSymmetricEncryptionKey == true ? "SYMMETRIC_DEFAULT" : nil)
  }

  private func encryptionContext(
    _ condition: KMSConditionKey, _ argument: BorrowedText, in arena: Arena
  ) -> KeyValues {
    guard key?.pointee.isSymmetricEncryptionKey == true else { return .absent }
    if operation.pointee.actionName == "CreateGrant", grant == nil { return .unknown }
    if condition == .encryptionContextKeys {
      return encryptionContext.isEmpty ? .absent : .set(arena.run(encryptionContext.lazy.map(\.key)))
    }
    return KeyValues(candidates: encryptionContext.values(ofKey: argument, in: arena))
  }

  private func grantValues(_ condition: KMSConditionKey) -> KeyValues {
    if let retired { return KeyValues(retired.pointee.facts.constraintType) }
    // CreateGrant asked without its parameters: they exist, but nobody said what they are.
    guard let grant = grant?.pointee else { return .unknown }
    return switch condition {
    case .grantOperations: .set(grant.operations)
    case .granteePrincipal: KeyValues(grant.granteePrincipal)
    case .granteeServicePrincipal: KeyValues(grant.granteeServicePrincipal)
    case .retiringPrincipal: KeyValues(grant.retiringPrincipal)
    case .retiringServicePrincipal: KeyValues(grant.retiringServicePrincipal)
    case .grantConstraintSourceARN: KeyValues(grant.sourceARN)
    case .grantConstraintType: KeyValues(grant.constraintType)
    default: .absent
    }
  }
}
