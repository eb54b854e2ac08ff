// The caller: who asks, in the form that policies name principals by.

import PolicyLanguage

struct Caller: BitwiseCopyable {
  enum Kind: BitwiseCopyable {
    case user
    /// A session of a role; which one may be unknown.
    case role
    case federatedUser
    /// The root user of an account.
    case root
    case service
  }

  var kind: Kind
  /// False when the directory does not know the principal: nothing of it can be judged then.
  var isKnown = false
  /// As the request names it.
  var principal: BorrowedText
  /// Empty for a service.
  var accountID: BorrowedText = ""
  /// Empty for a service, which belongs to none.
  var partition: BorrowedText = ""
  /// Nil when the directory has no such account.
  var account: UnsafePointer<IndexedAccount>?
  /// The user or role; for a federated user the IAM user that called GetFederationToken; nil for a root user and a service.
  var identity: UnsafePointer<IndexedIdentity>?
  /// Whether `principal` is the ARN of a session or federated user; not so when the request names a role, that is some
  /// session of it.
  var isSessionNamed = false
  /// Nil for federated users, whose session is named by their ARN.
  var sessionName: BorrowedText?
  var session = CallerSession()

  init(kind: Kind, principal: BorrowedText) {
    self.kind = kind
    self.principal = principal
  }

  /// A boundary does not apply to root users and service-linked roles (F-30).
  var boundary: StatementList? { identity?.pointee.boundary }

  /// Its account's SCPs and the owner's RCPs do not concern it (F-33, F-34).
  var isServiceLinkedRole: Bool { kind == .role && identity?.pointee.isServiceLinked == true }

  /// What an owner's record shows of a caller (contract, section 3).
  var uniqueID: BorrowedText? {
    switch kind {
    case .user, .role: identity?.pointee.uniqueID
    case .federatedUser, .root, .service: nil
    }
  }

  // UNDOCUMENTED: G-8, what an owner's record shows of a foreign principal (section I, 4)
  /// The unique id, else the ARN without the name of the session.
  var reducedPrincipal: BorrowedText {
    if let uniqueID { return uniqueID }
    guard kind == .role, let sessionName else { return principal }
    return principal.prefix(principal.count - sessionName.count - 1)
  }
}

/// What a session brought along.
struct CallerSession: BitwiseCopyable {
  /// They win over the identity's tags of the same key.
  var tags = Run<IndexedTag>()
  /// Session policies unite among themselves (F-31); nil when none was passed.
  var policies: StatementList?
}
