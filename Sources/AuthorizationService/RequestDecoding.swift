// Protobuf to domain values: a CheckRequest off the wire becomes an AuthorizationRequest.
//
// Strings arrive as bytes and become Text only when they are valid UTF-8. A map that names a key twice is refused: which
// of the two the sender meant is nothing to guess about.

import Authorization
import CCountersign
import CProtobufC
import PolicyLanguage
import RemoteProcedureCall

extension AuthorizationRequest {
  /// - Throws: INVALID_ARGUMENT naming the field.
  init(_ message: Countersign__CheckRequest) throws(Status) {
    self.init(
      principal: try Text(message.principal, "principal"), operation: try Text(message.operation, "operation"),
      resource: try Text(message.resource, "resource"), region: try Text(message.region, "region"))
    targetResource = try Text(message.target_resource, "target_resource")
    grantID = try Text(message.grant_id, "grant_id")
    requestID = try Text(message.request_id, "request_id")
    encryptionContext = try pairs(
      message.encryption_context, message.n_encryption_context, "encryption_context"
    ) { ($0.key, $0.value) }
    targetEncryptionContext = try pairs(
      message.target_encryption_context, message.n_target_encryption_context, "target_encryption_context"
    ) { ($0.key, $0.value) }
    grantTokens = try texts(message.grant_tokens, message.n_grant_tokens, "grant_tokens")
    context = try contextEntries(message)
    if let session = message.session { self.session = try SessionParameters(session.pointee) }
    if let grant = message.grant { self.grant = try GrantParameters(grant.pointee) }
  }
}

extension SessionParameters {
  init(_ message: Countersign__SessionParameters) throws(Status) {
    self.init()
    policies = try texts(message.policies, message.n_policies, "session.policies")
    policyARNs = try texts(message.policy_arns, message.n_policy_arns, "session.policy_arns")
    tags = try pairs(message.tags, message.n_tags, "session.tags") { ($0.key, $0.value) }
    transitiveTagKeys = try texts(
      message.transitive_tag_keys, message.n_transitive_tag_keys, "session.transitive_tag_keys")
    federatedBy = try Text(message.federated_by, "session.federated_by")
  }
}

extension GrantParameters {
  init(_ message: Countersign__GrantParameters) throws(Status) {
    self.init()
    granteePrincipal = try Text(message.grantee_principal, "grant.grantee_principal")
    granteeServicePrincipal = try Text(message.grantee_service_principal, "grant.grantee_service_principal")
    retiringPrincipal = try Text(message.retiring_principal, "grant.retiring_principal")
    retiringServicePrincipal = try Text(message.retiring_service_principal, "grant.retiring_service_principal")
    operations = try texts(message.operations, message.n_operations, "grant.operations")
    guard let constraints = message.constraints?.pointee else { return }
    sourceARN = try Text(constraints.source_arn, "grant.constraints.source_arn")
    encryptionContextEquals = try constraintPairs(
      constraints.encryption_context_equals, "grant.constraints.encryption_context_equals")
    encryptionContextSubset = try constraintPairs(
      constraints.encryption_context_subset, "grant.constraints.encryption_context_subset")
  }
}

extension Text {
  /// - Throws: INVALID_ARGUMENT when the bytes are not UTF-8.
  init(_ data: ProtobufCBinaryData, _ field: StaticString) throws(Status) {
    guard let start = data.data, data.len > 0 else {
      self = ""
      return
    }
    let bytes = UnsafeBufferPointer(start: UnsafePointer(start), count: data.len)
    guard (try? UTF8Span(validating: bytes.span)) != nil else {
      throw Status(.invalidArgument, "\(field) is not valid UTF-8")
    }
    self.init(utf8: Array(bytes))
  }
}

func texts(
  _ items: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int, _ field: StaticString
) throws(Status) -> [Text] {
  var result: [Text] = []
  result.reserveCapacity(count)
  for index in 0..<count {
    result.append(try Text(items![index], field))
  }
  return result
}

func pairs<Entry>(
  _ entries: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?, _ count: Int, _ field: StaticString,
  _ parts: (Entry) -> (ProtobufCBinaryData, ProtobufCBinaryData)
) throws(Status) -> [EncryptionContextPair] {
  var result: [EncryptionContextPair] = []
  result.reserveCapacity(count)
  for index in 0..<count {
    let (key, value) = parts(entries![index]!.pointee)
    result.append(EncryptionContextPair(key: try Text(key, field), value: try Text(value, field)))
  }
  try refuseRepeated(result.map(\.key), field)
  return result
}

private func constraintPairs(
  _ message: UnsafeMutablePointer<Countersign__EncryptionContext>?, _ field: StaticString
) throws(Status) -> [EncryptionContextPair]? {
  guard let message = message?.pointee else { return nil }
  return try pairs(message.pairs, message.n_pairs, field) { ($0.key, $0.value) }
}

private func contextEntries(_ message: Countersign__CheckRequest) throws(Status) -> [ContextEntry] {
  var result: [ContextEntry] = []
  result.reserveCapacity(message.n_context)
  for index in 0..<message.n_context {
    let entry = message.context[index]!.pointee
    let key = try Text(entry.key, "context")
    // An entry without a value message is one with an empty one: proto3 does not tell them apart.
    let values = try entry.value.map { value throws(Status) in
      try texts(value.pointee.values, value.pointee.n_values, "context")
    }
    result.append(ContextEntry(key: key, values: ContextValues(wireValues: values ?? [], key: key)))
  }
  try refuseRepeated(result.map(\.key), "context")
  return result
}

func refuseRepeated(_ keys: [Text], _ field: StaticString) throws(Status) {
  guard keys.count > 1 else { return }
  let sorted = keys.sorted()
  for (left, right) in zip(sorted, sorted.dropFirst()) where left == right {
    throw Status(.invalidArgument, "\(field) names `\(left)` twice")
  }
}
