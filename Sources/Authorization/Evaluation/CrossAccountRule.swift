// Which requests cross an account border, and which operations may (A-4 to A-6, B-1 to B-5).

import PolicyLanguage

enum CrossAccountRule {
  /// A service is in no account, so it never crosses a border.
  static func isCrossAccount(_ caller: Caller, owner: BorrowedText?) -> Bool {
    guard caller.kind != .service, let owner else { return false }
    return owner != caller.accountID
  }
}
