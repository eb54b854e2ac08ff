// The caller: who asks, in the form that policies name principals by.

import PolicyDirectory
import PolicyLanguage

struct Caller: Sendable {
  enum Kind: Sendable {
    case user
    /// A session of a role; which one may be unknown.
    case role
    case federatedUser
    /// The root user of an account.
    case root
    case service
  }

  var kind: Kind
  /// As the request names it.
  var principal: Text
  /// Empty for a service.
  var accountID: Text = ""
  /// Empty for a service, which belongs to none.
  var partition: Text = ""
  /// Nil when the directory has no such account.
  var account: IndexedAccount?
  /// The user or role; for a federated user the IAM user that called GetFederationToken; nil for a root user and a service.
  var identity: IndexedIdentity?
  /// `assumed-role/Name/session` or `federated-user/Name`; nil when the request names a role, that is some session of it.
  var sessionARN: ARN?
  /// Nil for federated users, whose session is named by their ARN.
  var sessionName: Text?
  var session = CallerSession()
  /// False when the directory does not know the principal: nothing of it can be judged then.
  var isKnown = false

  /// A boundary does not apply to root users and service-linked roles (F-30).
  var boundary: StatementList? { identity?.boundary }

  /// Its account's SCPs and the owner's RCPs do not concern it (F-33, F-34).
  var isServiceLinkedRole: Bool { kind == .role && identity?.isServiceLinked == true }

  /// What an owner's record shows of a caller (contract, section 3).
  var uniqueID: Text? {
    switch kind {
    case .user, .role: identity?.uniqueID
    case .federatedUser, .root, .service: nil
    }
  }

  // UNDOCUMENTED: G-8, what an owner's record shows of a foreign principal (section I, 4)
  /// The unique id, else the ARN without the name of the session.
  var reducedPrincipal: Text {
    if let uniqueID { return uniqueID }
    guard kind == .role, let sessionName else { return principal }
    return Text(utf8: principal.utf8.dropLast(sessionName.count + 1))
  }
}

/// What a session brought along.
struct CallerSession: Sendable {
  /// They win over the identity's tags of the same key.
  var tags: [Tag] = []
  /// Session policies unite among themselves (F-31); nil when none was passed.
  var policies: StatementList?
}
