// The resource's own policy: a key policy, another service's resource policy, or a role's trust policy.
//
// It is the owner's word. How it names the caller settles what it leaves to the caller's own policies (CallerNeed).

import PolicyLanguage

/// What allows on the owner's side.
struct OwnerPermission: BitwiseCopyable, Sendable {
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
    list.firstDeny(of: question.leg.pointee.action) {
      !relations($0, question).isEmpty && question.isAsked(of: $0, in: kind)
    }
  }

  static func permission(
    _ list: StatementList, _ question: Question, kind: PolicyKind, isCrossAccount: Bool
  ) -> OwnerPermission {
    var permission = OwnerPermission()
    // The first that leaves least to the caller's side: one that leaves nothing ends the search.
    list.search(forAllowOf: question.leg.pointee.action) { statement, file in
      let relations = relations(statement, question)
      guard !relations.isEmpty,
        case let need = CallerNeed(relations, of: question.caller.pointee.kind, isCrossAccount: isCrossAccount),
        permission.need.map({ need < $0 }) ?? true, question.isAsked(of: statement, in: kind)
      else { return false }
      permission.need = need
      permission.source = StatementReference(statement, of: file)
      return need == .nothing
    }
    return permission
  }

  static func relations(_ statement: UnsafePointer<IndexedStatement>, _ question: Question) -> PrincipalRelation {
    PrincipalMatching.relations(
      of: statement, to: question.caller, resourcePartition: question.leg.pointee.resource?.partition)
  }
}
