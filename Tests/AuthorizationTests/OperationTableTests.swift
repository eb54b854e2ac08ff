// The table of operations against the counts and lists of B.1 to B.3.

import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Operations")
struct OperationTableTests {
  private static let rows = OperationTable.rows
  private static func names(_ isMember: (KMSOperation) -> Bool) -> Set<BorrowedText> {
    Set(rows.filter(isMember).map(\.operation))
  }

  @Test("B.4: 57 rows for 56 operations")
  func counts() {
    #expect(Self.rows.count == 57)
    #expect(Self.names { _ in true }.count == 56)
    #expect(Self.rows.map(\.number) == Array(0..<57))
  }

  @Test("B-1: 21 operations are usable across accounts")
  func acrossAccounts() {
    let expected: Set<BorrowedText> = [
      "CreateGrant", "Decapsulate", "Decrypt", "DeriveSharedSecret", "DescribeKey", "Encapsulate", "Encrypt",
      "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
      "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetKeyRotationStatus", "GetPublicKey", "ListGrants",
      "ReEncrypt", "RetireGrant", "RevokeGrant", "Sign", "Verify", "VerifyMac",
    ]
    #expect(Self.names(\.isUsableAcrossAccounts) == expected)
  }

  @Test("B-11: eleven operations work on nothing")
  func withoutResource() {
    let expected: Set<BorrowedText> = [
      "ConnectCustomKeyStore", "CreateCustomKeyStore", "CreateKey", "DeleteCustomKeyStore", "DescribeCustomKeyStores",
      "DisconnectCustomKeyStore", "GenerateRandom", "ListAliases", "ListKeys", "ListRetirableGrants",
      "UpdateCustomKeyStore",
    ]
    #expect(Self.names { $0.resource == .nothing } == expected)
  }

  @Test("F-49: 19 actions can be granted")
  func grantable() {
    #expect(Self.rows.filter(\.isGrantable).count == 19)
    #expect(OperationTable.row(ofAction: "GetKeyRotationStatus")?.pointee.isGrantable == false)
  }

  @Test("A-35: aliases are taken by the cryptographic operations, DescribeKey and GetPublicKey only")
  func forms() throws {
    #expect(Self.rows.filter { $0.forms == .all }.count == 17)
    #expect(try #require(OperationTable.row(ofAction: "CreateGrant")).pointee.forms == .idAndARN)
    #expect(try #require(OperationTable.row(ofAction: "RetireGrant")).pointee.forms == .keyARN)
  }

  @Test("B-6: ReEncrypt is two actions, which may be asked one by one")
  func reEncrypt() {
    #expect(OperationTable.rows(of: "ReEncrypt").map(\.actionName) == ["ReEncryptFrom", "ReEncryptTo"])
    #expect(OperationTable.rows(of: "ReEncryptTo").map(\.actionName) == ["ReEncryptTo"])
    #expect(OperationTable.rows(of: "decrypt").isEmpty)
    #expect(OperationTable.rows(of: "SynchronizeMultiRegionKey").isEmpty)
  }

  @Test("C.1: each condition key has its operations, and no two keys one name")
  func conditionKeys() {
    for key in KMSConditionKey.allCases { #expect(!key.operations.isEmpty, "\(key)") }
    #expect(KMSConditionKey.resolve("kms:keyspec")?.key == .keySpec)
    #expect(KMSConditionKey.resolve("kms:encryptioncontext:a:b")?.argument == "a:b")
    #expect(KMSConditionKey.resolve("kms:unheardof") == nil)
  }
}

@Suite("Key identifiers")
struct KeyIdentifierTests {
  @Test("B-28: the four forms")
  func forms() {
    #expect(KeyIdentifier("1234abcd-12ab")?.form == .keyID)
    #expect(KeyIdentifier("mrk-1234")?.form == .keyID)
    #expect(KeyIdentifier("alias/a/b_c")?.form == .aliasName)
    #expect(KeyIdentifier(BorrowedText(World.keyARN))?.form == .keyARN)
    #expect(KeyIdentifier("arn:aws:kms:us-west-2:111122223333:alias/x")?.alias == "alias/x")
    #expect(KeyIdentifier(BorrowedText(World.keyARN))?.alias == nil)
  }

  @Test(
    "B-28: what names no key",
    arguments: [
      "", "alias/", "a b", "key/1", "arn:aws:s3:::bucket", "arn:aws:kms:us-west-2:111122223333:key/",
      "arn:aws:kms:us-west-2:111122223333:grant/1", "arn:aws:kms::111122223333:key/1", "arn:aws:kms:us-west-2::key/1",
      "arn:aws:kms:us-west-2:1111:key/1", "arn:aws:kms:us-west-2:111122223333:key/*", "arn:aws:kms", "alias/a b", "é",
    ] as [Text])
  func malformed(text: Text) {
    #expect(KeyIdentifier(BorrowedText(text)) == nil)
  }
}
