// A policy set put together in Swift, so that a test shows the one thing it is about. Policies are text and are read by
// the real parser; only files and folders are left out.

import PolicyDirectory
import PolicyLanguage
import Testing

@testable import Authorization

/// Three accounts: A owns the key, B calls, C is a third.
struct World {
  static let accountA: Text = "111122223333"
  static let accountB: Text = "444455556666"
  static let accountC: Text = "777788889999"
  static let region: Text = "us-west-2"
  static let keyID: Text = "1234abcd-12ab-34cd-56ef-1234567890ab"
  static let keyARN: Text = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  static let roleB: Text = "arn:aws:iam::444455556666:role/ExampleRole"
  static let sessionB: Text = "arn:aws:sts::444455556666:assumed-role/ExampleRole/s1"
  static let userB: Text = "arn:aws:iam::444455556666:user/ExampleUser"
  static let roleA: Text = "arn:aws:iam::111122223333:role/OwnRole"
  static let sessionA: Text = "arn:aws:sts::111122223333:assumed-role/OwnRole/s1"
  static let userA: Text = "arn:aws:iam::111122223333:user/OwnUser"
  static let now = Instant(seconds: 1_767_225_600)  // 2026-01-01T00:00:00Z

  var set = PolicySet(
    revision: "r1",
    accounts: [accountA: Account(id: accountA), accountB: Account(id: accountB), accountC: Account(id: accountC)])

  /// A key policy of one statement on the example key, and principals that exist but may do nothing.
  init(keyPolicy statements: Text = "[]") throws {
    try key(policy: statements)
    user("ExampleUser", in: Self.accountB)
    role("ExampleRole", in: Self.accountB)
    user("OwnUser", in: Self.accountA)
    role("OwnRole", in: Self.accountA)
  }

  /// Reads statements, one object or an array of them, as a policy of version 2012-10-17.
  static func document(
    _ statements: Text, as kind: PolicyKind, version: Text = "2012-10-17"
  ) throws -> PolicyDocument {
    guard statements != "[]" else { return PolicyDocument(version: .v2012, statements: []) }
    let text: Text = "{\"Version\": \"\(version)\", \"Statement\": \(statements)}"
    var diagnostics: [Diagnostic] = []
    let document = PolicyParser.parse(Array(text.utf8), as: kind, diagnostics: &diagnostics)
    try #require(diagnostics.isEmpty, "\(diagnostics)")
    return try #require(document)
  }

  mutating func key(
    _ id: Text = keyID, in account: Text = accountA, region: Text = region, policy: Text,
    metadata: KeyMetadata = KeyMetadata(), tags: [PolicyTag] = [], grants: [Grant] = []
  ) throws {
    let name = KeyName(region: region, id: id)
    let file = PolicyFile(
      path: "accounts/\(account)/keys/\(region)/\(id)/policy.json", document: try Self.document(policy, as: .keyPolicy))
    set.accounts[account]?.keys[name] = Key(
      name: name, policy: file, metadata: metadata, tags: tags, grants: grants)
  }

  mutating func alias(_ name: Text, in account: Text = accountA, region: Text = region, of key: Text? = keyID) {
    let name = AliasName(region: region, name: name)
    set.accounts[account]?.aliases[name] = Alias(name: name, targetKeyID: key)
  }

  mutating func user(
    _ name: Text, in account: Text, path: Text = "/", id: Text? = nil, tags: [PolicyTag] = [], groups: [Text] = []
  ) {
    set.accounts[account]?.users[name] = User(
      identity: Identity(name: name, path: path, uniqueID: id, tags: tags), groups: groups)
  }

  mutating func role(_ name: Text, in account: Text, path: Text = "/", id: Text? = nil, tags: [PolicyTag] = []) {
    set.accounts[account]?.roles[name] = Role(identity: Identity(name: name, path: path, uniqueID: id, tags: tags))
  }

  /// Attaches an inline policy to a user or role, whichever has the name.
  mutating func allow(_ name: Text, in account: Text, _ statements: Text) throws {
    let file = PolicyFile(
      path: "accounts/\(account)/\(name).json", document: try Self.document(statements, as: .identityPolicy))
    change(name, in: account) { $0.inlinePolicies.append(file) }
  }

  /// Gives a user or role a permissions boundary.
  mutating func limit(_ name: Text, in account: Text, _ statements: Text) throws {
    set.accounts[account]?.policies["boundary-\(name)"] = PolicyFile(
      path: "boundary", document: try Self.document(statements, as: .identityPolicy))
    let arn: Text = "arn:aws:iam::\(account):policy/boundary-\(name)"
    change(name, in: account) { $0.permissionsBoundary = arn }
  }

  /// Changes a user or role, whichever has the name.
  mutating func change(_ name: Text, in account: Text, _ body: (inout Identity) -> Void) {
    if let user = set.accounts[account]?.users[name] {
      var identity = user.identity
      body(&identity)
      set.accounts[account]?.users[name] = User(identity: identity, groups: user.groups)
    }
    if let role = set.accounts[account]?.roles[name] {
      var identity = role.identity
      body(&identity)
      set.accounts[account]?.roles[name] = Role(identity: identity, trustPolicy: role.trustPolicy)
    }
  }

  func decide(_ request: AuthorizationRequest) throws -> Decision {
    try PolicyIndex(set).decide(request, at: Self.now)
  }

  func reason(
    _ principal: Text, _ operation: Text = "kms:Decrypt", on resource: Text = keyARN,
    _ change: (inout AuthorizationRequest) -> Void = { _ in }
  ) throws -> Reason {
    var request = AuthorizationRequest(principal: principal, operation: operation, resource: resource)
    change(&request)
    return try decide(request).reason
  }

  /// The message of an INVALID_ARGUMENT.
  func refusal(
    _ principal: Text, _ operation: Text = "kms:Decrypt", on resource: Text = keyARN,
    _ change: (inout AuthorizationRequest) -> Void = { _ in }
  ) throws -> String {
    var request = AuthorizationRequest(principal: principal, operation: operation, resource: resource)
    change(&request)
    let error = #expect(throws: RequestError.self) { try decide(request) }
    let found = try #require(error)
    #expect(found.code == .invalidArgument)
    return found.message
  }
}

/// Statements that many tests share.
enum Statements {
  static func key(_ principal: Text, _ effect: Text = "Allow", action: Text = "kms:*", condition: Text = "{}") -> Text {
    """
    {"Effect": "\(effect)", "Principal": \(principal), "Action": "\(action)", "Resource": "*", "Condition": \(condition)}
    """
  }
  static func aws(_ principal: Text) -> Text { "{\"AWS\": \"\(principal)\"}" }
  static func identity(
    _ effect: Text = "Allow", action: Text = "kms:*", resource: Text = "*", condition: Text = "{}"
  ) -> Text {
    """
    {"Effect": "\(effect)", "Action": "\(action)", "Resource": "\(resource)", "Condition": \(condition)}
    """
  }
}

extension Text: ExpressibleByStringInterpolation {
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""
    public init(literalCapacity: Int, interpolationCount: Int) {}
    public mutating func appendLiteral(_ literal: StaticString) { text += literal.description }
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) { text += value.description }
  }
  public init(stringInterpolation: StringInterpolation) { self.init(stringInterpolation.text) }
}

/// Testing has a Tag of its own.
typealias PolicyTag = PolicyDirectory.Tag
