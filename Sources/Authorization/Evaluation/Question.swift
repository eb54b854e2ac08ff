// One question: may this caller take this action on this resource? And whether a statement speaks of it.

import PolicyLanguage

/// An IAM action, in the two forms that are needed: as written and as compared.
struct ActionName: BitwiseCopyable {
  /// `kms:Decrypt`
  let text: BorrowedText
  /// Lower case (D-37).
  let service: BorrowedText
  let name: BorrowedText
  /// Its place in the table of KMS as the one bit of a set; 0 for actions of other services.
  let bit: UInt64

  init(service: BorrowedText, operation: BorrowedText, number: Int? = nil, in arena: Arena) {
    text = arena.join(service, ":", operation)
    self.service = arena.lowercased(service)
    name = arena.lowercased(operation)
    bit = number.map { 1 << UInt64($0) } ?? 0
  }
}

struct Question: BitwiseCopyable {
  let leg: UnsafePointer<PlannedLeg>
  let caller: UnsafePointer<Caller>
  let context: UnsafePointer<RequestContext>

  var action: ActionName { leg.pointee.action.pointee }

  /// Whether a statement of a policy of this kind, which covers the action, speaks of the resource under the conditions of
  /// the request. Its Principal element is PrincipalMatching's part.
  func isAsked(of statement: UnsafePointer<IndexedStatement>, in kind: PolicyKind) -> Bool {
    isOnResource(of: statement, in: kind)
      && (statement.pointee.conditions.isEmpty
        || ConditionEvaluation(context: context, kind: kind, effect: statement.pointee.effect)
          .hold(statement.pointee.conditions))
  }

  func isOnResource(of statement: UnsafePointer<IndexedStatement>, in kind: PolicyKind) -> Bool {
    // A trust policy hangs on its role and names no resource, nor need other services' policies (ECR's do not); elsewhere
    // a statement without one has no effect (D-13).
    if statement.pointee.resourceForm == .absent { return kind == .trustPolicy || kind == .resourcePolicy }
    var isUnresolved = false
    let listed = statement.pointee.resources.first { entry in
      switch entry.pointee {
      case .any: return true
      case .name(let fingerprint, let name): return fingerprint == leg.pointee.resourceFingerprint && isNamed(name)
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
    if statement.pointee.resourceForm == .plain { return listed != nil }
    if listed != nil { return false }
    // UNDOCUMENTED: D-55, an unresolved variable in NotResource (section I, 8)
    return !isUnresolved || statement.pointee.effect == .deny
  }

  private func isNamed(_ name: BorrowedText) -> Bool {
    guard let resource = leg.pointee.resource, resource.isRegular else { return false }
    return resource.text == name
  }

  private func matches(_ pattern: UnsafePointer<IndexedARNPattern>, in kind: PolicyKind) -> PatternMatch {
    let arena = context.pointee.arena
    let mark = arena.mark
    defer { arena.release(to: mark) }
    let variables = VariableResolution(context: context, kind: kind)
    guard let resource = leg.pointee.resource else {
      // No ARN matches an operation without a resource (B-11), but a variable is unresolved there too (D-55).
      return pattern.pointee.isResolved(by: variables) ? .noMatch : .unresolved
    }
    return pattern.pointee.matches(resource, resolving: variables)
  }
}
