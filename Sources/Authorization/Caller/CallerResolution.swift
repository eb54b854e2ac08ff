// From the principal of a request to the caller.
//
// A text that can be no principal at all is the asker's mistake (INVALID_ARGUMENT); one that could be, but is not in the
// directory, is a caller that nothing is known of (UNKNOWN_PRINCIPAL), and the request is still a decision.
//
// The ARN of a user, a role or a role's session that the directory knows is found whole and not taken apart.

import PolicyLanguage

struct CallerResolution {
  let tables: UnsafePointer<IndexTables>
  let lookup: RequestLookup
  let principal: BorrowedText
  let arena: Arena

  func resolve(_ request: UnsafePointer<AuthorizationRequest>) throws(RequestError) -> UnsafePointer<Caller> {
    let caller = arena.allocate(Caller.self)
    caller.initialize(to: Caller(kind: .role, principal: principal))
    if !find(caller) { try takeApart(caller, request) }
    guard request.pointee.session != nil else { return UnsafePointer(caller) }
    switch caller.pointee.kind {
    case .service: throw withoutSession("a service")
    case .root: throw withoutSession("a root user")
    case .user: throw withoutSession("a user")
    case .role, .federatedUser: try addSession(to: caller, request)
    }
    return UnsafePointer(caller)
  }

  /// Whether it is a user, a role or a session of one that is named by its whole ARN.
  private func find(_ caller: UnsafeMutablePointer<Caller>) -> Bool {
    guard let identity = lookup.identity else { return false }
    if identity.pointee.kind == .user { caller.pointee.kind = .user }
    caller.pointee.sessionName = lookup.principal.sessionName
    caller.pointee.isSessionNamed = caller.pointee.sessionName != nil
    caller.pointee.identity = identity
    caller.pointee.account = identity.pointee.account
    caller.pointee.accountID = identity.pointee.account.pointee.id
    caller.pointee.partition = identity.pointee.account.pointee.partition
    caller.pointee.isKnown = true
    return true
  }

  /// Root users, federated users and services; and what is in no table, or is no principal.
  private func takeApart(
    _ caller: UnsafeMutablePointer<Caller>, _ request: UnsafePointer<AuthorizationRequest>
  ) throws(RequestError) {
    guard !principal.isEmpty else {
      throw RequestError(
        .invalidArgument, "`principal` is empty; expected an ARN or a service such as `s3.amazonaws.com`")
    }
    guard principal.hasPrefix("arn:") else {
      guard Self.isService(principal) else { throw malformed }
      caller.pointee.kind = .service
      caller.pointee.isKnown = true
      return
    }
    guard let arn = ARNName(principal), arn.region.isEmpty, Self.isAccountID(arn.account) else { throw malformed }
    caller.pointee.kind = .root
    caller.pointee.accountID = arn.account
    caller.pointee.partition = arn.partition
    if let account = tables.pointee.account(arn.account), account.pointee.partition == arn.partition {
      caller.pointee.account = account
    }
    switch (arn.service, Resource(arn.resource)) {
    case ("iam", .root):
      caller.pointee.isKnown = caller.pointee.account != nil
    case ("iam", .named("user", _)):
      caller.pointee.kind = .user
    case ("iam", .named("role", _)):
      caller.pointee.kind = .role
    case ("sts", .named("assumed-role", let names)):
      guard let slash = names.firstIndex(of: UInt8(ascii: "/")), slash > 0, slash + 1 < names.count,
        case let name = names.dropFirst(slash + 1), name.firstIndex(of: UInt8(ascii: "/")) == nil
      else { throw malformed }
      caller.pointee.kind = .role
      caller.pointee.isSessionNamed = true
      caller.pointee.sessionName = name
    case ("sts", .named("federated-user", let name)):
      guard name.firstIndex(of: UInt8(ascii: "/")) == nil else { throw malformed }
      caller.pointee.kind = .federatedUser
      caller.pointee.isSessionNamed = true
      caller.pointee.identity = try federatingUser(of: arn, request)
      caller.pointee.isKnown = caller.pointee.identity != nil
    default:
      throw malformed
    }
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
    of user: ARNName, _ request: UnsafePointer<AuthorizationRequest>
  ) throws(RequestError) -> UnsafePointer<IndexedIdentity>? {
    guard let text = request.pointee.session?.federatedBy, !text.isEmpty else {
      throw RequestError(
        .invalidArgument,
        "`session.federatedBy` is empty; a federated user needs the ARN of the IAM user that called GetFederationToken")
    }
    let name = BorrowedText(text)
    guard let arn = ARNName(name), arn.service == "iam", arn.region.isEmpty,
      case .named("user", _) = Resource(arn.resource),
      arn.account == user.account, arn.partition == user.partition
    else {
      throw RequestError(
        .invalidArgument, "`session.federatedBy` is `\(text)`; expected an IAM user of the federated user's own account"
      )
    }
    return tables.pointee.identities.identity(IdentityName(name))
  }

  private func withoutSession(_ kind: StaticString) -> RequestError {
    RequestError(.invalidArgument, "`session` is given with \(kind) as principal, which has none")
  }

  private func addSession(
    to caller: UnsafeMutablePointer<Caller>, _ request: UnsafePointer<AuthorizationRequest>
  ) throws(RequestError) {
    guard let session = request.pointee.session else { return }
    if caller.pointee.kind != .federatedUser, !session.federatedBy.isEmpty {
      throw RequestError(.invalidArgument, "`session.federatedBy` is given, but the principal is no federated user")
    }
    caller.pointee.session = try SessionReading(tables: tables, account: caller.pointee.accountID, arena: arena)
      .read(session)
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
