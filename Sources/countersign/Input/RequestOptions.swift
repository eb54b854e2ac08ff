// The flags that make up a request.
//
// What has no flag is put in a file for --request; flags given beside it replace its members.

import ArgumentParser
import Authorization
import PolicyLanguage
import PolicySuite

struct RequestOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Who asks: ARN of a user, role, session, federated user or account root, or a service such as s3.amazonaws.com.",
      valueName: "arn"))
  var principal: String?

  @Option(help: ArgumentHelp("What is asked, as CloudTrail names it: kms:Decrypt.", valueName: "service:name"))
  var operation: String?

  @Option(
    help: ArgumentHelp(
      "With what: key ID, key ARN, alias name or alias ARN; for other services the ARN.", valueName: "id"))
  var resource: String?

  @Option(
    help: ArgumentHelp(
      "ReEncrypt: the destination key. CreateAlias, UpdateAlias: the key, --resource being the alias.",
      valueName: "id"))
  var targetResource: String?

  @Option(help: ArgumentHelp("Region, needed when no ARN says it.", valueName: "region"))
  var region: String?

  @Option(help: ArgumentHelp("One pair of the encryption context; repeat for more.", valueName: "key=value"))
  var encryptionContext: [KeyValue] = []

  @Option(
    help: ArgumentHelp("ReEncrypt: one pair of the destination's encryption context.", valueName: "key=value"))
  var targetEncryptionContext: [KeyValue] = []

  @Option(
    help: ArgumentHelp(
      "A condition key of the request, such as aws:SourceIp=192.0.2.7; the same key again adds to its set.",
      valueName: "key=value"))
  var context: [KeyValue] = []

  @Option(help: ArgumentHelp("RetireGrant, RevokeGrant: the grant.", valueName: "id"))
  var grantId: String?

  @Option(help: ArgumentHelp("A grant token; repeat for more.", valueName: "token"))
  var grantToken: [String] = []

  @Option(help: ArgumentHelp("Comes back in the answer and stands in the journal.", valueName: "id"))
  var requestId: String?

  @Option(
    help: ArgumentHelp(
      "Read the request from a file of JSON, `-` for standard input: the members of CheckRequest, as in test suites.",
      valueName: "file"))
  var request: String?

  /// - Throws: `Failure` for a file that cannot be used, `ValidationError` for flags that cannot.
  func makeRequest() throws -> AuthorizationRequest {
    var request = try readFile() ?? AuthorizationRequest(principal: "", operation: "")
    if let principal { request.principal = Text(principal) }
    if let operation { request.operation = Text(operation) }
    guard !request.principal.isEmpty else { throw ValidationError("no principal is given, expected --principal") }
    guard !request.operation.isEmpty else { throw ValidationError("no operation is given, expected --operation") }
    if let resource { request.resource = Text(resource) }
    if let targetResource { request.targetResource = Text(targetResource) }
    if let region { request.region = Text(region) }
    if let grantId { request.grantID = Text(grantId) }
    if let requestId { request.requestID = Text(requestId) }
    if !grantToken.isEmpty { request.grantTokens = grantToken.map { Text($0) } }
    if !encryptionContext.isEmpty {
      request.encryptionContext = try Self.pairs(encryptionContext, "--encryption-context")
    }
    if !targetEncryptionContext.isEmpty {
      request.targetEncryptionContext = try Self.pairs(targetEncryptionContext, "--target-encryption-context")
    }
    merge(into: &request.context)
    return request
  }

  private func readFile() throws(Failure) -> AuthorizationRequest? {
    guard let path = request else { return nil }
    let bytes = try FileBytes.read(path)
    do {
      return try RequestDocument.parse(bytes, file: Text(path))
    } catch {
      throw Failure(.unusable, error.diagnostics)
    }
  }

  private static func pairs(_ arguments: [KeyValue], _ flag: String) throws -> [EncryptionContextPair] {
    var keys: Set<Text> = []
    return try arguments.map { pair in
      guard keys.insert(Text(pair.key)).inserted else {
        throw ValidationError("\(flag) has the key `\(pair.key)` twice, expected each key once")
      }
      return EncryptionContextPair(key: Text(pair.key), value: Text(pair.value))
    }
  }

  /// Condition keys ignore case (C-1), so two spellings of one key are one set.
  private func merge(into entries: inout [ContextEntry]) {
    var order: [Text] = []
    var values: [Text: [Text]] = [:]
    for pair in context {
      let key = Text(pair.key)
      if values[key.lowercased] == nil { order.append(key) }
      values[key.lowercased, default: []].append(Text(pair.value))
    }
    for key in order {
      entries.removeAll { $0.key.lowercased == key.lowercased }
      entries.append(
        ContextEntry(key: key, values: ContextValues(wireValues: values[key.lowercased] ?? [], key: key)))
    }
  }
}
