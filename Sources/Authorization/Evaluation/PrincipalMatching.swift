// Whether a Principal or NotPrincipal element speaks of the caller (D.3).

import PolicyLanguage

enum PrincipalMatching {
  /// How the element covers the caller, by the entry that leaves least to the caller's side; nil when it does not.
  /// - Parameter partition: the resource's. A statement never speaks of a principal of another one (B-32).
  static func relations(
    of element: PrincipalElement, to caller: Caller, effect: Effect, resourcePartition partition: Text?
  ) -> [PrincipalRelation] {
    if caller.kind != .service, let partition, partition != caller.partition { return [] }
    guard element.isNegated else { return element.entries.compactMap { relation(of: $0, to: caller) } }
    // With Allow (endpoint policies only) NotPrincipal is never "everyone but": it speaks of nobody (D-34).
    return effect == .allow || isExempt(caller, by: element.entries) ? [] : [.everyone]
  }

  static func relation(of entry: PrincipalPattern, to caller: Caller) -> PrincipalRelation? {
    switch entry {
    case .everyone:
      return .everyone
    case .account(let account, let partition):
      guard caller.kind != .service, account == caller.accountID, partition == nil || partition == caller.partition
      else { return nil }
      return .account
    case .arn(let arn):
      if let session = caller.sessionARN, session == arn { return .session }
      if let identity = caller.identity, identity.arn == arn { return .identity }
      return nil
    case .uniqueID(let id):
      return caller.identity?.uniqueID == id ? .identity : nil
    case .service(let name):
      return caller.kind == .service && name == caller.principal ? .service : nil
    case .foreign, .unmatchable:
      return nil
    }
  }

  /// Whether NotPrincipal leaves the caller alone: only when every form in which the caller can be named is listed, so
  /// that a Deny fails closed (D-35). A role of which only "some session" is known cannot have its session listed.
  // UNDOCUMENTED: D-35 (section I, 6)
  private static func isExempt(_ caller: Caller, by entries: [PrincipalPattern]) -> Bool {
    // A Deny always reaches a principal with a permissions boundary (D-36).
    if caller.boundary != nil { return false }
    func isListed(_ relation: PrincipalRelation) -> Bool {
      entries.contains { entry in
        switch (self.relation(of: entry, to: caller), relation) {
        case (.everyone, _), (.account, .account), (.identity, .identity), (.session, .session), (.service, .service):
          true
        default: false
        }
      }
    }
    switch caller.kind {
    case .user: return isListed(.identity) && isListed(.account)
    case .role: return isListed(.session) && isListed(.identity) && isListed(.account)
    case .federatedUser: return isListed(.session) && isListed(.account)
    case .root: return isListed(.account)
    case .service: return isListed(.service)
    }
  }
}
