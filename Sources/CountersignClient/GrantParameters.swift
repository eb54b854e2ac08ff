// What CreateGrant is called with.

/// Parameters of CreateGrant; empty text and arrays mean "not given".
public struct GrantParameters: Sendable {
  /// Who may use the grant; this or `granteeServicePrincipal`.
  public var granteePrincipal = ""
  public var granteeServicePrincipal = ""
  /// Who may retire the grant; at most one of the two.
  public var retiringPrincipal = ""
  public var retiringServicePrincipal = ""
  /// `Decrypt`, `ReEncryptFrom`, ...
  public var operations: [String] = []
  public var constraints: GrantConstraints?

  public init() {}
}

/// Limits on the use of a grant; at most one of the two context constraints.
public struct GrantConstraints: Sendable {
  /// The request's encryption context must be exactly this.
  public var encryptionContextEquals: TextMap<String>?
  /// The request's encryption context must contain this.
  public var encryptionContextSubset: TextMap<String>?
  /// aws:SourceArn must be this; empty for any.
  public var sourceARN = ""

  public init() {}
}
