// Every field of a request reaches the daemon as it was given.

import CCountersign
import CProtobufC
import CountersignClient
import Testing

@testable import RemoteProcedureCall

@Suite("Requests on the wire")
struct RequestEncodingTests {
  /// What the server read, field by field.
  private func received(_ request: CheckRequest) async throws -> [String] {
    let fields = Recorded<[String]>([])
    let method = TestServer.check { bytes, call in
      TestServer.answer(call) { arena throws(Status) in
        let message = try TestServer.request(bytes, in: arena).pointee
        let described = describe(message)
        fields.update { $0 = described }
        return try TestServer.allow(requestID: String(message.request_id), in: arena)
      }
    }
    return try await TestServer.run([method]) { client, _ in
      _ = try await client.check(request)
      return fields.value
    }
  }

  @Test("all fields arrive")
  func allFields() async throws {
    var request = CheckRequest(
      principal: "arn:aws:iam::444455556666:role/ExampleRole", operation: "kms:ReEncrypt", resource: "alias/a",
      region: "us-west-2")
    request.targetResource = "alias/b"
    request.encryptionContext = ["purpose": "backup", "empty": ""]
    request.targetEncryptionContext = ["purpose": "archive"]
    request.grantTokens = ["t1", "t2"]
    request.grantID = "g"
    request.context = ["aws:SourceIp": ["192.0.2.7"], "aws:TagKeys": ["a", "b"], "none": []]
    request.requestID = "r-1"
    var grant = GrantParameters()
    grant.granteePrincipal = "p1"
    grant.retiringServicePrincipal = "s2"
    grant.operations = ["Decrypt", "Encrypt"]
    var constraints = GrantConstraints()
    constraints.encryptionContextSubset = ["k": "v"]
    constraints.sourceARN = "arn:x"
    grant.constraints = constraints
    request.grant = grant
    var session = SessionParameters()
    session.policies = ["{}"]
    session.policyARNs = ["arn:p"]
    session.tags = ["team": "red"]
    session.transitiveTagKeys = ["team"]
    session.federatedBy = "arn:u"
    request.session = session

    #expect(
      try await received(request) == [
        "principal arn:aws:iam::444455556666:role/ExampleRole", "operation kms:ReEncrypt", "resource alias/a",
        "target alias/b", "region us-west-2", "context purpose=backup", "context empty=",
        "target context purpose=archive", "tokens t1,t2", "grant g", "key aws:SourceIp=192.0.2.7",
        "key aws:TagKeys=a,b", "key none=", "request r-1", "grantee p1/", "retiring /s2", "operations Decrypt,Encrypt",
        "equals nil", "subset k=v", "source arn:x", "policies {}", "arns arn:p", "tag team=red", "transitive team",
        "federated arn:u",
      ])
  }

  @Test("bytes stay bytes: NUL, quotes, combining accents")
  func hostileText() async throws {
    var request = CheckRequest(principal: "a\0b", operation: "e\u{301}", resource: "\u{E9}\n\"")
    request.encryptionContext["e\u{301}"] = "1"
    request.encryptionContext["\u{E9}"] = "2"
    let fields = try await received(request)
    #expect(fields.contains { $0.utf8.elementsEqual("principal a\0b".utf8) })
    #expect(fields.contains { $0.utf8.elementsEqual("operation e\u{301}".utf8) })
    #expect(fields.contains { $0.utf8.elementsEqual("context e\u{301}=1".utf8) })
    #expect(fields.contains { $0.utf8.elementsEqual("context \u{E9}=2".utf8) })
  }
}

private func describe(_ message: Countersign__CheckRequest) -> [String] {
  var fields = [
    "principal \(String(message.principal))", "operation \(String(message.operation))",
    "resource \(String(message.resource))", "target \(String(message.target_resource))",
    "region \(String(message.region))",
  ]
  for entry in list(message.encryption_context, message.n_encryption_context) {
    fields.append("context \(String(entry.key))=\(String(entry.value))")
  }
  for entry in list(message.target_encryption_context, message.n_target_encryption_context) {
    fields.append("target context \(String(entry.key))=\(String(entry.value))")
  }
  fields.append("tokens \(texts(message.grant_tokens, message.n_grant_tokens))")
  fields.append("grant \(String(message.grant_id))")
  for entry in list(message.context, message.n_context) {
    let values = entry.value.pointee
    fields.append("key \(String(entry.key))=\(texts(values.values, values.n_values))")
  }
  fields.append("request \(String(message.request_id))")
  if let grant = message.grant?.pointee, let limits = grant.constraints?.pointee {
    fields.append("grantee \(String(grant.grantee_principal))/\(String(grant.grantee_service_principal))")
    fields.append("retiring \(String(grant.retiring_principal))/\(String(grant.retiring_service_principal))")
    fields.append("operations \(texts(grant.operations, grant.n_operations))")
    fields.append("equals \(pairs(limits.encryption_context_equals))")
    fields.append("subset \(pairs(limits.encryption_context_subset))")
    fields.append("source \(String(limits.source_arn))")
  }
  if let session = message.session?.pointee {
    fields.append("policies \(texts(session.policies, session.n_policies))")
    fields.append("arns \(texts(session.policy_arns, session.n_policy_arns))")
    for tag in list(session.tags, session.n_tags) { fields.append("tag \(String(tag.key))=\(String(tag.value))") }
    fields.append("transitive \(texts(session.transitive_tag_keys, session.n_transitive_tag_keys))")
    fields.append("federated \(String(session.federated_by))")
  }
  return fields
}

private func pairs(_ message: UnsafeMutablePointer<Countersign__EncryptionContext>?) -> String {
  guard let message = message?.pointee else { return "nil" }
  return list(message.pairs, message.n_pairs).map { "\(String($0.key))=\(String($0.value))" }.joined(separator: ",")
}

private func list<Message>(
  _ fields: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
) -> [Message] {
  UnsafeBufferPointer(start: fields, count: count).compactMap { $0?.pointee }
}

private func texts(_ fields: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int) -> String {
  UnsafeBufferPointer(start: fields, count: count).map { String($0) }.joined(separator: ",")
}
