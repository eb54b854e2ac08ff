// Permissions boundary: allows nothing itself; what identity policies allow counts only within it (F-30).

enum PermissionsBoundaryRule {
  /// Nil where there is no boundary: nothing is limited then.
  static func finding(_ question: Question) -> PolicyFinding? {
    question.caller.pointee.boundary.map { PolicyFinding($0, question, kind: .identityPolicy) }
  }
}
