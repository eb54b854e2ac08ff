// Who asks: the principal of a request, found in the world.

struct NaiveCaller {
  enum Kind {
    case root, user, role, federated, service
  }
  var kind: Kind
  /// Empty for a service.
  var account = ""
  var partition = ""
  /// As the request has it.
  var arn: String
  /// A user, role or federating user that the world does not have: UNKNOWN_PRINCIPAL.
  var isKnown = true
  /// The user, the role, or the user that federated.
  var identity: Identity?
  /// Of the user or role, with its path.
  var identityARN = ""
  /// Nil for a role's ARN: some session of it.
  var sessionName: String?
  /// Nil when none were passed.
  var sessionPolicies: [Policy]?
  var sessionTags: [Pair] = []

  /// F-33, F-39: known by its path.
  var isServiceLinkedRole: Bool { kind == .role && starts(identity?.path ?? "", "/aws-service-role/") }

  /// F-30: not for root users, service-linked roles and services.
  var boundary: String? {
    switch kind {
    case .root, .service: return nil
    case .user, .role, .federated: return isServiceLinkedRole ? nil : identity?.boundary
    }
  }
}

/// A request that cannot be judged: INVALID_ARGUMENT.
struct NaiveRefusal: Error {
  var why: String
  init(_ why: String) { self.why = why }
}

extension NaiveEvaluator {
  func findCaller() throws -> NaiveCaller {
    let text = question.principal
    // C-13: there is no anonymous caller.
    rules.hit(.c13)
    if text.isEmpty { throw NaiveRefusal("principal") }
    if !starts(text, "arn:") {
      guard ends(text, ".amazonaws.com") else { throw NaiveRefusal("principal") }
      if question.session != nil { throw NaiveRefusal("session of a service") }
      return NaiveCaller(kind: .service, arn: text)
    }
    guard let parts = partsOfARN(text), parts[3].isEmpty, isAccountID(parts[4]) else { throw NaiveRefusal("principal") }
    var caller = NaiveCaller(kind: .root, account: parts[4], partition: parts[1], arn: text)
    let account = account(parts[4])
    let words = split(parts[5], "/")
    if words.contains("") { throw NaiveRefusal("principal") }
    switch (parts[2], words[0], words.count) {
    case ("iam", "root", 1):
      break
    case ("iam", "user", 2...):
      caller.kind = .user
      caller.identity = identity(words, among: account?.users ?? [])
      caller.identityARN = text
    case ("iam", "role", 2...):
      caller.kind = .role
      caller.identity = identity(words, among: account?.roles ?? [])
      caller.identityARN = text
    case ("sts", "assumed-role", 3):
      caller.kind = .role
      caller.sessionName = words[2]
      for role in account?.roles ?? [] where same(role.name, words[1]) {
        caller.identity = role
        caller.identityARN = "arn:\(parts[1]):iam::\(parts[4]):role\(role.path)\(role.name)"
      }
    case ("sts", "federated-user", 2):
      caller.kind = .federated
      caller.sessionName = words[1]
      let user = question.session?.federatedBy ?? ""
      guard let userParts = partsOfARN(user), userParts[2] == "iam", starts(userParts[5], "user/"),
        same(userParts[4], parts[4])
      else { throw NaiveRefusal("federatedBy") }
      caller.identity =
        same(userParts[1], parts[1]) ? identity(split(userParts[5], "/"), among: account?.users ?? []) : nil
      caller.identityARN = user
    default:
      throw NaiveRefusal("principal")
    }
    if let session = question.session {
      if caller.kind == .root || caller.kind == .user { throw NaiveRefusal("session of a user or root") }
      if !session.federatedBy.isEmpty, caller.kind != .federated { throw NaiveRefusal("federatedBy of a role") }
      if session.brokenPolicy != nil { throw NaiveRefusal("session policy") }
      caller.sessionTags = session.tags
      var policies = session.policies
      for arn in session.policyARNs {
        guard let policy = managedPolicy(arn, of: caller.account) else { throw NaiveRefusal("session policy ARN") }
        policies.append(policy)
      }
      if !session.policies.isEmpty || !session.policyARNs.isEmpty { caller.sessionPolicies = policies }
    }
    // An account exists when its folder does.
    let exists = account != nil
    let needsIdentity = caller.kind != .root
    caller.isKnown =
      exists && same(parts[1], account?.partition ?? "aws") && (!needsIdentity || caller.identity != nil)
    return caller
  }

  /// `user/path/Name`: name and path must both be right (D-23).
  private func identity(_ words: [String], among identities: [Identity]) -> Identity? {
    let name = words[words.count - 1]
    var path = "/"
    for word in words[1..<(words.count - 1)] { path += word + "/" }
    for identity in identities where same(identity.name, name) && same(identity.path, path) { return identity }
    return nil
  }

  func account(_ id: String) -> Account? {
    for account in world.accounts where same(account.id, id) { return account }
    return nil
  }

  /// Customer managed policies of the account itself, and AWS's.
  func managedPolicy(_ arn: String, of account: String) -> Policy? {
    guard let parts = partsOfARN(arn), parts[2] == "iam", starts(parts[5], "policy/") else { return nil }
    let name = String(parts[5].dropFirst("policy/".count))
    guard same(parts[1], self.account(account)?.partition ?? "aws") else { return nil }
    if parts[4] == "aws" {
      for policy in world.awsManagedPolicies where same(policy.name, name) { return policy.policy }
    }
    guard same(parts[4], account) else { return nil }
    for policy in self.account(account)?.policies ?? [] where same(policy.name, name) { return policy.policy }
    return nil
  }

  // MARK: - Organization

  func isInOrganization(_ account: String) -> Bool { attachments(of: account) != nil }

  /// From the root to the account itself; nil outside.
  func attachments(of account: String) -> [Attachments]? {
    guard let root = world.organization?.root else { return nil }
    return pathTo(account, root)?.levels
  }

  /// `o-ID/r-ID/ou-.../`
  func organizationPath(of account: String) -> String? {
    guard let organization = world.organization, let found = pathTo(account, organization.root) else { return nil }
    return organization.id + "/" + found.ids.joined(separator: "/") + "/"
  }

  private func pathTo(_ account: String, _ unit: Unit) -> (levels: [Attachments], ids: [String])? {
    for member in unit.members where same(member.account, account) {
      return ([unit.attached, member.attached], [unit.id])
    }
    for inner in unit.units {
      if let found = pathTo(account, inner) { return ([unit.attached] + found.levels, [unit.id] + found.ids) }
    }
    return nil
  }
}
