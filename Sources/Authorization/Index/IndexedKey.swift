// A KMS key with its policy, its aliases and its grants.

import PolicyDirectory
import PolicyLanguage

/// A key.
final class IndexedKey: Sendable {
  let name: KeyName
  let accountID: Text
  let arn: ARN
  let arnText: Text
  let policy: StatementList
  let metadata: KeyMetadata
  let tags: [Tag]
  /// Names of the aliases that point here, with `alias/`, in byte order.
  let aliases: [Text]
  let grants: [IndexedGrant]
  let organization: OrganizationMembership?

  init(_ key: Key, account: Account, aliases: [Text], organization: OrganizationMembership?) {
    name = key.name
    accountID = account.id
    arn = ARN(
      partition: account.partition, service: "kms", region: key.name.region, account: account.id,
      resource: Text(utf8: Array("key/".utf8) + key.name.id.utf8))
    arnText = arn.text
    policy = StatementList(key.policy)
    metadata = key.metadata.withPossibleUsage
    tags = key.tags
    self.aliases = aliases
    grants = key.grants.enumerated().map { IndexedGrant($1, index: $0) }
    self.organization = organization
  }

  /// A symmetric encryption key: the only kind with an encryption context and a default algorithm.
  var isSymmetricEncryptionKey: Bool { metadata.keySpec == "SYMMETRIC_DEFAULT" }
  /// AWS managed keys are outside RCPs (F-34).
  var isManagedByAWS: Bool { metadata.keyManager == "AWS" }
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
