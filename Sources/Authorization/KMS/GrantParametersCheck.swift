// CreateGrant's parameters: what KMS refuses before it authorizes (F-45, F-49, F-50, F-51).

import PolicyLanguage

enum GrantParametersCheck {
  /// Most pairs of a context constraint (F-50).
  private static let mostPairs = 8
  /// Most characters of a value in a context constraint (F-50).
  private static let mostCharacters = 384

  /// - Parameter key: nil when it was not found; what depends on its kind is then not looked at.
  static func check(_ grant: GrantDraft, for key: UnsafePointer<IndexedKey>?) throws(RequestError) {
    func refuse(_ message: String) -> RequestError { RequestError(.invalidArgument, message) }

    guard grant.granteePrincipal.isEmpty != grant.granteeServicePrincipal.isEmpty else {
      throw refuse("`grant` needs exactly one of `granteePrincipal` and `granteeServicePrincipal`")
    }
    if !grant.granteePrincipal.isEmpty, !isPrincipal(grant.granteePrincipal) {
      throw refuse(
        "`grant.granteePrincipal` is `\(grant.granteePrincipal)`; expected the ARN of an account root, user, role, assumed-role session or federated user"
      )
    }
    if !grant.granteeServicePrincipal.isEmpty {
      guard CallerResolution.isService(grant.granteeServicePrincipal) else {
        throw refuse(
          "`grant.granteeServicePrincipal` is `\(grant.granteeServicePrincipal)`; expected a service such as `s3.amazonaws.com`"
        )
      }
      guard !grant.sourceARN.isEmpty else {
        throw refuse("`grant.constraints.sourceArn` is empty; a grant for a service needs it")
      }
      guard grant.retiringPrincipal.isEmpty != grant.retiringServicePrincipal.isEmpty else {
        throw refuse(
          "`grant` for a service needs exactly one of `retiringPrincipal` and `retiringServicePrincipal`")
      }
    }
    guard grant.retiringPrincipal.isEmpty || grant.retiringServicePrincipal.isEmpty else {
      throw refuse("`grant` has both `retiringPrincipal` and `retiringServicePrincipal`; expected at most one")
    }
    if !grant.retiringPrincipal.isEmpty, !isPrincipal(grant.retiringPrincipal) {
      throw refuse("`grant.retiringPrincipal` is `\(grant.retiringPrincipal)`; expected the ARN of a principal")
    }
    if !grant.retiringServicePrincipal.isEmpty, !CallerResolution.isService(grant.retiringServicePrincipal) {
      throw refuse(
        "`grant.retiringServicePrincipal` is `\(grant.retiringServicePrincipal)`; expected a service such as `s3.amazonaws.com`"
      )
    }

    guard !grant.operations.isEmpty else { throw refuse("`grant.operations` is empty; expected at least one") }
    for operation in grant.operations {
      guard let row = OperationTable.row(ofAction: operation), row.pointee.isGrantable else {
        throw refuse("`grant.operations` holds `\(operation)`, which no grant can allow")
      }
      if let key, !supports(row.pointee.actionName, key.pointee.properties.pointee) {
        throw refuse(
          "`grant.operations` holds `\(operation)`, which a \(key.pointee.properties.pointee.keySpec) key does not have"
        )
      }
    }

    guard grant.encryptionContextEquals == nil || grant.encryptionContextSubset == nil else {
      throw refuse(
        "`grant.constraints` has both `encryptionContextEquals` and `encryptionContextSubset`; expected at most one")
    }
    if let pairs = grant.encryptionContextEquals ?? grant.encryptionContextSubset {
      if let key, !key.pointee.isSymmetricEncryptionKey {
        throw refuse(
          "`grant.constraints` has an encryption context, which a \(key.pointee.properties.pointee.keySpec) key does not have"
        )
      }
      guard pairs.count <= mostPairs else {
        throw refuse(
          "`grant.constraints` has \(pairs.count) pairs of encryption context; expected at most \(mostPairs)")
      }
      for pair in pairs {
        let characters = pair.value.bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        guard characters <= mostCharacters else {
          throw refuse(
            "`grant.constraints` has a value of \(characters) characters; expected at most \(mostCharacters)")
        }
      }
    }
  }

  /// Never a group or an organization (F-41).
  static func isPrincipal(_ text: BorrowedText) -> Bool {
    guard let arn = ARNName(text), arn.region.isEmpty, CallerResolution.isAccountID(arn.account),
      arn.resource.firstIndex(of: UInt8(ascii: "*")) == nil
    else { return false }
    return switch arn.service {
    case "iam": arn.resource == "root" || arn.resource.hasPrefix("user/") || arn.resource.hasPrefix("role/")
    case "sts": arn.resource.hasPrefix("assumed-role/") || arn.resource.hasPrefix("federated-user/")
    default: false
    }
  }

  /// Which operations a kind of key has (F-49).
  static func supports(_ operation: BorrowedText, _ key: KeyProperties) -> Bool {
    switch operation {
    case "CreateGrant", "RetireGrant", "DescribeKey": return true
    case "GetPublicKey": return key.keySpec != "SYMMETRIC_DEFAULT" && key.keyUsage != "GENERATE_VERIFY_MAC"
    case "Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo": return key.keyUsage == "ENCRYPT_DECRYPT"
    case "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair",
      "GenerateDataKeyPairWithoutPlaintext":
      return key.keySpec == "SYMMETRIC_DEFAULT"
    case "GenerateMac", "VerifyMac": return key.keyUsage == "GENERATE_VERIFY_MAC"
    case "Sign", "Verify": return key.keyUsage == "SIGN_VERIFY"
    case "DeriveSharedSecret": return key.keyUsage == "KEY_AGREEMENT"
    case "Encapsulate", "Decapsulate": return key.keyUsage == "ENCAPSULATE_DECAPSULATE"
    default: return false
    }
  }
}
