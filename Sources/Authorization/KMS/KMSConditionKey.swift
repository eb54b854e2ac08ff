// The `kms:` condition keys: which operations have them (C.1) and which of them a request may not claim.

import PolicyLanguage

enum KMSConditionKey: UInt8, Sendable, CaseIterable {
  case bypassPolicyLockoutSafetyCheck, callerAccount, customerMasterKeySpec, customerMasterKeyUsage, dataKeyPairSpec
  case encapsulationAlgorithm, encryptionAlgorithm, encryptionContext, encryptionContextKeys, expirationModel
  case grantConstraintSourceARN, grantConstraintType, grantIsForAWSResource, grantOperations, granteePrincipal
  case granteeServicePrincipal, keyAgreementAlgorithm, keyOrigin, keySpec, keyUsage, macAlgorithm, messageType
  case multiRegion, multiRegionKeyType, policyName, primaryRegion, reEncryptOnSameKey, recipientAttestation
  case replicaRegion, requestAlias, resourceAliases, retiringPrincipal, retiringServicePrincipal, rotationPeriodInDays
  case scheduleKeyDeletionPendingWindowInDays, signingAlgorithm, trailingDaysWithoutKeyUsage, validTo, viaService
  case wrappingAlgorithm, wrappingKeySpec

  private static let families: [(prefix: Text, key: KMSConditionKey)] = [
    ("kms:encryptioncontext:", .encryptionContext), ("kms:recipientattestation:", .recipientAttestation),
  ]

  private static let byName: [Text: KMSConditionKey] = Dictionary(
    uniqueKeysWithValues: allCases.filter { key in !families.contains { $0.key == key } }.map {
      ("kms:" + Text("\($0)").lowercased, $0)
    })

  /// - Parameter text: in lower case.
  static func resolve(_ text: Text) -> (key: KMSConditionKey, argument: Text)? {
    for family in families where text.hasPrefix(family.prefix) {
      return (family.key, Text(utf8: text.utf8.dropFirst(family.prefix.count)))
    }
    return byName[text].map { ($0, "") }
  }

  /// Derived from the key, the caller or a field of the request (contract, section 2).
  /// - Parameter text: in lower case.
  static func isRefusedInRequests(_ text: Text) -> Bool {
    if text.hasPrefix("kms:encryptioncontext") { return true }
    if text.hasPrefix("kms:grant") { return text != "kms:grantisforawsresource" }
    guard let (key, _) = resolve(text) else { return false }
    switch key {
    case .callerAccount, .customerMasterKeySpec, .customerMasterKeyUsage, .keyOrigin, .keySpec, .keyUsage, .multiRegion,
      .multiRegionKeyType, .reEncryptOnSameKey, .requestAlias, .resourceAliases, .retiringPrincipal,
      .retiringServicePrincipal:
      return true
    default:
      return false
    }
  }

  /// The operations on which the key exists; on all others it is absent, whatever a request says (C-2, C-3).
  var operations: OperationSet { Self.presence[Int(rawValue)] }

  private static let presence: [OperationSet] = allCases.map(presence(of:))
  private static let dataKeys: [Text] = [
    "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
  ]
  private static let encryption = OperationSet(["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"] + dataKeys)
  private static let onKeys = OperationSet { $0.resource != .nothing }
  private static let keyProperties = onKeys.union(OperationSet(["CreateKey"]))

  private static func presence(of key: KMSConditionKey) -> OperationSet {
    switch key {
    case .bypassPolicyLockoutSafetyCheck: OperationSet(["CreateKey", "PutKeyPolicy"])
    case .callerAccount: OperationSet { $0.actionName != "ListRetirableGrants" }
    case .customerMasterKeySpec, .customerMasterKeyUsage, .keyOrigin, .keySpec, .keyUsage, .multiRegion,
      .multiRegionKeyType:
      keyProperties
    case .dataKeyPairSpec: OperationSet(["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"])
    case .encapsulationAlgorithm: OperationSet(["Encapsulate", "Decapsulate"])
    case .encryptionAlgorithm: encryption
    case .encryptionContext, .encryptionContextKeys: encryption.union(OperationSet(["CreateGrant", "RetireGrant"]))
    case .expirationModel, .validTo: OperationSet(["ImportKeyMaterial"])
    case .grantConstraintSourceARN, .grantOperations, .granteePrincipal, .granteeServicePrincipal, .retiringPrincipal,
      .retiringServicePrincipal:
      OperationSet(["CreateGrant"])
    case .grantConstraintType: OperationSet(["CreateGrant", "RetireGrant"])
    case .grantIsForAWSResource: OperationSet(["CreateGrant", "ListGrants", "RevokeGrant"])
    case .keyAgreementAlgorithm: OperationSet(["DeriveSharedSecret"])
    case .macAlgorithm: OperationSet(["GenerateMac", "VerifyMac"])
    case .messageType, .signingAlgorithm: OperationSet(["Sign", "Verify"])
    case .policyName: OperationSet(["GetKeyPolicy", "PutKeyPolicy"])
    case .primaryRegion: OperationSet(["UpdatePrimaryRegion"])
    case .reEncryptOnSameKey: OperationSet(["ReEncryptFrom", "ReEncryptTo"])
    case .recipientAttestation:
      OperationSet(["Decrypt", "DeriveSharedSecret", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom"])
    case .replicaRegion: OperationSet(["ReplicateKey"])
    case .requestAlias:
      // The operations that take an alias at all: the cryptographic ones, DescribeKey and GetPublicKey.
      OperationSet { $0.forms == .all }
    case .resourceAliases: onKeys
    case .rotationPeriodInDays: OperationSet(["EnableKeyRotation"])
    case .scheduleKeyDeletionPendingWindowInDays: OperationSet(["ScheduleKeyDeletion"])
    case .trailingDaysWithoutKeyUsage: OperationSet(["ScheduleKeyDeletion", "DisableKey"])
    case .viaService: onKeys.union(OperationSet(["CreateKey", "ListAliases", "ListKeys"]))
    case .wrappingAlgorithm, .wrappingKeySpec: OperationSet(["GetParametersForImport"])
    }
  }
}

extension Text {
  fileprivate static func + (left: Text, right: Text) -> Text { Text(utf8: left.utf8 + right.utf8) }
}
