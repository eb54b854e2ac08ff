// One question: may this principal do this with that resource?
//
// The fields are those of CheckRequest in the published proto; nothing here has been judged yet.

import PolicyLanguage

public struct AuthorizationRequest: Sendable {
  public var principal: Text
  /// `service:Operation`
  public var operation: Text
  public var resource: Text
  public var targetResource: Text
  public var region: Text
  public var encryptionContext: [EncryptionContextPair]
  public var targetEncryptionContext: [EncryptionContextPair]
  public var grantTokens: [Text]
  public var grantID: Text
  public var grant: GrantParameters?
  /// What the sidecar attests.
  public var context: [ContextEntry]
  public var session: SessionParameters?
  public var requestID: Text
  /// Test suites and simulation only: set or remove condition keys after all else was derived.
  public var contextOverrides: [ContextOverride]

  public init(principal: Text, operation: Text, resource: Text = "", region: Text = "") {
    self.principal = principal
    self.operation = operation
    self.resource = resource
    self.region = region
    targetResource = ""
    encryptionContext = []
    targetEncryptionContext = []
    grantTokens = []
    grantID = ""
    context = []
    requestID = ""
    contextOverrides = []
  }

  /// Empties it for the next request, with the room of its arrays kept unless it is much.
  public mutating func reset() {
    principal = ""
    operation = ""
    resource = ""
    targetResource = ""
    region = ""
    encryptionContext.empty()
    targetEncryptionContext.empty()
    grantTokens.empty()
    grantID = ""
    grant = nil
    context.empty()
    session = nil
    requestID = ""
    contextOverrides.empty()
  }
}

extension Array {
  /// Most arrays of a request are empty from the beginning: those are not touched. One with much room gives it back.
  fileprivate mutating func empty() {
    if capacity > 64 { self = [] } else if !isEmpty { removeAll(keepingCapacity: true) }
  }
}

/// One pair of an encryption context; keys are unique.
public struct EncryptionContextPair: Sendable, Hashable {
  public var key: Text
  public var value: Text
  public init(key: Text, value: Text) {
    self.key = key
    self.value = value
  }
}

/// The values that a condition key has in a request. A key that is not in the request has no entry at all.
public enum ContextValues: Sendable, Hashable {
  case single(Text)
  /// A set; an empty one counts as absent for set operators and Null (E-12).
  case set([Text])
}

public struct ContextEntry: Sendable {
  /// As sent; compared without ASCII case (C-1).
  public var key: Text
  public var values: ContextValues
  public init(key: Text, values: ContextValues) {
    self.key = key
    self.values = values
  }
}

public struct ContextOverride: Sendable {
  public var key: Text
  /// Nil removes the key.
  public var values: ContextValues?
  public init(key: Text, values: ContextValues?) {
    self.key = key
    self.values = values
  }
}

/// CreateGrant's parameters; empty text and arrays mean "not given".
public struct GrantParameters: Sendable {
  public var granteePrincipal: Text = ""
  public var granteeServicePrincipal: Text = ""
  public var retiringPrincipal: Text = ""
  public var retiringServicePrincipal: Text = ""
  public var operations: [Text] = []
  public var encryptionContextEquals: [EncryptionContextPair]?
  public var encryptionContextSubset: [EncryptionContextPair]?
  public var sourceARN: Text = ""
  public init() {}
}

/// What the caller's session brought along.
public struct SessionParameters: Sendable {
  /// JSON texts.
  public var policies: [Text] = []
  public var policyARNs: [Text] = []
  public var tags: [EncryptionContextPair] = []
  public var transitiveTagKeys: [Text] = []
  public var federatedBy: Text = ""
  public init() {}
}
