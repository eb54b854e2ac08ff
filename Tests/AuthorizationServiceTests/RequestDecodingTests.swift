// What arrives on the wire becomes a request unchanged, or is refused with the field's name.

import Authorization
import CCountersign
import CProtobufC
import PolicyLanguage
import RemoteProcedureCall
import Testing

@testable import AuthorizationService

@Suite("Request decoding")
struct RequestDecodingTests {
  @Test("a NUL inside a name does not cut it short")
  func nulIsKept() throws {
    let request = try decode(string(1, "arn:aws:iam::444455556666:user/root\0xy"))
    #expect(request.principal == Text("arn:aws:iam::444455556666:user/root\0xy"))
  }

  @Test("every field arrives in its place")
  func allFields() throws {
    let context = string(1, "aws:TagKeys") + message(2, string(1, "a") + string(1, "b"))
    let constraints = message(1, message(1, string(1, "k") + string(2, "v"))) + string(3, "arn:aws:s3:::b")
    let grant =
      string(1, "grantee") + string(2, "service") + string(3, "retirer") + string(4, "retiring.service")
      + string(5, "Decrypt") + string(5, "Encrypt") + message(6, constraints)
    let session =
      string(1, "{}") + string(2, "arn:p") + message(3, string(1, "team") + string(2, "blue")) + string(4, "team")
      + string(5, "arn:u")
    let request = try decode(
      string(1, "p") + string(2, "kms:Decrypt") + string(3, "r") + string(4, "t") + string(5, "us-west-2")
        + message(6, string(1, "a") + string(2, "1")) + message(6, string(1, "b") + string(2, "2"))
        + message(7, string(1, "c") + string(2, "3")) + string(8, "token") + string(9, "g") + message(10, grant)
        + message(11, context) + message(12, session) + string(13, "id"))
    #expect(request.principal == "p")
    #expect(request.operation == "kms:Decrypt")
    #expect(request.resource == "r")
    #expect(request.targetResource == "t")
    #expect(request.region == "us-west-2")
    #expect(
      request.encryptionContext == [
        EncryptionContextPair(key: "a", value: "1"), EncryptionContextPair(key: "b", value: "2"),
      ])
    #expect(request.targetEncryptionContext == [EncryptionContextPair(key: "c", value: "3")])
    #expect(request.grantTokens == ["token"])
    #expect(request.grantID == "g")
    #expect(request.requestID == "id")
    #expect(request.context.map(\.key) == ["aws:TagKeys"])
    #expect(request.context.map(\.values) == [.set(["a", "b"])])
    #expect(request.grant?.granteePrincipal == "grantee")
    #expect(request.grant?.granteeServicePrincipal == "service")
    #expect(request.grant?.retiringPrincipal == "retirer")
    #expect(request.grant?.retiringServicePrincipal == "retiring.service")
    #expect(request.grant?.operations == ["Decrypt", "Encrypt"])
    #expect(request.grant?.encryptionContextEquals == [EncryptionContextPair(key: "k", value: "v")])
    #expect(request.grant?.encryptionContextSubset == nil)
    #expect(request.grant?.sourceARN == "arn:aws:s3:::b")
    #expect(request.session?.policies == ["{}"])
    #expect(request.session?.policyARNs == ["arn:p"])
    #expect(request.session?.tags == [EncryptionContextPair(key: "team", value: "blue")])
    #expect(request.session?.transitiveTagKeys == ["team"])
    #expect(request.session?.federatedBy == "arn:u")
  }

  @Test("a request used again has nothing of the one before it, and no more room than usual")
  func usedAgain() throws {
    let pairs = (0..<1_000).map { message(6, string(1, "k\($0)") + string(2, "v")) }
    let tokens = (0..<1_000).map { string(8, "t\($0)") }
    let full =
      string(1, "p") + string(2, "o") + string(3, "r") + string(4, "t") + string(5, "s") + pairs.joined()
      + message(7, string(1, "k") + string(2, "v")) + tokens.joined() + string(9, "g")
      + message(10, string(1, "grantee"))
      + message(11, string(1, "aws:SourceIp")) + message(12, string(1, "{}")) + string(13, "id")
    let state = LoopState()
    #expect(try reading(full, in: state) { $0.encryptionContext.count } == 1_000)
    // One that cannot be read is no request either.
    let refused = message(6, string(1, "a")) + message(6, string(1, "a"))
    #expect(throws: Status.self) { try reading(refused, in: state) { _ in } }
    try reading(string(2, "kms:Decrypt"), in: state) { request in
      #expect(request.operation == "kms:Decrypt")
      for text in [
        request.principal, request.resource, request.targetResource, request.region, request.grantID, request.requestID,
      ] { #expect(text == "") }
      #expect(request.encryptionContext.isEmpty && request.encryptionContext.capacity < 1_000)
      #expect(request.grantTokens.isEmpty && request.grantTokens.capacity < 1_000)
      #expect(request.targetEncryptionContext.isEmpty && request.context.isEmpty && request.contextOverrides.isEmpty)
      #expect(request.grant == nil && request.session == nil)
    }
  }

  /// Reads a message as `Check` does.
  private func reading<R>(
    _ bytes: [UInt8], in state: LoopState, _ body: (AuthorizationRequest) throws -> R
  ) throws -> R {
    let arena = try MessageArena()
    let message = try bytes.withUnsafeBytes { bytes throws(Status) in
      try arena.unpack(bytes, with: countersign__check_request__unpack)
    }
    return try body(state.request(of: message).pointee)
  }

  @Test("one value of a single-valued key is a single value")
  func singleValue() throws {
    let request = try decode(message(11, string(1, "aws:SourceIp") + message(2, string(1, "10.0.0.1"))))
    #expect(request.context.map(\.values) == [.single("10.0.0.1")])
  }

  @Test("a map that names a key twice is refused, whatever the values", arguments: ["1", "2"])
  func repeatedKey(_ second: String) {
    let bytes = message(6, string(1, "a") + string(2, "1")) + message(6, string(1, "a") + string(2, second))
    #expect(throws: Status(.invalidArgument, "encryption_context names `a` twice")) { try decode(bytes) }
  }

  @Test("bytes that are not UTF-8 are refused by the field's name")
  func invalidUTF8() {
    #expect(throws: Status(.invalidArgument, "principal is not valid UTF-8")) {
      try decode([1 << 3 | 2, 2, 0xC3, 0x28])
    }
  }

  @Test("garbage is refused")
  func garbage() {
    #expect(throws: Status(.invalidArgument, "bytes are not a message of the expected type")) {
      try decode([0xFF, 0xFF, 0xFF, 0xFF])
    }
  }

  @Test("a message that unpacks to more than the arena holds is refused as too large")
  func arenaIsCapped() throws {
    // Two bytes on the wire, a whole CheckRequest in memory.
    let bytes = [UInt8](repeating: 0, count: 2 << 20).enumerated().map { $0.offset % 2 == 0 ? 1 << 3 | 2 : 0 as UInt8 }
    let error = try #require(throws: Status.self) {
      let arena = try MessageArena()
      _ = try bytes.withUnsafeBytes { bytes throws(Status) in
        try arena.unpack(bytes, with: countersign__check_batch_request__unpack)
      }
    }
    #expect(error.code == .resourceExhausted)
  }

  private func decode(_ bytes: [UInt8]) throws -> AuthorizationRequest {
    let arena = try MessageArena()
    let message = try bytes.withUnsafeBytes { bytes throws(Status) in
      try arena.unpack(bytes, with: countersign__check_request__unpack)
    }
    return try FieldReader(copies: true).request(message)
  }

  private func string(_ field: UInt8, _ value: String) -> [UInt8] { message(field, Array(value.utf8)) }

  /// A length-delimited field shorter than 16 KiB.
  private func message(_ field: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    let length =
      bytes.count < 128 ? [UInt8(bytes.count)] : [UInt8(bytes.count & 127 | 128), UInt8(bytes.count >> 7)]
    return [field << 3 | 2] + length + bytes
  }
}
