// Whether a Principal or NotPrincipal element speaks of the caller (D.3).

import PolicyLanguage

enum PrincipalMatching {
  /// How a statement's Principal or NotPrincipal covers the caller; empty when it does not.
  /// - Parameter partition: the resource's. A statement never speaks of a principal of another one (B-32).
  static func relations(
    of statement: UnsafePointer<IndexedStatement>, to caller: UnsafePointer<Caller>,
    resourcePartition partition: BorrowedText?
  ) -> PrincipalRelation {
    if caller.pointee.kind != .service, let partition, partition != caller.pointee.partition { return [] }
    let relations = relations(of: statement.pointee.principals, to: caller)
    if statement.pointee.principalForm != .negated { return relations }
    // With Allow (endpoint policies only) NotPrincipal is never "everyone but": it speaks of nobody (D-34).
    return statement.pointee.effect == .allow || isExempt(caller, listed: relations) ? [] : .everyone
  }

  private static func relations(of names: Run<PrincipalName>, to caller: UnsafePointer<Caller>) -> PrincipalRelation {
    var relations: PrincipalRelation = []
    for place in 0..<names.count {
      let name = names.pointer(at: place)
      if caller.isNamed(name) { relations.insert(PrincipalRelation(name.pointee.kind)) }
    }
    return relations
  }

  /// Nil when the name is not the caller's.
  static func relation(of name: PrincipalName, to caller: UnsafePointer<Caller>) -> PrincipalRelation? {
    withUnsafePointer(to: name) { caller.isNamed($0) } ? PrincipalRelation(name.kind) : nil
  }

  /// Whether NotPrincipal leaves the caller alone: only when every form in which the caller can be named is listed, so
  /// that a Deny fails closed (D-35). A role of which only "some session" is known cannot have its session listed.
  // UNDOCUMENTED: D-35 (section I, 6)
  private static func isExempt(_ caller: UnsafePointer<Caller>, listed: PrincipalRelation) -> Bool {
    // A Deny always reaches a principal with a permissions boundary (D-36).
    if caller.pointee.boundary != nil { return false }
    if listed.contains(.everyone) { return true }
    return switch caller.pointee.kind {
    case .user: listed.isSuperset(of: [.identity, .account])
    case .role: listed.isSuperset(of: [.session, .identity, .account])
    case .federatedUser: listed.isSuperset(of: [.session, .account])
    case .root: listed.contains(.account)
    case .service: listed.contains(.service)
    }
  }
}

extension PrincipalRelation {
  fileprivate init(_ kind: PrincipalName.Kind) {
    self =
      switch kind {
      case .everyone: .everyone
      case .account, .accountRoot: .account
      case .identity, .uniqueID: .identity
      case .session: .session
      case .service: .service
      case .nobody: []
      }
  }
}
