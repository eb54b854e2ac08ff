// A KMS key with its policy, its aliases and its grants.

import PolicyDirectory
import PolicyLanguage

/// A key.
struct IndexedKey: BitwiseCopyable {
  let account: UnsafePointer<IndexedAccount>
  let arn: ARNName
  let fingerprint: UInt64
  let policy: StatementList
  let properties: UnsafePointer<KeyProperties>
  let grants: Run<IndexedGrant>
  /// Names of the aliases that point here, with `alias/`, in byte order.
  let aliases: Run<BorrowedText>
  let tags: Run<IndexedTag>

  var id: BorrowedText { arn.resource.dropFirst("key/".utf8.count) }
  var region: BorrowedText { arn.region }
  var organization: UnsafePointer<OrganizationMembership>? { account.pointee.organization }

  /// A symmetric encryption key: the only kind with an encryption context and a default algorithm.
  var isSymmetricEncryptionKey: Bool { properties.pointee.isSymmetricEncryption }
  /// AWS managed keys are outside RCPs (F-34).
  var isManagedByAWS: Bool { properties.pointee.isManagedByAWS }
}

/// What key.json says, for all keys of which it says the same.
struct KeyProperties: BitwiseCopyable {
  var keySpec: BorrowedText
  var keyUsage: BorrowedText
  var origin: BorrowedText
  var isMultiRegion: Bool
  /// PRIMARY or REPLICA; nil for a single-Region key.
  var multiRegionKeyType: BorrowedText?
  var isManagedByAWS: Bool
  var isSymmetricEncryption: Bool

  /// Those of a key of which nothing is said.
  static let ofNewKey = KeyProperties(
    keySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT", origin: "AWS_KMS", isMultiRegion: false,
    multiRegionKeyType: nil, isManagedByAWS: false, isSymmetricEncryption: true)

  init(_ metadata: KeyMetadata, in arena: Arena) {
    let metadata = metadata.withPossibleUsage
    keySpec = arena.copy(metadata.keySpec)
    keyUsage = arena.copy(metadata.keyUsage)
    origin = arena.copy(metadata.origin)
    isMultiRegion = metadata.isMultiRegion
    multiRegionKeyType = metadata.multiRegionKeyType.map { arena.copy($0) }
    isManagedByAWS = metadata.keyManager == "AWS"
    isSymmetricEncryption = metadata.keySpec == "SYMMETRIC_DEFAULT"
  }

  private init(
    keySpec: BorrowedText, keyUsage: BorrowedText, origin: BorrowedText, isMultiRegion: Bool,
    multiRegionKeyType: BorrowedText?, isManagedByAWS: Bool, isSymmetricEncryption: Bool
  ) {
    self.keySpec = keySpec
    self.keyUsage = keyUsage
    self.origin = origin
    self.isMultiRegion = isMultiRegion
    self.multiRegionKeyType = multiRegionKeyType
    self.isManagedByAWS = isManagedByAWS
    self.isSymmetricEncryption = isSymmetricEncryption
  }
}

extension KeyMetadata {
  /// A record may name a KeySpec alone; where that spec cannot have the default usage, it has its first possible one
  /// (B-38).
  fileprivate var withPossibleUsage: KeyMetadata {
    guard keyUsage == "ENCRYPT_DECRYPT" else { return self }
    var metadata = self
    if keySpec.hasPrefix("HMAC_") {
      metadata.keyUsage = "GENERATE_VERIFY_MAC"
    } else if keySpec.hasPrefix("ECC_") || keySpec.hasPrefix("ML_DSA_") {
      metadata.keyUsage = "SIGN_VERIFY"
    } else if keySpec.hasPrefix("ML_KEM_") {
      metadata.keyUsage = "ENCAPSULATE_DECAPSULATE"
    }
    return metadata
  }
}
