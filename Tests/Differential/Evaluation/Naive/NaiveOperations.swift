// Section B.1: the operations of KMS, written down from the table.

enum NaiveOperations {
  /// B-1. ReEncrypt's two actions stand for it.
  static let acrossAccounts = [
    "CreateGrant", "Decapsulate", "Decrypt", "DeriveSharedSecret", "DescribeKey", "Encapsulate", "Encrypt",
    "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext",
    "GenerateMac", "GetKeyRotationStatus", "GetPublicKey", "ListGrants", "ReEncryptFrom", "ReEncryptTo", "RetireGrant",
    "RevokeGrant", "Sign", "Verify", "VerifyMac",
  ]

  /// B-11: operations without a resource.
  static let keyless = [
    "ConnectCustomKeyStore", "CreateCustomKeyStore", "CreateKey", "DeleteCustomKeyStore", "DescribeCustomKeyStores",
    "DisconnectCustomKeyStore", "GenerateRandom", "ListAliases", "ListKeys", "ListRetirableGrants",
    "UpdateCustomKeyStore",
  ]

  /// Taking key id, key ARN, alias name and alias ARN.
  static let anyFour = [
    "Decapsulate", "Decrypt", "DeriveSharedSecret", "DescribeKey", "Encapsulate", "Encrypt", "GenerateDataKey",
    "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac",
    "GetPublicKey", "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "VerifyMac",
  ]

  /// Taking key id and key ARN, and being asked about one key only.
  static let idOrARN = [
    "CancelKeyDeletion", "CreateGrant", "DeleteImportedKeyMaterial", "DisableKey", "DisableKeyRotation", "EnableKey",
    "EnableKeyRotation", "GetKeyLastUsage", "GetKeyPolicy", "GetKeyRotationStatus", "GetParametersForImport",
    "ImportKeyMaterial", "ListGrants", "ListKeyPolicies", "ListKeyRotations", "ListResourceTags", "PutKeyPolicy",
    "RevokeGrant", "RotateKeyOnDemand", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateKeyDescription",
  ]

  /// F-49.
  static let grantable = [
    "CreateGrant", "Decapsulate", "Decrypt", "DeriveSharedSecret", "DescribeKey", "Encapsulate", "Encrypt",
    "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext",
    "GenerateMac", "GetPublicKey", "ReEncryptFrom", "ReEncryptTo", "RetireGrant", "Sign", "Verify", "VerifyMac",
  ]

  static let dataKeys = [
    "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext",
  ]

  /// F-49: what a grant on a key of that usage and kind may hold.
  static func grantable(usage: String, isSymmetric: Bool) -> [String] {
    let every = ["CreateGrant", "RetireGrant", "DescribeKey"]
    switch usage {
    case "ENCRYPT_DECRYPT":
      let both = ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"]
      return every + both + (isSymmetric ? dataKeys : ["GetPublicKey"])
    case "GENERATE_VERIFY_MAC": return every + ["GenerateMac", "VerifyMac"]
    case "SIGN_VERIFY": return every + ["Sign", "Verify", "GetPublicKey"]
    case "KEY_AGREEMENT": return every + ["DeriveSharedSecret", "GetPublicKey"]
    case "ENCAPSULATE_DECAPSULATE": return every + ["Encapsulate", "Decapsulate", "GetPublicKey"]
    default: return every
    }
  }

  /// C.1: the operations on which a key of the request is present; nil for keys that C.1 does not limit.
  static func present(_ lowerKey: String) -> [String]? {
    if starts(lowerKey, "kms:recipientattestation:") {
      return ["Decrypt", "DeriveSharedSecret", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom"]
    }
    if starts(lowerKey, "aws:requesttag/") { return ["CreateKey", "TagResource"] }
    switch lowerKey {
    case "kms:bypasspolicylockoutsafetycheck": return ["CreateKey", "PutKeyPolicy"]
    case "kms:datakeypairspec": return ["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"]
    case "kms:encapsulationalgorithm": return ["Encapsulate", "Decapsulate"]
    case "kms:encryptionalgorithm": return ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"] + dataKeys
    case "kms:expirationmodel", "kms:validto": return ["ImportKeyMaterial"]
    case "kms:grantisforawsresource": return ["CreateGrant", "ListGrants", "RevokeGrant"]
    case "kms:keyagreementalgorithm": return ["DeriveSharedSecret"]
    case "kms:macalgorithm": return ["GenerateMac", "VerifyMac"]
    case "kms:messagetype", "kms:signingalgorithm": return ["Sign", "Verify"]
    case "kms:policyname": return ["GetKeyPolicy", "PutKeyPolicy"]
    case "kms:primaryregion": return ["UpdatePrimaryRegion"]
    case "kms:replicaregion": return ["ReplicateKey"]
    case "kms:rotationperiodindays": return ["EnableKeyRotation"]
    case "kms:schedulekeydeletionpendingwindowindays": return ["ScheduleKeyDeletion"]
    case "kms:trailingdayswithoutkeyusage": return ["ScheduleKeyDeletion", "DisableKey"]
    case "kms:wrappingalgorithm", "kms:wrappingkeyspec": return ["GetParametersForImport"]
    case "aws:tagkeys": return ["CreateKey", "TagResource", "UntagResource"]
    default: return nil
    }
  }

  /// C.1: kms:ViaService is on all key operations and three keyless ones.
  static func hasViaService(_ name: String) -> Bool {
    !contains(keyless, name) || ["CreateKey", "ListAliases", "ListKeys"].contains(name)
  }

  /// A-15, the list of CONTRACTS.
  static let optInRegions = [
    "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1",
    "me-south-1", "mx-central-1",
  ]
}
