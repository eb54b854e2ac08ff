// The resource's own policy: a key policy, another service's resource policy, or a role's trust policy.
//
// It is the owner's word. How it names the caller settles what it leaves to the caller's own policies (CallerNeed).

import PolicyLanguage

/// What allows on the owner's side.
struct OwnerPermission: Sendable {
  /// What it leaves to the caller's side; nil when nothing allows.
  var need: CallerNeed?
  var source: DecidingStatement?
  /// Why something that came close did not allow; it wins over the general reason.
  var refusal: Reason?
  /// For permissions by grant: the aws:SourceArn constraints of all grants that allow, nil for a grant without one.
  var grantSources: Set<Text?> = []

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
  static func deny(_ list: StatementList, _ question: Question, kind: PolicyKind) -> DecidingStatement? {
    list.denies.first {
      !relations($0, question).isEmpty && question.isAsked(of: $0, in: kind)
    }?.source
  }

  static func permission(
    _ list: StatementList, _ question: Question, kind: PolicyKind, isCrossAccount: Bool
  ) -> OwnerPermission {
    var permission = OwnerPermission()
    for statement in list.allows where permission.need != .nothing {
      let needs = relations(statement, question).map {
        CallerNeed($0, of: question.caller, isCrossAccount: isCrossAccount)
      }
      guard let need = needs.min(), permission.need.map({ need < $0 }) ?? true,
        question.isAsked(of: statement, in: kind)
      else { continue }
      permission.need = need
      permission.source = statement.source
    }
    return permission
  }

  static func relations(_ statement: IndexedStatement, _ question: Question) -> [PrincipalRelation] {
    guard let principal = statement.principal else { return [] }
    return PrincipalMatching.relations(
      of: principal, to: question.caller, effect: statement.effect, resourcePartition: question.resource?.partition)
  }
}
