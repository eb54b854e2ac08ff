// The operations of KMS (B.1): what each works on, how its key may be named, whether it is usable across accounts (A-4,
// B-1) and whether a grant can allow it (F-49).
//
// 57 rows for 56 operations: ReEncrypt asks for two actions (B-6). The action kms:SynchronizeMultiRegionKey belongs to no
// operation and cannot be asked for (B-21).

import PolicyLanguage

/// One row: an action and the operation that asks for it.
struct KMSOperation: BitwiseCopyable {
  enum Resource: BitwiseCopyable {
    /// Only a statement whose Resource is `*` speaks of it (B-11).
    case nothing
    case key
    /// Needs the permission on the alias and on its key (B-9).
    case aliasAndKey
  }
  /// What its requests ask for, where that is no single question on a key.
  enum Kind: BitwiseCopyable {
    case onKey, withoutKey, onAlias, onGrant
    case reEncrypt, replicateKey, updatePrimaryRegion, createGrant, createKey

    fileprivate init(_ operation: BorrowedText, _ resource: Resource) {
      self =
        switch operation {
        case "ReEncrypt": .reEncrypt
        case "ReplicateKey": .replicateKey
        case "UpdatePrimaryRegion": .updatePrimaryRegion
        case "CreateGrant": .createGrant
        case "RetireGrant", "RevokeGrant": .onGrant
        case "CreateKey": .createKey
        default:
          switch resource {
          case .key: .onKey
          case .aliasAndKey: .onAlias
          case .nothing: .withoutKey
          }
        }
    }
  }
  /// Place in the table.
  let number: Int
  let kind: Kind
  /// As CloudTrail names it.
  let operation: BorrowedText
  /// As grants name it: `ReEncryptFrom`.
  let actionName: BorrowedText
  let action: UnsafePointer<ActionName>
  let resource: Resource
  /// How the parameter that names the key may do so.
  let forms: KeyIdentifier.Forms
  let isUsableAcrossAccounts: Bool
  let isGrantable: Bool
}

enum OperationTable {
  /// The table as it is searched, made as one, once.
  private struct Table: Sendable {
    // INVARIANT: what the runs and tables point to. Held here, since a retain beside the table may be optimized away.
    private let memory: ArenaOwner
    let rows: Run<KMSOperation>
    let byOperation: TextTable<KMSOperation>
    let byAction: TextTable<KMSOperation>

    init() {
      memory = ArenaOwner(capacity: 32 << 10)
      let arena = memory.arena
      rows = arena.run(OperationTable.list.enumerated().map { $1($0, arena) })
      byOperation = TextTable(rows.pointers.map { ($0.pointee.operation.fingerprint, $0) }, in: arena)
      byAction = TextTable(rows.pointers.map { ($0.pointee.actionName.fingerprint, $0) }, in: arena)
    }
  }

  private static let table = Table()

  static var rows: Run<KMSOperation> { table.rows }

  private static let list: [@Sendable (Int, Arena) -> KMSOperation] = [
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
  ]

  /// The rows of an operation, or the single row of an action that no operation is named by (`ReEncryptFrom`).
  static func rows(of name: BorrowedText) -> Run<KMSOperation> {
    guard
      let first = table.byOperation.find(name.fingerprint, where: { $0.pointee.operation == name })
    else { return row(ofAction: name).map { Run($0, count: 1) } ?? Run() }
    // The rows of one operation stand side by side.
    return Run(first, count: first.pointee.kind == .reEncrypt ? 2 : 1)
  }

  /// The row of an action: `ReEncryptTo`.
  static func row(ofAction name: BorrowedText) -> UnsafePointer<KMSOperation>? {
    table.byAction.find(name.fingerprint) { $0.pointee.actionName == name }
  }

  private static func row(
    _ operation: BorrowedText, action: BorrowedText? = nil, on resource: KMSOperation.Resource = .key,
    namedBy forms: KeyIdentifier.Forms = [], acrossAccounts: Bool = false, byGrant: Bool = false
  ) -> @Sendable (Int, Arena) -> KMSOperation {
    { number, arena in
      KMSOperation(
        number: number, kind: KMSOperation.Kind(operation, resource), operation: operation,
        actionName: action ?? operation,
        action: arena.store(ActionName(service: "kms", operation: action ?? operation, number: number, in: arena)),
        resource: resource, forms: forms, isUsableAcrossAccounts: acrossAccounts, isGrantable: byGrant)
    }
  }
}

/// A set of rows of the table.
struct OperationSet: OptionSet, BitwiseCopyable {
  let rawValue: UInt64
  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Names of actions; unknown ones add nothing.
  init(_ names: some Sequence<BorrowedText>) {
    rawValue = names.reduce(0) { bits, name in
      OperationTable.row(ofAction: name).map { bits | 1 << UInt64($0.pointee.number) } ?? bits
    }
  }

  init(where isMember: (KMSOperation) -> Bool) {
    rawValue = OperationTable.rows.reduce(0) { isMember($1) ? $0 | 1 << UInt64($1.number) : $0 }
  }

  /// The rows that an Action or NotAction element covers (D-38, D-39).
  init(coveredBy element: ActionElement) {
    self.init { operation in
      element.matches(
        service: Text(operation.action.pointee.service, keptBy: nil),
        name: Text(operation.action.pointee.name, keptBy: nil))
    }
  }

  func contains(_ operation: KMSOperation) -> Bool { contains(number: operation.number) }

  func contains(number: Int) -> Bool { rawValue >> UInt64(number) & 1 == 1 }
}
