// One question: may this caller take this action on this resource? And whether a statement speaks of it.

import PolicyLanguage

/// An IAM action, in the two forms that are needed: as written and as compared.
struct ActionName: Sendable, Hashable {
  /// `kms:Decrypt`
  let text: Text
  /// Lower case (D-37).
  let service: Text
  let name: Text

  init(service: Text, operation: Text) {
    text = Text(utf8: service.utf8 + [UInt8(ascii: ":")] + operation.utf8)
    self.service = service.lowercased
    name = operation.lowercased
  }
}

struct Question: Sendable {
  let action: ActionName
  /// Nil for operations without a resource, which only `*` matches (D-41).
  let resource: ARN?
  let caller: Caller
  let context: RequestContext

  /// Whether a statement of a policy of this kind speaks of the action on the resource under the conditions of the
  /// request. Its Principal element is PrincipalMatching's part.
  func isAsked(of statement: IndexedStatement, in kind: PolicyKind) -> Bool {
    matches(statement.action)
      && matches(statement.resource, of: statement, in: kind)
      && ConditionEvaluation(context: context, kind: kind, effect: statement.effect).hold(statement.conditions)
  }

  func matches(_ element: ActionElement) -> Bool {
    let isListed = element.patterns.contains { pattern in
      switch pattern {
      case .any: true
      case .named(let service, let name): service == action.service && name.matches(action.name)
      }
    }
    return isListed != element.isNegated
  }

  func matches(_ element: ResourceElement?, of statement: IndexedStatement, in kind: PolicyKind) -> Bool {
    // A trust policy hangs on its role and names no resource, nor need other services' policies (ECR's do not); elsewhere
    // a statement without one has no effect (D-13).
    guard let element else { return kind == .trustPolicy || kind == .resourcePolicy }
    var isListed = false
    var isUnresolved = false
    for pattern in element.patterns where !isListed {
      switch pattern {
      case .any:
        isListed = true
      case .arn(let pattern):
        guard let resource else { continue }
        switch pattern.matches(resource, resolving: { context.value(of: $0, in: kind) }) {
        case .match: isListed = true
        case .noMatch: break
        case .unresolved: isUnresolved = true
        }
      case .unmatchable:
        break
      }
    }
    guard element.isNegated else { return isListed }
    if isListed { return false }
    // UNDOCUMENTED: D-55, an unresolved variable in NotResource (section I, 8)
    return !isUnresolved || statement.effect == .deny
  }
}
