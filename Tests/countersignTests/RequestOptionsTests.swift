// Flags become the request that they say.

import ArgumentParser
import Authorization
import CountersignClient
import PolicyLanguage
import Testing

@testable import countersign

@Suite("Request flags")
struct RequestOptionsTests {
  private func request(_ arguments: String...) throws -> AuthorizationRequest {
    try RequestOptions.parse(["--principal", "p", "--operation", "kms:Decrypt"] + arguments).makeRequest()
  }

  @Test("every flag has its member")
  func flags() throws {
    let request = try request(
      "--resource", "r", "--target-resource", "t", "--region", "us-west-2", "--encryption-context", "a=b=c",
      "--target-encryption-context", "d=", "--grant-id", "g", "--grant-token", "x", "--grant-token", "y",
      "--request-id", "id")
    #expect(request.principal == "p")
    #expect(request.operation == "kms:Decrypt")
    #expect(request.resource == "r")
    #expect(request.targetResource == "t")
    #expect(request.region == "us-west-2")
    #expect(request.encryptionContext == [EncryptionContextPair(key: "a", value: "b=c")])
    #expect(request.targetEncryptionContext == [EncryptionContextPair(key: "d", value: "")])
    #expect(request.grantID == "g")
    #expect(request.grantTokens == ["x", "y"])
    #expect(request.requestID == "id")
  }

  @Test("one value of a key is single, two are a set, whatever the case of the key")
  func context() throws {
    let request = try request(
      "--context", "aws:SourceIp=192.0.2.7", "--context", "kms:ViaService=a", "--context", "KMS:viaservice=b",
      "--context", "aws:TagKeys=only")
    #expect(request.context.map(\.key) == ["aws:SourceIp", "kms:ViaService", "aws:TagKeys"])
    #expect(request.context.map(\.values) == [.single("192.0.2.7"), .set(["a", "b"]), .set(["only"])])
  }

  @Test(
    "without principal or operation there is no request", arguments: [["--principal", "p"], ["--operation", "o"], []])
  func missing(_ arguments: [String]) throws {
    let options = try RequestOptions.parse(arguments)
    #expect(throws: ValidationError.self) { try options.makeRequest() }
  }

  @Test("a key of an encryption context cannot be given twice")
  func duplicates() throws {
    let options = try RequestOptions.parse([
      "--principal", "p", "--operation", "o", "--encryption-context", "a=1", "--encryption-context", "a=2",
    ])
    #expect(throws: ValidationError.self) { try options.makeRequest() }
  }

  @Test("what the daemon gets is the same request")
  func conversion() throws {
    var request = try request("--resource", "r", "--encryption-context", "k=v", "--context", "aws:TagKeys=a")
    request.session = SessionParametersSample.session
    request.grant = SessionParametersSample.grant
    let converted = CheckRequest(request)
    #expect(converted.resource == "r")
    #expect(converted.encryptionContext["k"] == "v")
    #expect(converted.context["aws:TagKeys"] == ["a"])
    #expect(converted.session?.tags["t"] == "1")
    #expect(converted.session?.federatedBy == "f")
    #expect(converted.grant?.operations == ["Decrypt"])
    #expect(converted.grant?.constraints?.encryptionContextSubset?["s"] == "1")
    #expect(converted.grant?.constraints?.encryptionContextEquals == nil)
  }
}

private enum SessionParametersSample {
  static var session: Authorization.SessionParameters {
    var session = Authorization.SessionParameters()
    session.tags = [EncryptionContextPair(key: "t", value: "1")]
    session.federatedBy = "f"
    return session
  }

  static var grant: Authorization.GrantParameters {
    var grant = Authorization.GrantParameters()
    grant.operations = ["Decrypt"]
    grant.encryptionContextSubset = [EncryptionContextPair(key: "s", value: "1")]
    return grant
  }
}

@Suite("Whom to ask")
struct PolicySourceTests {
  @Test("flags win over the environment, the daemon over a directory")
  func precedence() throws {
    func source(_ policies: String?, _ socket: String?, _ environment: [String: String]) throws -> PolicySource {
      try PolicySource(policies: policies, socket: socket) { environment[$0] }
    }
    let both = ["COUNTERSIGN_POLICIES": "/e", "COUNTERSIGN_SOCKET": "/s"]
    #expect(try source(nil, nil, [:]) == .daemon)
    #expect(try source("/p", nil, [:]) == .directory("/p"))
    #expect(try source("/p", nil, both) == .directory("/p"))
    #expect(try source(nil, "/x", ["COUNTERSIGN_POLICIES": "/e"]) == .daemon)
    #expect(try source(nil, nil, ["COUNTERSIGN_POLICIES": "/e"]) == .directory("/e"))
    #expect(try source(nil, nil, both) == .daemon)
    #expect(throws: ValidationError.self) { try source("/p", "/x", [:]) }
  }
}
