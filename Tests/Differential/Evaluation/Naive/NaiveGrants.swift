// Section F.6: grants.

extension NaiveEvaluator {
  enum Coverage {
    case no
    case constraintFails
    /// F-52: the child grant would be wider.
    case outOfScope
    /// Named how.
    case yes(NaiveSubject.Naming)
  }

  func covers(_ grant: Grant, _ leg: NaiveLeg, _ caller: NaiveCaller, _ subject: NaiveSubject) -> Coverage {
    let name = split(leg.action, ":")[1]
    // F-57, B-15: what no grant can give.
    if !contains(NaiveOperations.grantable, name) {
      rules.hit(.f57, .b15)
      return .no
    }
    if !contains(grant.operations, name) { return .no }
    guard let naming = isParty(grant.grantee, grant.granteeService, caller, subject) else { return .no }
    rules.hit(.f41, .a24)
    if grant.granteeService != nil { rules.hit(.f45) }
    if let grantee = grant.grantee, !starts(grantee, "arn:"), naming != .account { rules.hit(.f48) }
    if naming == .role || naming == .session { rules.hit(.f47) }
    // F-54: also checked for DescribeKey; absent is not satisfied.
    if let source = grant.sourceARN {
      rules.hit(.f54)
      guard case .single(let value)? = given("aws:sourcearn"), same(value, source) else { return .constraintFails }
    }
    switch name {
    case "DescribeKey":
      // F-51
      rules.hit(.f51)
    case "CreateGrant":
      // F-52: the constraint is on the child, not on the request.
      rules.hit(.f52)
      if !isWithin(grant) { return .outOfScope }
    default:
      if grant.equals != nil || grant.subset != nil { rules.hit(.f50) }
      if let equals = grant.equals, !isEqual(leg.encryptionContext, equals) { return .constraintFails }
      if let subset = grant.subset, !containsAll(leg.encryptionContext, subset) { return .constraintFails }
    }
    return .yes(naming)
  }

  /// The grantee or retiring principal of a grant; older grants have services among the principals (F-45).
  func isParty(
    _ principal: String?, _ service: String?, _ caller: NaiveCaller, _ subject: NaiveSubject
  ) -> NaiveSubject.Naming? {
    if caller.kind == .service {
      for name in [principal, service] {
        if let name, same(name, caller.arn) { return .session }
      }
      return nil
    }
    guard let principal else { return nil }
    return subject.naming(principal)
  }

  /// F-42, F-44, F-46: what a grant still needs of the caller.
  func needOfGrant(_ naming: NaiveSubject.Naming, _ caller: NaiveCaller, _ isAcross: Bool) -> Need {
    if caller.kind == .root || caller.kind == .service { return .nothing }
    if naming == .account {
      rules.hit(.f46)
      return .identityAndLimits
    }
    rules.hit(.f42, .f44)
    if isAcross { return .limits }
    return naming == .role ? .limits : .nothing
  }

  /// F-50: keys of pairs ignore case, values do not.
  private func samePair(_ left: Pair, _ right: Pair) -> Bool {
    same(lower(left.key), lower(right.key)) && same(left.value, right.value)
  }

  private func containsAll(_ context: [Pair], _ pairs: [Pair]) -> Bool {
    for pair in pairs where !context.contains(where: { samePair($0, pair) }) { return false }
    return true
  }

  private func isEqual(_ context: [Pair], _ pairs: [Pair]) -> Bool {
    containsAll(context, pairs) && containsAll(pairs, context)
  }

  /// F-52: a subset of the operations, constraints at least as strict.
  private func isWithin(_ parent: Grant) -> Bool {
    guard let child = question.grant else { return false }
    for operation in child.operations where !contains(parent.operations, operation) { return false }
    if let source = parent.sourceARN, !same(child.sourceARN, source) { return false }
    if let equals = parent.equals {
      guard let own = child.equals else { return false }
      return isEqual(own, equals)
    }
    if let subset = parent.subset {
      guard let own = child.equals ?? child.subset else { return false }
      return containsAll(own, subset)
    }
    return true
  }

  /// B-13: who may retire a grant.
  func judgeRetire(
    _ grant: Grant, _ leg: NaiveLeg, _ caller: NaiveCaller, _ subject: NaiveSubject, _ side: CallerSide,
    _ isAcross: Bool, _ outcome: inout Outcome
  ) {
    rules.hit(.b13, .f60)
    var needs: [Need] = []
    if let naming = isParty(grant.retiring, grant.retiringService, caller, subject) {
      needs.append(needOfGrant(naming, caller, isAcross))
    }
    if contains(grant.operations, "RetireGrant"),
      let naming = isParty(grant.grantee, grant.granteeService, caller, subject)
    {
      needs.append(needOfGrant(naming, caller, isAcross))
    }
    // The account that issued it, by its root user.
    if caller.kind == .root, let issuer = grant.issuingAccount, same(issuer, caller.account) { needs.append(.nothing) }
    // To whom the owner's or the retiring account delegated it.
    var accounts = [leg.owner]
    if let issuer = grant.issuingAccount { accounts.append(issuer) }
    if let retiring = grant.retiring, let parts = partsOfARN(retiring) { accounts.append(parts[4]) }
    if caller.kind != .service, contains(accounts, caller.account),
      caller.kind == .root || side.identityAllows
    {
      needs.append(.identityAndLimits)
    }
    // Delegation is by identity policy: without its allow there is none.
    if caller.kind != .root, !side.identityAllows { needs.removeAll { $0 == .identityAndLimits } }
    for need in needs where missing(need, side, caller).isEmpty { return }
    guard let least = needs.min(by: { $0.rawValue < $1.rawValue }) else {
      outcome.reasons.append("RETIRE_NOT_ENTITLED")
      return
    }
    outcome.reasons += missing(least, side, caller)
  }
}
