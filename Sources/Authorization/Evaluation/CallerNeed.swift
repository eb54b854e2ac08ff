// What the caller's own policies must add to an allow on the owner's side: the table of F.7.

/// Ordered: each need contains the ones before it, so the least of several permissions' needs decides.
enum CallerNeed: Int, Comparable {
  /// Explicit denies and ceilings aside, nothing more.
  case nothing
  /// Permissions boundary and session policies must allow.
  case limits
  /// An identity policy must allow, within boundary and session policies.
  case everything

  static func < (left: CallerNeed, right: CallerNeed) -> Bool { left.rawValue < right.rawValue }
}

/// How entries of a Principal element, or a grantee, cover a caller.
struct PrincipalRelation: OptionSet {
  let rawValue: UInt8
  /// `*`
  static let everyone = PrincipalRelation(rawValue: 1)
  /// The caller's account.
  static let account = PrincipalRelation(rawValue: 2)
  /// The user, or the role of the session, or for a federated user the IAM user.
  static let identity = PrincipalRelation(rawValue: 4)
  /// The very session or federated user.
  static let session = PrincipalRelation(rawValue: 8)
  /// The service.
  static let service = PrincipalRelation(rawValue: 16)
}

extension CallerNeed {
  /// What a key policy or resource policy that covers the caller in these ways leaves to the caller's side, by the one
  /// that leaves least (F-10 to F-17, F-21 to F-24).
  init(_ relations: PrincipalRelation, of caller: Caller.Kind, isCrossAccount: Bool) {
    switch caller {
    case .service:
      self = .nothing
    case .root:
      // UNDOCUMENTED: F-24, the root user of another account (section I, 5)
      self = .nothing
    case .user, .role, .federatedUser:
      if isCrossAccount {
        self = .everything
      } else if !relations.isDisjoint(with: [.everyone, .session, .service]) {
        // UNDOCUMENTED: F-15, `*` with boundary and session policies (section I, 12)
        self = .nothing
      } else if relations.contains(.identity) {
        // A named user is free of its boundary (F-11), a role's sessions and a federated user are not (F-12, F-14).
        self = caller == .user ? .nothing : .limits
      } else {
        self = .everything
      }
    }
  }
}
