// The resource's own policy: a key policy, another service's resource policy, or a role's trust policy.
//
// It is the owner's word. How it names the caller settles what it leaves to the caller's own policies (CallerNeed).

import PolicyLanguage

/// What allows on the owner's side.
struct OwnerPermission: BitwiseCopyable {
  /// What it leaves to the caller's side; nil when nothing allows.
  var need: CallerNeed?
  var source: StatementReference?
  /// Why something that came close did not allow; it wins over the general reason.
  var refusal: Reason?
  /// For permissions by grant: the aws:SourceArn constraints of all grants that allow, empty for a grant without one.
  var grantSources = Run<BorrowedText>()

  /// The one that leaves less to the caller.
  func orElse(_ other: OwnerPermission) -> OwnerPermission {
    var best = self
    if let need = other.need, best.need.map({ need < $0 }) ?? true {
      best = other
    }
    best.refusal = refusal ?? other.refusal
    return best
  }
}

enum ResourcePolicyRule {
  static func deny(_ list: StatementList, _ question: Question, kind: PolicyKind) -> StatementReference? {
    list.firstDeny { statement in
      statement.pointee.action.covers(question.action) && !relations(statement, question).isEmpty
        && question.isAsked(of: statement, in: kind)
    }
  }

  static func permission(
    _ list: StatementList, _ question: Question, kind: PolicyKind, isCrossAccount: Bool
  ) -> OwnerPermission {
    var permission = OwnerPermission()
    for place in 0..<list.policies.count where permission.need != .nothing {
      let policy = list.policies.pointer(at: place)
      for place in 0..<policy.pointee.allows.count where permission.need != .nothing {
        let statement = policy.pointee.allows.pointer(at: place)
        guard statement.pointee.action.covers(question.action),
          let need = need(statement, question, isCrossAccount: isCrossAccount),
          permission.need.map({ need < $0 }) ?? true, question.isAsked(of: statement, in: kind)
        else { continue }
        permission.need = need
        permission.source = StatementReference(statement, of: policy.pointee.file)
      }
    }
    return permission
  }

  /// What a statement that allows leaves to the caller's side; nil when it does not speak of the caller.
  private static func need(
    _ statement: UnsafePointer<IndexedStatement>, _ question: Question, isCrossAccount: Bool
  ) -> CallerNeed? {
    let relations = relations(statement, question)
    if relations.isEmpty { return nil }
    return CallerNeed(relations, of: question.caller.pointee, isCrossAccount: isCrossAccount)
  }

  static func relations(_ statement: UnsafePointer<IndexedStatement>, _ question: Question) -> PrincipalRelation {
    guard let principal = statement.pointee.principal else { return [] }
    return PrincipalMatching.relations(
      of: principal, to: question.caller.pointee, effect: statement.pointee.effect,
      resourcePartition: question.resource?.partition)
  }
}
