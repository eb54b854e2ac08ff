// The `kms:` condition keys: which operations have them (C.1) and which of them a request may not claim.

import PolicyLanguage

enum KMSConditionKey: UInt8, BitwiseCopyable, CaseIterable {
  case bypassPolicyLockoutSafetyCheck, callerAccount, customerMasterKeySpec, customerMasterKeyUsage, dataKeyPairSpec
  case encapsulationAlgorithm, encryptionAlgorithm, encryptionContext, encryptionContextKeys, expirationModel
  case grantConstraintSourceARN, grantConstraintType, grantIsForAWSResource, grantOperations, granteePrincipal
  case granteeServicePrincipal, keyAgreementAlgorithm, keyOrigin, keySpec, keyUsage, macAlgorithm, messageType
  case multiRegion, multiRegionKeyType, policyName, primaryRegion, reEncryptOnSameKey, recipientAttestation
  case replicaRegion, requestAlias, resourceAliases, retiringPrincipal, retiringServicePrincipal, rotationPeriodInDays
  case scheduleKeyDeletionPendingWindowInDays, signingAlgorithm, trailingDaysWithoutKeyUsage, validTo, viaService
  case wrappingAlgorithm, wrappingKeySpec

  private static let encryptionContextPrefix: BorrowedText = "kms:encryptioncontext:"
  private static let recipientAttestationPrefix: BorrowedText = "kms:recipientattestation:"

  /// The keys as they are searched, made as one, once.
  private struct Table: Sendable {
    // INVARIANT: what the runs and the table point to. Held here, since a retain beside it may be optimized away.
    private let memory: ArenaOwner
    /// By raw value, in lower case.
    let names: Run<BorrowedText>
    let byName: TextTable<BorrowedText>
    let presence: Run<OperationSet>

    init() {
      memory = ArenaOwner(capacity: 8 << 10)
      let arena = memory.arena
      let names = arena.run(allCases.map { arena.lowercased(arena.copy(Text("kms:\($0)"))) })
      self.names = names
      byName = TextTable(names.pointers.map { ($0.pointee.fingerprint, $0) }, in: arena)
      presence = arena.run(allCases.map { KMSConditionKey.presence(of: $0) })
    }
  }

  private static let table = Table()

  /// - Parameter text: in lower case.
  static func resolve(_ text: BorrowedText) -> (key: KMSConditionKey, argument: BorrowedText)? {
    if text.hasPrefix(encryptionContextPrefix) {
      return (.encryptionContext, text.dropFirst(encryptionContextPrefix.count))
    }
    if text.hasPrefix(recipientAttestationPrefix) {
      return (.recipientAttestation, text.dropFirst(recipientAttestationPrefix.count))
    }
    guard let found = table.byName.find(text.fingerprint, where: { $0.pointee == text }),
      let key = KMSConditionKey(rawValue: UInt8(found - table.names.pointer(at: 0))), key != .encryptionContext,
      key != .recipientAttestation
    else { return nil }
    return (key, "")
  }

  /// Derived from the key, the caller or a field of the request (contract, section 2).
  /// - Parameter text: in lower case.
  static func isRefusedInRequests(_ text: BorrowedText) -> Bool {
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
  var operations: OperationSet { Self.table.presence[Int(rawValue)] }

  private static let dataKeys: [BorrowedText] = [
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
