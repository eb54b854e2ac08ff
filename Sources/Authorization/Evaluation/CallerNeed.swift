// What the caller's own policies must add to an allow on the owner's side: the table of F.7.

/// Ordered: each need contains the ones before it, so the least of several permissions' needs decides.
enum CallerNeed: Int, Sendable, Comparable {
  /// Explicit denies and ceilings aside, nothing more.
  case nothing
  /// Permissions boundary and session policies must allow.
  case limits
  /// An identity policy must allow, within boundary and session policies.
  case everything

  static func < (left: CallerNeed, right: CallerNeed) -> Bool { left.rawValue < right.rawValue }
}

/// How an entry of a Principal element, or a grantee, covers a caller.
enum PrincipalRelation: Sendable {
  /// `*`
  case everyone
  /// The caller's account.
  case account
  /// The user, or the role of the session, or for a federated user the IAM user.
  case identity
  /// The very session or federated user.
  case session
  /// The service.
  case service
}

extension CallerNeed {
  /// What a key policy or resource policy that covers the caller so leaves to the caller's side (F-10 to F-17, F-21 to
  /// F-24).
  init(_ relation: PrincipalRelation, of caller: Caller, isCrossAccount: Bool) {
    switch caller.kind {
    case .service:
      self = .nothing
    case .root:
      // UNDOCUMENTED: F-24, the root user of another account (section I, 5)
      self = .nothing
    case .user, .role, .federatedUser:
      if isCrossAccount {
        self = .everything
        return
      }
      switch relation {
      case .account:
        self = .everything
      case .identity:
        // A named user is free of its boundary (F-11), a role's sessions and a federated user are not (F-12, F-14).
        self = caller.kind == .user ? .nothing : .limits
      case .everyone, .session, .service:
        // UNDOCUMENTED: F-15, `*` with boundary and session policies (section I, 12)
        self = .nothing
      }
    }
  }
}
