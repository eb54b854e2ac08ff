// What the caller's session brought along.

/// Parameters of AssumeRole or GetFederationToken that authorization reads.
public struct SessionParameters: Sendable {
  /// Inline session policies, JSON text.
  public var policies: [String] = []
  /// ARNs of managed policies used as session policies.
  public var policyARNs: [String] = []
  /// Session tags.
  public var tags: TextMap<String> = [:]
  /// Keys of session tags that are transitive.
  public var transitiveTagKeys: [String] = []
  /// For a federated user: ARN of the IAM user that called GetFederationToken.
  public var federatedBy = ""

  public init() {}
}
