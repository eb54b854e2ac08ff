// The names by which policies may speak of one caller: at most one of each kind.

import PolicyLanguage

extension UnsafePointer<Caller> {
  /// Whether the name is the caller's.
  func isNamed(_ name: UnsafePointer<PrincipalName>) -> Bool {
    func isSame(_ fingerprint: UInt64, _ text: BorrowedText) -> Bool {
      fingerprint == name.pointee.fingerprint && text == name.pointee.text
    }
    switch name.pointee.kind {
    case .account:
      guard let account = pointee.account else { return false }
      return isSame(account.pointee.fingerprint, account.pointee.id)
    case .accountRoot:
      guard let account = pointee.account else { return false }
      return isSame(account.pointee.rootFingerprint, account.pointee.rootARN)
    case .identity:
      guard let identity = pointee.identity else { return false }
      return isSame(identity.pointee.fingerprint, identity.pointee.arn)
    case .uniqueID:
      guard let identity = pointee.identity, let id = identity.pointee.uniqueID else { return false }
      return isSame(identity.pointee.uniqueIDFingerprint, id)
    case .session: return pointee.isSessionNamed && pointee.principal == name.pointee.text
    case .service: return pointee.kind == .service && pointee.principal == name.pointee.text
    case .everyone: return true
    case .nobody: return false
    }
  }
}
