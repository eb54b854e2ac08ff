// Principal and NotPrincipal (D.3): who a statement of a resource-based policy speaks of.

/// The Principal or NotPrincipal element.
public struct PrincipalElement: Sendable {
  /// True for NotPrincipal: the statement speaks of everyone that no entry covers (D-34).
  public var isNegated: Bool
  public var entries: [PrincipalPattern]
  public init(isNegated: Bool = false, entries: [PrincipalPattern]) {
    self.isNegated = isNegated
    self.entries = entries
  }
}

/// One entry of a Principal element.
public enum PrincipalPattern: Sendable, Hashable {
  /// `"*"` or `{"AWS": "*"}`: everyone, of every account, services too (D-19).
  case everyone
  /// `{"AWS": "444455556666"}` or the account's root ARN (D-20). The partition is nil in the short form.
  case account(Text, partition: Text?)
  /// ARN of a user, role, assumed-role session or federated user, exactly as written (D-23 to D-26).
  case arn(ARN)
  /// A unique id, `AIDA...` or `AROA...` (D-27).
  case uniqueID(Text)
  /// `{"Service": "name.amazonaws.com"}` (D-28).
  case service(Text)
  /// `{"Federated": ...}` or `{"CanonicalUser": ...}`: never a caller of this service (D-29).
  case foreign(Text)
  /// A wildcard inside an ARN or id, or the ARN of something that cannot call: accepted, matches nobody (D-29, D-30).
  case unmatchable(Text)
}
