// One question, as sidecars put it.

/// May this principal do this with that resource? The fields are those of `countersign.v1.CheckRequest`.
public struct CheckRequest: Sendable {
  /// ARN of the user, assumed-role session, role (some session of it), federated user or account root that asks; or a
  /// service principal such as `s3.amazonaws.com`. Never empty: there is no anonymous caller.
  public var principal: String
  /// `service:Operation` as CloudTrail names it: `kms:Decrypt`.
  public var operation: String
  /// Key ID, key ARN, alias name or alias ARN; for other services the ARN; empty for operations without a resource.
  public var resource: String
  /// ReEncrypt: the destination key. CreateAlias, UpdateAlias: the key, `resource` being the alias.
  public var targetResource = ""
  /// Needed for bare ids and names, else taken from the ARN, which it must not contradict.
  public var region: String
  /// For ReEncrypt, that of the source.
  public var encryptionContext: TextMap<String> = [:]
  /// ReEncrypt: that of the destination.
  public var targetEncryptionContext: TextMap<String> = [:]
  /// At most 10: recorded, otherwise ignored.
  public var grantTokens: [String] = []
  /// RetireGrant, RevokeGrant: the grant on the key in `resource`.
  public var grantID = ""
  /// CreateGrant's parameters; ListRetirableGrants reads the retiring principal.
  public var grant: GrantParameters?
  /// Condition keys that you attest: `aws:SourceIp`, `kms:ViaService`. Keys that the daemon derives are refused. A key
  /// that is not given is absent; one that is given without values is present and empty.
  public var context: TextMap<[String]> = [:]
  /// What the caller's session brought along.
  public var session: SessionParameters?
  /// Comes back in the answer and stands in the record.
  public var requestID = ""

  public init(principal: String, operation: String, resource: String = "", region: String = "") {
    self.principal = principal
    self.operation = operation
    self.resource = resource
    self.region = region
  }
}
