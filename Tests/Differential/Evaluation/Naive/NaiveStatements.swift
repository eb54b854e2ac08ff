// Section D: whether a statement applies to a request.

/// What statements are asked about: one action on one resource, by one caller.
struct NaiveSubject {
  var caller: NaiveCaller
  /// `kms:Decrypt`
  var action: String
  /// ARN; nil for operations without a resource.
  var resource: String?
  var rules: RuleRecorder

  /// How an Allow names the caller.
  enum Naming {
    case everyone, account, user, role, session
  }

  // MARK: - Whole statements

  /// Principal-less policies: identity, boundary, session, SCP.
  func applies(_ statement: Statement, of policy: Policy, _ conditions: NaiveConditions) -> Bool {
    let variables = hasVariables(policy)
    return actionMatches(statement.action)
      && resourceMatches(statement.resource, in: statement.effect, conditions, variables)
      && conditions.hold(statement.conditions, in: statement.effect, variables: variables)
  }

  func denies(_ policy: Policy, _ conditions: NaiveConditions) -> Bool {
    for statement in policy.statements where statement.effect == .deny {
      if applies(statement, of: policy, conditions) { return true }
    }
    return false
  }

  func allows(_ policy: Policy, _ conditions: NaiveConditions) -> Bool {
    for statement in policy.statements where statement.effect == .allow {
      if applies(statement, of: policy, conditions) { return true }
    }
    return false
  }

  /// Policies with Principal: key policies and other resource policies, endpoint policies, RCPs, trust policies.
  func resourcePolicyDenies(_ policy: Policy, _ conditions: NaiveConditions, isTrust: Bool = false) -> Bool {
    for statement in policy.statements where statement.effect == .deny {
      guard let principal = statement.principal else { continue }
      if principal.isNot {
        if !isSparedBy(principal), appliesBesidePrincipal(statement, policy, conditions, isTrust) { return true }
      } else if !namings(principal, isDeny: true).isEmpty,
        appliesBesidePrincipal(statement, policy, conditions, isTrust)
      {
        return true
      }
    }
    return false
  }

  /// How the policy's Allow statements that apply name the caller; none means that it does not allow.
  func resourcePolicyAllows(_ policy: Policy, _ conditions: NaiveConditions, isTrust: Bool = false) -> [Naming] {
    var result: [Naming] = []
    for statement in policy.statements where statement.effect == .allow {
      guard let principal = statement.principal, !principal.isNot else { continue }
      let namings = namings(principal, isDeny: false)
      if !namings.isEmpty, appliesBesidePrincipal(statement, policy, conditions, isTrust) { result += namings }
    }
    return result
  }

  private func appliesBesidePrincipal(
    _ statement: Statement, _ policy: Policy, _ conditions: NaiveConditions, _ isTrust: Bool
  ) -> Bool {
    // B-32: a statement never matches a principal of another partition than the resource's.
    if caller.kind != .service, let resource, !same(split(resource, ":")[1], caller.partition) {
      rules.hit(.b32)
      return false
    }
    let variables = hasVariables(policy)
    // A trust policy has no Resource: it is the role's that it hangs on.
    return actionMatches(statement.action)
      && (isTrust || resourceMatches(statement.resource, in: statement.effect, conditions, variables))
      && conditions.hold(statement.conditions, in: statement.effect, variables: variables)
  }

  /// D-2, D-51: variables only in 2012-10-17.
  private func hasVariables(_ policy: Policy) -> Bool {
    if policy.version == nil { rules.hit(.d2) }
    return policy.version == "2012-10-17"
  }

  // MARK: - Action (D.4)

  private func actionMatches(_ element: ListElement) -> Bool {
    var matched = false
    for entry in element.entries where actionMatches(entry) { matched = true }
    if element.isNot { rules.hit(.d39) }
    return element.isNot ? !matched : matched
  }

  private func actionMatches(_ pattern: String) -> Bool {
    rules.hit(.d37)
    if pattern == "*" { return true }
    // D-37: both parts ignore case. D-38: wildcards.
    if pattern.contains("*") || pattern.contains("?") { rules.hit(.d38) }
    return Pattern.matches(Pattern.pieces(lower(pattern), variables: false), lower(action))
  }

  // MARK: - Resource (D.5)

  private func resourceMatches(
    _ element: ListElement?, in effect: StatementEffect, _ conditions: NaiveConditions, _ variables: Bool
  ) -> Bool {
    guard let element else {
      // D-13
      rules.hit(.d13)
      return false
    }
    var matched = false
    var isUnresolved = false
    for entry in element.entries {
      switch resourceMatches(entry, conditions, variables) {
      case true?: matched = true
      case false?: break
      case nil: isUnresolved = true
      }
    }
    guard element.isNot else { return matched }
    rules.hit(.d50)
    // D-55: a pattern without value matches no resource; an Allow with such a NotResource does not apply.
    if isUnresolved, effect == .allow { return false }
    return !matched
  }

  /// Nil when a variable of the pattern has no value.
  private func resourceMatches(_ pattern: String, _ conditions: NaiveConditions, _ variables: Bool) -> Bool? {
    // D-41: also no resource at all (B-11).
    if pattern == "*" {
      rules.hit(.d41)
      return true
    }
    if !variables, pattern.contains("${") { rules.hit(.d51) }
    let pieces = Pattern.pieces(pattern, variables: variables)
    var patterns = Pattern.partsOfARN(pieces)
    if patterns.count == 6, conditions.fill(patterns[5]) == nil { return nil }
    guard let resource else {
      rules.hit(.b11)
      return false
    }
    let parts = partsOfARN(resource) ?? []
    if patterns.count < 6 {
      // D-46: a last `:*` after at least the service stands for all that follows.
      guard patterns.count >= 4, patterns[patterns.count - 1].count == 1,
        case .anyRun = patterns[patterns.count - 1][0]
      else { return false }
      rules.hit(.d46)
      while patterns.count < 6 { patterns.append([.anyRun]) }
    }
    // D-42: part by part; no wildcard in the service; no variable before the fifth colon (D-52).
    rules.hit(.d42, .d45)
    if Pattern.hasWildcard(patterns[2]) { return false }
    for place in 0..<5 {
      if Pattern.hasVariable(patterns[place]) { return false }
      if !Pattern.matches(patterns[place], parts[place]) { return false }
    }
    rules.hit(.d43, .d44)
    guard let last = conditions.fill(patterns[5]) else { return nil }
    return Pattern.matches(last, parts[5])
  }

  // MARK: - Principal (D.3)

  /// D-31: any entry suffices.
  private func namings(_ principal: PrincipalElement, isDeny: Bool) -> [Naming] {
    if principal.isBareStar {
      rules.hit(.d19, .a22)
      return [.everyone]
    }
    if principal.entries.count > 1 { rules.hit(.d31) }
    var result: [Naming] = []
    for entry in principal.entries {
      guard let naming = naming(entry) else { continue }
      if naming == .account { rules.hit(isDeny ? .d22 : .d21) }
      result.append(naming)
    }
    return result
  }

  func naming(_ entry: PrincipalElement.Entry) -> Naming? {
    switch entry.kind {
    case "AWS": return naming(entry.value)
    case "Service":
      // D-28: the service's own calls only.
      rules.hit(.d28)
      return caller.kind == .service && same(entry.value, caller.arn) ? .session : nil
    default:
      // D-29
      rules.hit(.d29)
      return nil
    }
  }

  /// An ARN, id or `*`, also as a grant has it.
  func naming(_ value: String) -> Naming? {
    if value == "*" {
      rules.hit(.d19, .a22)
      return .everyone
    }
    if caller.kind == .service { return nil }
    // D-30: a wildcard inside matches nobody; all that follows compares as text.
    if value.contains("*") || value.contains("?") {
      rules.hit(.d30)
      return nil
    }
    // D-20
    if isAccountID(value) {
      rules.hit(.d20)
      return same(value, caller.account) ? .account : nil
    }
    if same(value, "arn:\(caller.partition):iam::\(caller.account):root") {
      rules.hit(.d20, .a13)
      return .account
    }
    switch caller.kind {
    case .root, .service:
      return nil
    case .user:
      if same(value, caller.arn) {
        rules.hit(.d23)
        return .user
      }
      if let id = caller.identity?.uniqueID, same(value, id) {
        rules.hit(.d27)
        return .user
      }
    case .role:
      if caller.sessionName != nil, same(value, caller.arn) {
        rules.hit(.d25)
        return .session
      }
      if same(value, caller.identityARN) {
        rules.hit(.d24)
        return .role
      }
      if let id = caller.identity?.uniqueID, same(value, id) {
        rules.hit(.d27)
        return .role
      }
    case .federated:
      if same(value, caller.arn) {
        rules.hit(.d26)
        return .session
      }
      // F-14: the user that federated; the session is bounded as a role's is.
      if same(value, caller.identityARN) { return .role }
      if let id = caller.identity?.uniqueID, same(value, id) { return .role }
    }
    return nil
  }

  /// D-34, D-35, D-36: whether a NotPrincipal lists the caller in all its forms.
  private func isSparedBy(_ principal: PrincipalElement) -> Bool {
    rules.hit(.d34)
    // D-36: always denied with a boundary, whatever the list says.
    if caller.boundary != nil {
      rules.hit(.d36)
      return false
    }
    if principal.isBareStar { return true }
    var namings: [Naming] = []
    for entry in principal.entries {
      if let naming = naming(entry) { namings.append(naming) }
    }
    if namings.contains(.everyone) { return true }
    rules.hit(.d35)
    switch caller.kind {
    case .service: return namings.contains(.session)
    case .root: return namings.contains(.account)
    case .user: return namings.contains(.account) && namings.contains(.user)
    case .role: return namings.contains(.account) && namings.contains(.role) && namings.contains(.session)
    // It has no role: its session and its account are all that names it.
    case .federated: return namings.contains(.account) && namings.contains(.session)
    }
  }
}
