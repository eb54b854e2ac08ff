// Protobuf to domain values: a CheckRequest off the wire becomes an AuthorizationRequest.
//
// Strings arrive as bytes and become Text only when they are valid UTF-8 and not too long. A map that names a key twice is
// refused: which of the two the sender meant is nothing to guess about.

import Authorization
import CCountersign
import CProtobufC
import PolicyLanguage
import RemoteProcedureCall

/// How a message's strings become texts.
struct FieldReader {
  /// What one string may hold: far more than any name or policy of AWS, and so little that no number of requests with
  /// strings of their size fills the journal's queue.
  static let longestText = 128 << 10

  /// Texts have bytes of their own. Else they share the arena's, and are gone with it.
  var copies: Bool

  /// - Throws: INVALID_ARGUMENT when the bytes are too many or not UTF-8.
  func text(
    _ data: ProtobufCBinaryData, _ field: StaticString, atMost limit: Int = longestText
  ) throws(Status) -> Text {
    guard let start = data.data, data.len > 0 else { return "" }
    guard data.len <= limit else {
      throw Status(.invalidArgument, "\(field) has \(data.len) bytes, expected at most \(limit)")
    }
    let bytes = UnsafeBufferPointer(start: UnsafePointer(start), count: data.len)
    guard bytes.isASCII || (try? UTF8Span(validating: bytes.span)) != nil else {
      throw Status(.invalidArgument, "\(field) is not valid UTF-8")
    }
    return copies ? Text(utf8: bytes) : Text(borrowing: bytes)
  }

  func texts(
    _ items: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int, _ field: StaticString
  ) throws(Status) -> [Text] {
    var result: [Text] = []
    try texts(items, count, field, into: &result)
    return result
  }

  func texts(
    _ items: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int, _ field: StaticString, into result: inout [Text]
  ) throws(Status) {
    guard count > 0, let items else { return }
    result.reserveCapacity(count)
    for index in 0..<count { result.append(try text(items[index], field)) }
  }

  func pairs<Entry>(
    _ entries: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?, _ count: Int, _ field: StaticString,
    valuesAtMost limit: Int = longestText,
    _ parts: (UnsafeMutablePointer<Entry>) -> (ProtobufCBinaryData, ProtobufCBinaryData)
  ) throws(Status) -> [EncryptionContextPair] {
    var result: [EncryptionContextPair] = []
    try pairs(entries, count, field, valuesAtMost: limit, into: &result, parts)
    return result
  }

  func pairs<Entry>(
    _ entries: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?, _ count: Int, _ field: StaticString,
    valuesAtMost limit: Int = longestText, into result: inout [EncryptionContextPair],
    _ parts: (UnsafeMutablePointer<Entry>) -> (ProtobufCBinaryData, ProtobufCBinaryData)
  ) throws(Status) {
    guard count > 0, let entries else { return }
    result.reserveCapacity(count)
    for index in 0..<count {
      let (key, value) = parts(entries[index]!)
      result.append(EncryptionContextPair(key: try text(key, field), value: try text(value, field, atMost: limit)))
    }
    if count > 1 { try refuseRepeated(result.map(\.key), field) }
  }

  // MARK: Messages

  /// - Throws: INVALID_ARGUMENT naming the field.
  func request(_ message: UnsafePointer<Countersign__CheckRequest>) throws(Status) -> AuthorizationRequest {
    var request = AuthorizationRequest(principal: "", operation: "")
    try read(message, into: &request)
    return request
  }

  /// Fills an empty request, where it is.
  /// - Throws: INVALID_ARGUMENT naming the field.
  func read(
    _ message: UnsafePointer<Countersign__CheckRequest>, into request: inout AuthorizationRequest
  ) throws(Status) {
    request.principal = try text(message.pointee.principal, "principal")
    request.operation = try text(message.pointee.operation, "operation")
    request.resource = try text(message.pointee.resource, "resource")
    request.region = try text(message.pointee.region, "region")
    request.targetResource = try text(message.pointee.target_resource, "target_resource")
    request.grantID = try text(message.pointee.grant_id, "grant_id")
    request.requestID = try text(message.pointee.request_id, "request_id")
    try pairs(
      message.pointee.encryption_context, message.pointee.n_encryption_context, "encryption_context",
      into: &request.encryptionContext
    ) { ($0.pointee.key, $0.pointee.value) }
    try pairs(
      message.pointee.target_encryption_context, message.pointee.n_target_encryption_context,
      "target_encryption_context", into: &request.targetEncryptionContext
    ) { ($0.pointee.key, $0.pointee.value) }
    try texts(
      message.pointee.grant_tokens, message.pointee.n_grant_tokens, "grant_tokens", into: &request.grantTokens)
    try contextEntries(message, into: &request.context)
    if let session = message.pointee.session { request.session = try self.session(session) }
    if let grant = message.pointee.grant { request.grant = try self.grant(grant) }
  }

  private func session(_ message: UnsafePointer<Countersign__SessionParameters>) throws(Status) -> SessionParameters {
    var session = SessionParameters()
    session.policies = try texts(message.pointee.policies, message.pointee.n_policies, "session.policies")
    session.policyARNs = try texts(message.pointee.policy_arns, message.pointee.n_policy_arns, "session.policy_arns")
    session.tags = try pairs(message.pointee.tags, message.pointee.n_tags, "session.tags") {
      ($0.pointee.key, $0.pointee.value)
    }
    session.transitiveTagKeys = try texts(
      message.pointee.transitive_tag_keys, message.pointee.n_transitive_tag_keys, "session.transitive_tag_keys")
    session.federatedBy = try text(message.pointee.federated_by, "session.federated_by")
    return session
  }

  private func grant(_ message: UnsafePointer<Countersign__GrantParameters>) throws(Status) -> GrantParameters {
    var grant = GrantParameters()
    grant.granteePrincipal = try text(message.pointee.grantee_principal, "grant.grantee_principal")
    grant.granteeServicePrincipal = try text(
      message.pointee.grantee_service_principal, "grant.grantee_service_principal")
    grant.retiringPrincipal = try text(message.pointee.retiring_principal, "grant.retiring_principal")
    grant.retiringServicePrincipal = try text(
      message.pointee.retiring_service_principal, "grant.retiring_service_principal")
    grant.operations = try texts(message.pointee.operations, message.pointee.n_operations, "grant.operations")
    guard let constraints = message.pointee.constraints?.pointee else { return grant }
    grant.sourceARN = try text(constraints.source_arn, "grant.constraints.source_arn")
    grant.encryptionContextEquals = try constraintPairs(
      constraints.encryption_context_equals, "grant.constraints.encryption_context_equals")
    grant.encryptionContextSubset = try constraintPairs(
      constraints.encryption_context_subset, "grant.constraints.encryption_context_subset")
    return grant
  }

  private func constraintPairs(
    _ message: UnsafeMutablePointer<Countersign__EncryptionContext>?, _ field: StaticString
  ) throws(Status) -> [EncryptionContextPair]? {
    guard let message = message?.pointee else { return nil }
    return try pairs(message.pairs, message.n_pairs, field) { ($0.pointee.key, $0.pointee.value) }
  }

  private func contextEntries(
    _ message: UnsafePointer<Countersign__CheckRequest>, into result: inout [ContextEntry]
  ) throws(Status) {
    let count = message.pointee.n_context
    guard count > 0 else { return }
    result.reserveCapacity(count)
    for index in 0..<count {
      let entry = message.pointee.context[index]!
      let key = try text(entry.pointee.key, "context")
      // An entry without a value message is one with an empty one: proto3 does not tell them apart.
      let values = try entry.pointee.value.map { value throws(Status) in
        try texts(value.pointee.values, value.pointee.n_values, "context")
      }
      result.append(ContextEntry(key: key, values: ContextValues(wireValues: values ?? [], key: key)))
    }
    if count > 1 { try refuseRepeated(result.map(\.key), "context") }
  }
}

func refuseRepeated(_ keys: [Text], _ field: StaticString) throws(Status) {
  guard keys.count > 1 else { return }
  let sorted = keys.sorted()
  for (left, right) in zip(sorted, sorted.dropFirst()) where left == right {
    throw Status(.invalidArgument, "\(field) names `\(left)` twice")
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether it is UTF-8 of one byte each, as names of AWS are.
  fileprivate var isASCII: Bool {
    let bytes = UnsafeRawBufferPointer(self)
    var bits: UInt64 = 0
    var index = 0
    while index + 8 <= bytes.count {
      bits |= bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < bytes.count {
      bits |= UInt64(bytes[index])
      index += 1
    }
    return bits & 0x8080_8080_8080_8080 == 0
  }
}
