// One question: may this caller take this action on this resource? And whether a statement speaks of it.

import PolicyLanguage

/// An IAM action, in the two forms that are needed: as written and as compared.
struct ActionName: BitwiseCopyable {
  /// `kms:Decrypt`
  let text: BorrowedText
  /// Lower case (D-37).
  let service: BorrowedText
  let name: BorrowedText
  /// Place in the table of KMS; nil for actions of other services.
  let operation: Int?

  init(service: BorrowedText, operation: BorrowedText, number: Int? = nil, in arena: Arena) {
    text = arena.join(service, ":", operation)
    self.service = arena.lowercased(service)
    name = arena.lowercased(operation)
    self.operation = number
  }
}

struct Question: BitwiseCopyable {
  let action: ActionName
  /// Nil for operations without a resource, which only `*` matches (D-41).
  let resource: ARNName?
  let resourceFingerprint: UInt64
  let caller: UnsafePointer<Caller>
  let context: UnsafePointer<RequestContext>

  /// Whether a statement of a policy of this kind speaks of the action on the resource under the conditions of the
  /// request. Its Principal element is PrincipalMatching's part.
  func isAsked(of statement: UnsafePointer<IndexedStatement>, in kind: PolicyKind) -> Bool {
    statement.pointee.action.covers(action)
      && matches(statement.pointee.resource, effect: statement.pointee.effect, in: kind)
      && ConditionEvaluation(context: context, kind: kind, effect: statement.pointee.effect)
        .hold(statement.pointee.conditions)
  }

  func matches(_ element: IndexedResource?, effect: Effect, in kind: PolicyKind) -> Bool {
    // A trust policy hangs on its role and names no resource, nor need other services' policies (ECR's do not); elsewhere
    // a statement without one has no effect (D-13).
    guard let element else { return kind == .trustPolicy || kind == .resourcePolicy }
    var isUnresolved = false
    let listed = element.patterns.first { pattern in
      switch pattern.pointee {
      case .any: return true
      case .name(let name, let fingerprint): return fingerprint == resourceFingerprint && isNamed(name)
      case .pattern(let pattern):
        switch matches(pattern, in: kind) {
        case .match: return true
        case .noMatch: return false
        case .unresolved:
          isUnresolved = true
          return false
        }
      case .unmatchable: return false
      }
    }
    guard element.isNegated else { return listed != nil }
    if listed != nil { return false }
    // UNDOCUMENTED: D-55, an unresolved variable in NotResource (section I, 8)
    return !isUnresolved || effect == .deny
  }

  private func isNamed(_ name: BorrowedText) -> Bool {
    guard let resource, resource.isRegular else { return false }
    return resource.text == name
  }

  private func matches(_ pattern: UnsafePointer<IndexedARNPattern>, in kind: PolicyKind) -> PatternMatch {
    let arena = context.pointee.arena
    let mark = arena.mark
    defer { arena.release(to: mark) }
    let variables = VariableResolution(context: context, kind: kind)
    guard let resource else {
      // No ARN matches an operation without a resource (B-11), but a variable is unresolved there too (D-55).
      return pattern.pointee.isResolved(by: variables) ? .noMatch : .unresolved
    }
    return pattern.pointee.matches(resource, resolving: variables)
  }
}
