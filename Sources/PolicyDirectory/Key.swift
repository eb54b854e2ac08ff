// KMS keys, their aliases and grants, as `aws kms` prints them.

import PolicyLanguage

public struct KeyName: Sendable, Hashable {
  public var region: Text
  public var id: Text
  public init(region: Text, id: Text) {
    self.region = region
    self.id = id
  }
}

/// A key; the same object in each set in which it is the same.
public final class Key: Sendable {
  public let name: KeyName
  public let policy: PolicyFile
  /// What `key.json` says; a key without one is a symmetric, single-Region key made by AWS_KMS.
  public var metadata: KeyMetadata { statedMetadata?.metadata ?? KeyMetadata() }
  public let tags: [Tag]
  public let grants: [Grant]
  /// Nil for that of most keys.
  private let statedMetadata: StatedMetadata?

  public init(
    name: KeyName, policy: PolicyFile, metadata: KeyMetadata = KeyMetadata(), tags: [Tag] = [], grants: [Grant] = []
  ) {
    self.name = name
    self.policy = policy
    self.tags = tags
    self.grants = grants
    statedMetadata = metadata == KeyMetadata() ? nil : StatedMetadata(metadata: metadata)
  }

  private final class StatedMetadata: Sendable {
    let metadata: KeyMetadata
    init(metadata: KeyMetadata) { self.metadata = metadata }
  }
}

/// The members of KeyMetadata that authorization reads.
public struct KeyMetadata: Sendable, Hashable {
  public var keySpec: Text
  public var keyUsage: Text
  public var origin: Text
  public var isMultiRegion: Bool
  /// PRIMARY or REPLICA; nil for a single-Region key.
  public var multiRegionKeyType: Text?
  /// CUSTOMER or AWS.
  public var keyManager: Text
  public init(
    keySpec: Text = "SYMMETRIC_DEFAULT", keyUsage: Text = "ENCRYPT_DECRYPT", origin: Text = "AWS_KMS",
    isMultiRegion: Bool = false, multiRegionKeyType: Text? = nil, keyManager: Text = "CUSTOMER"
  ) {
    self.keySpec = keySpec
    self.keyUsage = keyUsage
    self.origin = origin
    self.isMultiRegion = isMultiRegion
    self.multiRegionKeyType = multiRegionKeyType
    self.keyManager = keyManager
  }
}

public struct AliasName: Sendable, Hashable {
  public var region: Text
  /// With the prefix `alias/`.
  public var name: Text
  public init(region: Text, name: Text) {
    self.region = region
    self.name = name
  }
}

public struct Alias: Sendable {
  public var name: AliasName
  /// Id of a key of the same account and Region, which the directory need not hold; nil for an alias without a target.
  public var targetKeyID: Text?
  public init(name: AliasName, targetKeyID: Text?) {
    self.name = name
    self.targetKeyID = targetKeyID
  }
}

/// A grant (F-41).
public struct Grant: Sendable, Hashable {
  public var id: Text
  public var name: Text?
  /// Exactly one of the two is given (F-45). A service that stood where AWS's own grants put it, in the member meant for
  /// principals, is in the one for services.
  public var granteePrincipal: Text?
  public var granteeServicePrincipal: Text?
  public var retiringPrincipal: Text?
  public var retiringServicePrincipal: Text?
  /// `arn:aws:iam::<account>:root`
  public var issuingAccount: Text?
  /// Names of operations: `Decrypt`, `ReEncryptFrom`.
  public var operations: [Text]
  public var constraints: GrantConstraints
  /// Where the grant stands.
  public var file: Text
  public var position: SourcePosition
  public init(id: Text, operations: [Text], constraints: GrantConstraints, file: Text, position: SourcePosition) {
    self.id = id
    self.operations = operations
    self.constraints = constraints
    self.file = file
    self.position = position
  }
}

public struct GrantConstraints: Sendable, Hashable {
  public var encryptionContextEquals: [Tag]?
  public var encryptionContextSubset: [Tag]?
  public var sourceARN: Text?
  public init(encryptionContextEquals: [Tag]? = nil, encryptionContextSubset: [Tag]? = nil, sourceARN: Text? = nil) {
    self.encryptionContextEquals = encryptionContextEquals
    self.encryptionContextSubset = encryptionContextSubset
    self.sourceARN = sourceARN
  }
}
