// The operations of KMS (B.1): what each works on, how its key may be named, whether it is usable across accounts (A-4,
// B-1) and whether a grant can allow it (F-49).
//
// 57 rows for 56 operations: ReEncrypt asks for two actions (B-6). The action kms:SynchronizeMultiRegionKey belongs to no
// operation and cannot be asked for (B-21).

import PolicyLanguage

/// One row: an action and the operation that asks for it.
struct KMSOperation: Sendable {
  enum Resource: Sendable {
    /// Only a statement whose Resource is `*` speaks of it (B-11).
    case nothing
    case key
    /// Needs the permission on the alias and on its key (B-9).
    case aliasAndKey
  }
  /// Place in the table.
  let number: Int
  /// As CloudTrail names it.
  let operation: Text
  /// As grants name it: `ReEncryptFrom`.
  let actionName: Text
  let action: ActionName
  let resource: Resource
  /// How the parameter that names the key may do so.
  let forms: KeyIdentifier.Forms
  let isUsableAcrossAccounts: Bool
  let isGrantable: Bool
}

enum OperationTable {
  static let rows: [KMSOperation] = [
    row("CancelKeyDeletion", namedBy: .idAndARN),
    row("ConnectCustomKeyStore", on: .nothing),
    row("CreateAlias", on: .aliasAndKey, namedBy: .idAndARN),
    row("CreateCustomKeyStore", on: .nothing),
    row("CreateGrant", namedBy: .idAndARN, acrossAccounts: true, byGrant: true),
    row("CreateKey", on: .nothing),
    row("Decapsulate", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("Decrypt", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("DeleteAlias", on: .aliasAndKey),
    row("DeleteCustomKeyStore", on: .nothing),
    row("DeleteImportedKeyMaterial", namedBy: .idAndARN),
    row("DeriveSharedSecret", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("DescribeCustomKeyStores", on: .nothing),
    row("DescribeKey", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("DisableKey", namedBy: .idAndARN),
    row("DisableKeyRotation", namedBy: .idAndARN),
    row("DisconnectCustomKeyStore", on: .nothing),
    row("EnableKey", namedBy: .idAndARN),
    row("EnableKeyRotation", namedBy: .idAndARN),
    row("Encapsulate", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("Encrypt", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("GenerateDataKey", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("GenerateDataKeyPair", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("GenerateDataKeyPairWithoutPlaintext", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("GenerateDataKeyWithoutPlaintext", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("GenerateMac", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("GenerateRandom", on: .nothing),
    row("GetKeyLastUsage", namedBy: .idAndARN),
    row("GetKeyPolicy", namedBy: .idAndARN),
    row("GetKeyRotationStatus", namedBy: .idAndARN, acrossAccounts: true),
    row("GetParametersForImport", namedBy: .idAndARN),
    row("GetPublicKey", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("ImportKeyMaterial", namedBy: .idAndARN),
    row("ListAliases", on: .nothing, namedBy: .idAndARN),
    row("ListGrants", namedBy: .idAndARN, acrossAccounts: true),
    row("ListKeyPolicies", namedBy: .idAndARN),
    row("ListKeyRotations", namedBy: .idAndARN),
    row("ListKeys", on: .nothing),
    row("ListResourceTags", namedBy: .idAndARN),
    row("ListRetirableGrants", on: .nothing),
    row("PutKeyPolicy", namedBy: .idAndARN),
    row("ReEncrypt", action: "ReEncryptFrom", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("ReEncrypt", action: "ReEncryptTo", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("ReplicateKey", namedBy: .idAndARN),
    row("RetireGrant", namedBy: .keyARN, acrossAccounts: true, byGrant: true),
    row("RevokeGrant", namedBy: .idAndARN, acrossAccounts: true),
    row("RotateKeyOnDemand", namedBy: .idAndARN),
    row("ScheduleKeyDeletion", namedBy: .idAndARN),
    row("Sign", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("TagResource", namedBy: .idAndARN),
    row("UntagResource", namedBy: .idAndARN),
    row("UpdateAlias", on: .aliasAndKey, namedBy: .idAndARN),
    row("UpdateCustomKeyStore", on: .nothing),
    row("UpdateKeyDescription", namedBy: .idAndARN),
    row("UpdatePrimaryRegion", namedBy: .idAndARN),
    row("Verify", namedBy: .all, acrossAccounts: true, byGrant: true),
    row("VerifyMac", namedBy: .all, acrossAccounts: true, byGrant: true),
  ].enumerated().map { $1($0) }

  private static let byOperation: [Text: [KMSOperation]] = Dictionary(grouping: rows, by: \.operation)
  private static let byAction: [Text: KMSOperation] = Dictionary(
    uniqueKeysWithValues: rows.map { ($0.actionName, $0) })

  /// The rows of an operation, or the single row of an action that no operation is named by (`ReEncryptFrom`).
  static func rows(of name: Text) -> [KMSOperation] {
    byOperation[name] ?? byAction[name].map { [$0] } ?? []
  }

  /// The row of an action: `ReEncryptTo`.
  static func row(ofAction name: Text) -> KMSOperation? { byAction[name] }

  private static func row(
    _ operation: Text, action: Text? = nil, on resource: KMSOperation.Resource = .key,
    namedBy forms: KeyIdentifier.Forms = [], acrossAccounts: Bool = false, byGrant: Bool = false
  ) -> (Int) -> KMSOperation {
    { number in
      KMSOperation(
        number: number, operation: operation, actionName: action ?? operation,
        action: ActionName(service: "kms", operation: action ?? operation), resource: resource, forms: forms,
        isUsableAcrossAccounts: acrossAccounts, isGrantable: byGrant)
    }
  }
}

/// A set of rows of the table.
struct OperationSet: OptionSet, Sendable {
  let rawValue: UInt64
  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Names of actions; unknown ones add nothing.
  init(_ names: [Text]) {
    rawValue = names.reduce(0) { bits, name in
      OperationTable.row(ofAction: name).map { bits | 1 << UInt64($0.number) } ?? bits
    }
  }

  init(where isMember: (KMSOperation) -> Bool) {
    rawValue = OperationTable.rows.reduce(0) { isMember($1) ? $0 | 1 << UInt64($1.number) : $0 }
  }

  func contains(_ operation: KMSOperation) -> Bool { rawValue >> UInt64(operation.number) & 1 == 1 }
}
