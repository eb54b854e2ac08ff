// CheckRequest's JSON form, field by field.

import Authorization
import PolicyLanguage
import Testing

@testable import PolicySuite

private func read(_ text: String) throws -> AuthorizationRequest {
  try RequestDocument.parse(Array(text.utf8), file: "request")
}

@Suite struct RequestDocumentTests {
  @Test("every field of the contract is read")
  func fields() throws {
    let request = try read(
      #"""
      {"principal": "p", "operation": "o", "resource": "r", "targetResource": "t", "region": "g", "grantTokens": ["k"],
       "grantId": "i", "requestId": "q", "encryptionContext": {"a": "1"}, "targetEncryptionContext": {"b": "2"},
       "grant": {"granteePrincipal": "gp", "granteeServicePrincipal": "gs", "retiringPrincipal": "rp",
                 "retiringServicePrincipal": "rs", "operations": ["Decrypt"],
                 "constraints": {"encryptionContextEquals": {"c": "3"}, "encryptionContextSubset": {}, "sourceArn": "s"}},
       "session": {"policies": ["text", {"a": [1 ]}], "policyArns": ["arn"], "tags": {"d": "4"}, "transitiveTagKeys": ["d"],
                   "federatedBy": "f"}}
      """#)
    #expect(request.principal == "p")
    #expect(request.operation == "o")
    #expect(request.resource == "r")
    #expect(request.targetResource == "t")
    #expect(request.region == "g")
    #expect(request.grantTokens == ["k"])
    #expect(request.grantID == "i")
    #expect(request.requestID == "q")
    #expect(request.encryptionContext == [EncryptionContextPair(key: "a", value: "1")])
    #expect(request.targetEncryptionContext == [EncryptionContextPair(key: "b", value: "2")])
    let grant = try #require(request.grant)
    #expect([grant.granteePrincipal, grant.granteeServicePrincipal] == ["gp", "gs"])
    #expect([grant.retiringPrincipal, grant.retiringServicePrincipal] == ["rp", "rs"])
    #expect(grant.operations == ["Decrypt"])
    #expect(grant.encryptionContextEquals == [EncryptionContextPair(key: "c", value: "3")])
    #expect(grant.encryptionContextSubset == [])
    #expect(grant.sourceARN == "s")
    let session = try #require(request.session)
    #expect(session.policies == ["text", #"{"a": [1 ]}"#])
    #expect(session.policyARNs == ["arn"])
    #expect(session.tags == [EncryptionContextPair(key: "d", value: "4")])
    #expect(session.transitiveTagKeys == ["d"])
    #expect(session.federatedBy == "f")
  }

  @Test("null is a field that was not given")
  func nulls() throws {
    let request = try read(#"{"principal": null, "grant": null, "session": null, "context": null}"#)
    #expect(request.principal.isEmpty)
    #expect(request.grant == nil)
    #expect(request.session == nil)
  }

  @Test(
    "a string is a single value, an array a set, and in proto3 JSON one value is single unless AWS calls the key multivalued",
    arguments: [
      (#"{"aws:SourceIp": "1"}"#, ContextValues.single("1")), (#"{"aws:SourceIp": ["1"]}"#, .set(["1"])),
      (#"{"aws:SourceIp": []}"#, .set([])), (#"{"aws:SourceIp": {"values": []}}"#, .set([])),
      (#"{"aws:SourceIp": {}}"#, .set([])), (#"{"aws:SourceIp": {"values": ["1"]}}"#, .single("1")),
      (#"{"aws:SourceIp": {"values": ["1", "2"]}}"#, .set(["1", "2"])),
      (#"{"AWS:TagKeys": {"values": ["1"]}}"#, .set(["1"])),
      (#"{"aws:MultiFactorAuthPresent": true}"#, .single("true")),
      (#"{"aws:MultiFactorAuthAge": 1.50}"#, .single("1.50")),
    ])
  func contextValues(context: String, expected: ContextValues) throws {
    let request = try read(#"{"context": \#(context)}"#)
    #expect(request.context.map(\.values) == [expected])
  }

  @Test("a mistake is told with its place")
  func mistake() {
    #expect(throws: SuiteError.self) { try read(#"{"principal": ["p"]}"#) }
    do {
      _ = try read("{\n\"resource\": {}}")
    } catch let error as SuiteError {
      #expect(error.diagnostics.map(\.description) == ["request:2:13: `resource` is an object, expected a string"])
    } catch {
      Issue.record("\(error)")
    }
  }
}
