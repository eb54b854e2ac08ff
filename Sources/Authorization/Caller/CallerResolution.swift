// From the principal of a request to the caller.
//
// A text that can be no principal at all is the asker's mistake (INVALID_ARGUMENT); one that could be, but is not in the
// directory, is a caller that nothing is known of (UNKNOWN_PRINCIPAL), and the request is still a decision.
//
// The ARN of a user, a role or a role's session that the directory knows is found whole and not taken apart.

import PolicyLanguage

struct CallerResolution {
  let tables: IndexTables
  let request: RequestView
  let workspace: DecisionWorkspace

  private var principal: BorrowedText { request.principal }

  func resolve(_ session: SessionParameters?) throws(RequestError) -> UnsafePointer<Caller> {
    let fingerprint = principal.fingerprint
    var caller = if let known = known(fingerprint) { known } else { try taken(apart: principal, session) }
    switch caller.kind {
    case .service: try refuse(session, of: "a service")
    case .root: try refuse(session, of: "a root user")
    case .user: try refuse(session, of: "a user")
    case .role, .federatedUser: try add(session, to: &caller)
    }
    caller.names = CallerNames(of: caller, fingerprint)
    return workspace.arena.store(caller)
  }

  /// A user, a role or a session of one that is named by its whole ARN.
  private func known(_ fingerprint: UInt64) -> Caller? {
    var caller: Caller
    if let identity = tables.identities.identity(principal, fingerprint) {
      caller = Caller(kind: identity.pointee.kind == .user ? .user : .role, principal: principal)
      caller.identity = identity
    } else {
      guard let slash = principal.lastIndex(of: UInt8(ascii: "/")), slash + 1 < principal.count,
        let role = tables.identities.role(ofSessions: principal.prefix(slash))
      else { return nil }
      caller = Caller(kind: .role, principal: principal)
      caller.identity = role
      caller.isSessionNamed = true
      caller.sessionName = principal.dropFirst(slash + 1)
    }
    caller.account = caller.identity?.pointee.account
    caller.accountID = caller.account?.pointee.id ?? ""
    caller.partition = caller.account?.pointee.partition ?? ""
    caller.isKnown = true
    return caller
  }

  /// Root users, federated users and services; and what is in no table, or is no principal.
  private func taken(
    apart principal: BorrowedText, _ session: SessionParameters?
  ) throws(RequestError) -> Caller {
    guard !principal.isEmpty else {
      throw RequestError(
        .invalidArgument, "`principal` is empty; expected an ARN or a service such as `s3.amazonaws.com`")
    }
    guard principal.hasPrefix("arn:") else {
      guard Self.isService(principal) else { throw malformed }
      var caller = Caller(kind: .service, principal: principal)
      caller.isKnown = true
      return caller
    }
    guard let arn = ARNName(principal), arn.region.isEmpty, Self.isAccountID(arn.account) else { throw malformed }
    var caller = Caller(kind: .root, principal: principal)
    caller.accountID = arn.account
    caller.partition = arn.partition
    if let account = tables.account(arn.account), account.pointee.partition == arn.partition {
      caller.account = account
    }

    switch (arn.service, Resource(arn.resource)) {
    case ("iam", .root):
      caller.isKnown = caller.account != nil
    case ("iam", .named("user", _)):
      caller.kind = .user
    case ("iam", .named("role", _)):
      caller.kind = .role
    case ("sts", .named("assumed-role", let names)):
      guard let slash = names.firstIndex(of: UInt8(ascii: "/")), slash > 0, slash + 1 < names.count,
        case let name = names.dropFirst(slash + 1), name.firstIndex(of: UInt8(ascii: "/")) == nil
      else { throw malformed }
      caller.kind = .role
      caller.isSessionNamed = true
      caller.sessionName = name
    case ("sts", .named("federated-user", let name)):
      guard name.firstIndex(of: UInt8(ascii: "/")) == nil else { throw malformed }
      caller.kind = .federatedUser
      caller.isSessionNamed = true
      caller.identity = try federatingUser(of: caller, session)
      caller.isKnown = caller.identity != nil
    default:
      throw malformed
    }
    return caller
  }

  /// The resource part of a principal's ARN.
  private enum Resource {
    case root
    /// What stands before the first slash, and all that follows it.
    case named(BorrowedText, BorrowedText)
    case other

    init(_ text: BorrowedText) {
      if text == "root" {
        self = .root
        return
      }
      guard let slash = text.firstIndex(of: UInt8(ascii: "/")), slash + 1 < text.count,
        text[text.count - 1] != UInt8(ascii: "/")
      else {
        self = .other
        return
      }
      self = .named(text.prefix(slash), text.dropFirst(slash + 1))
    }
  }

  private func federatingUser(
    of caller: Caller, _ session: SessionParameters?
  ) throws(RequestError) -> UnsafePointer<IndexedIdentity>? {
    guard let text = session?.federatedBy, !text.isEmpty else {
      throw RequestError(
        .invalidArgument,
        "`session.federatedBy` is empty; a federated user needs the ARN of the IAM user that called GetFederationToken")
    }
    let name = BorrowedText(text)
    guard let arn = ARNName(name), arn.service == "iam", arn.region.isEmpty,
      case .named("user", _) = Resource(arn.resource),
      arn.account == caller.accountID, arn.partition == caller.partition
    else {
      throw RequestError(
        .invalidArgument, "`session.federatedBy` is `\(text)`; expected an IAM user of the federated user's own account"
      )
    }
    return tables.identities.identity(name, name.fingerprint)
  }

  private func refuse(_ session: SessionParameters?, of kind: String) throws(RequestError) {
    if session != nil {
      throw RequestError(.invalidArgument, "`session` is given with \(kind) as principal, which has none")
    }
  }

  private func add(_ session: SessionParameters?, to caller: inout Caller) throws(RequestError) {
    guard let session else { return }
    if caller.kind != .federatedUser, !session.federatedBy.isEmpty {
      throw RequestError(.invalidArgument, "`session.federatedBy` is given, but the principal is no federated user")
    }
    caller.session = try SessionReading(tables: tables, account: caller.accountID, workspace: workspace).read(session)
  }

  private var malformed: RequestError {
    RequestError(
      .invalidArgument,
      "`principal` is `\(principal)`; expected the ARN of a user, role, assumed-role session, federated user or account root, or a service such as `s3.amazonaws.com`"
    )
  }

  static func isAccountID(_ text: BorrowedText) -> Bool {
    text.count == 12 && text.bytes.allSatisfy { $0 &- 0x30 < 10 }
  }

  /// `name.amazonaws.com` and the endings of other partitions.
  static func isService(_ text: BorrowedText) -> Bool {
    func ends(with ending: BorrowedText) -> Bool { text.count > ending.count && text.hasSuffix(ending) }
    guard ends(with: ".amazonaws.com") || ends(with: ".amazonaws.com.cn") || ends(with: ".aws.internal") else {
      return false
    }
    return text.bytes.allSatisfy { byte in
      byte &- 0x30 < 10 || byte | 0x20 &- 0x61 < 26 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
  }
}
