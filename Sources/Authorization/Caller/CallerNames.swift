// The names by which policies may speak of one caller, each with its fingerprint: at most one of each kind.

import PolicyLanguage

struct CallerNames: BitwiseCopyable {
  private struct Name: BitwiseCopyable {
    var fingerprint: UInt64 = 0
    /// Nil for a name that the caller does not have.
    var text: BorrowedText?
  }
  private var account = Name()
  private var accountRoot = Name()
  private var identity = Name()
  private var session = Name()
  private var uniqueID = Name()
  private var service = Name()

  init() {}

  /// - Parameter fingerprint: of the caller's principal.
  init(of caller: Caller, _ fingerprint: UInt64) {
    if let account = caller.account {
      self.account = Name(fingerprint: account.pointee.fingerprint, text: account.pointee.id)
      accountRoot = Name(fingerprint: account.pointee.rootFingerprint, text: account.pointee.rootARN)
    }
    if let identity = caller.identity {
      self.identity = Name(fingerprint: identity.pointee.fingerprint, text: identity.pointee.arn)
      uniqueID = Name(fingerprint: identity.pointee.uniqueIDFingerprint, text: identity.pointee.uniqueID)
    }
    if caller.isSessionNamed { session = Name(fingerprint: fingerprint, text: caller.principal) }
    if caller.kind == .service { service = Name(fingerprint: fingerprint, text: caller.principal) }
  }

  /// Whether the caller has that name.
  @inline(__always) func contain(_ name: UnsafePointer<PrincipalName>) -> Bool {
    switch name.pointee.kind {
    case .account: Self.isSame(account, name)
    case .accountRoot: Self.isSame(accountRoot, name)
    case .identity: Self.isSame(identity, name)
    case .session: Self.isSame(session, name)
    case .uniqueID: Self.isSame(uniqueID, name)
    case .service: Self.isSame(service, name)
    case .everyone: true
    case .nobody: false
    }
  }

  @inline(__always) private static func isSame(_ own: Name, _ name: UnsafePointer<PrincipalName>) -> Bool {
    own.fingerprint == name.pointee.fingerprint && own.text == name.pointee.text
  }
}
