// From the principal of a request to the caller.
//
// A text that can be no principal at all is the asker's mistake (INVALID_ARGUMENT); one that could be, but is not in the
// directory, is a caller that nothing is known of (UNKNOWN_PRINCIPAL), and the request is still a decision.

import PolicyDirectory
import PolicyLanguage

struct CallerResolution {
  let index: PolicyIndex
  let request: AuthorizationRequest

  func resolve() throws(RequestError) -> Caller {
    let principal = request.principal
    guard !principal.isEmpty else {
      throw RequestError(
        .invalidArgument, "`principal` is empty; expected an ARN or a service such as `s3.amazonaws.com`")
    }
    guard principal.hasPrefix("arn:") else {
      guard Self.isService(principal) else { throw malformed(principal, in: "principal") }
      try refuseSession(of: "a service")
      return Caller(kind: .service, principal: principal, isKnown: true)
    }
    guard let arn = ARN(principal), arn.region.isEmpty, Self.isAccountID(arn.account) else {
      throw malformed(principal, in: "principal")
    }
    var caller = Caller(kind: .root, principal: principal, accountID: arn.account, partition: arn.partition)
    if let account = index.account(arn.account), account.partition == arn.partition { caller.account = account }

    switch (arn.service, Resource(arn.resource)) {
    case ("iam", .root):
      try refuseSession(of: "a root user")
      caller.isKnown = caller.account != nil
    case ("iam", .named("user", let path)):
      try refuseSession(of: "a user")
      caller.kind = .user
      caller.identity = Self.identity(at: path, of: arn, among: caller.account?.users)
      caller.isKnown = caller.identity != nil
    case ("iam", .named("role", let path)):
      caller.kind = .role
      caller.identity = Self.identity(at: path, of: arn, among: caller.account?.roles)
      caller.isKnown = caller.identity != nil
      try addSession(to: &caller)
    case ("sts", .named("assumed-role", let names)):
      let parts = names.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw malformed(principal, in: "principal") }
      caller.kind = .role
      caller.identity = caller.account?.roles[Text(utf8: parts[0])]
      caller.sessionARN = arn
      caller.sessionName = Text(utf8: parts[1])
      caller.isKnown = caller.identity != nil
      try addSession(to: &caller)
    case ("sts", .named("federated-user", let name)):
      guard !name.utf8.contains(UInt8(ascii: "/")) else { throw malformed(principal, in: "principal") }
      caller.kind = .federatedUser
      caller.sessionARN = arn
      caller.identity = try federatingUser(of: caller)
      caller.isKnown = caller.identity != nil
      try addSession(to: &caller)
    default:
      throw malformed(principal, in: "principal")
    }
    return caller
  }

  /// The resource part of a principal's ARN.
  private enum Resource {
    case root
    /// What stands before the first slash, and all that follows it.
    case named(Text, Text)
    case other

    init(_ text: Text) {
      if text == "root" {
        self = .root
        return
      }
      guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")), slash + 1 < text.count,
        text.utf8.last != UInt8(ascii: "/")
      else {
        self = .other
        return
      }
      self = .named(Text(utf8: text.utf8[..<slash]), Text(utf8: text.utf8[(slash + 1)...]))
    }
  }

  /// Path and name together must be those of the directory: the path is part of the ARN (D-23).
  private static func identity(
    at path: Text, of arn: ARN, among identities: [Text: IndexedIdentity]?
  ) -> IndexedIdentity? {
    let start = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    guard let identity = identities?[Text(utf8: path.utf8[start...])], identity.arn == arn else { return nil }
    return identity
  }

  private func federatingUser(of caller: Caller) throws(RequestError) -> IndexedIdentity? {
    guard let text = request.session?.federatedBy, !text.isEmpty else {
      throw RequestError(
        .invalidArgument,
        "`session.federatedBy` is empty; a federated user needs the ARN of the IAM user that called GetFederationToken")
    }
    guard let arn = ARN(text), arn.service == "iam", arn.region.isEmpty,
      case .named("user", let path) = Resource(arn.resource),
      arn.account == caller.accountID, arn.partition == caller.partition
    else {
      throw RequestError(
        .invalidArgument, "`session.federatedBy` is `\(text)`; expected an IAM user of the federated user's own account"
      )
    }
    return Self.identity(at: path, of: arn, among: caller.account?.users)
  }

  private func refuseSession(of kind: String) throws(RequestError) {
    if request.session != nil {
      throw RequestError(.invalidArgument, "`session` is given with \(kind) as principal, which has none")
    }
  }

  private func addSession(to caller: inout Caller) throws(RequestError) {
    guard let session = request.session else { return }
    if caller.kind != .federatedUser, !session.federatedBy.isEmpty {
      throw RequestError(.invalidArgument, "`session.federatedBy` is given, but the principal is no federated user")
    }
    caller.session = try SessionReading(index: index, account: caller.accountID).read(session)
  }

  private func malformed(_ text: Text, in field: String) -> RequestError {
    RequestError(
      .invalidArgument,
      "`\(field)` is `\(text)`; expected the ARN of a user, role, assumed-role session, federated user or account root, or a service such as `s3.amazonaws.com`"
    )
  }

  static func isAccountID(_ text: Text) -> Bool {
    text.count == 12 && text.utf8.allSatisfy { $0 &- 0x30 < 10 }
  }

  /// `name.amazonaws.com` and the endings of other partitions.
  static func isService(_ text: Text) -> Bool {
    let endings: [Text] = [".amazonaws.com", ".amazonaws.com.cn", ".aws.internal"]
    guard let ending = endings.first(where: { text.hasSuffix($0) }), text.count > ending.count else { return false }
    return text.utf8.allSatisfy { byte in
      byte &- 0x30 < 10 || byte | 0x20 &- 0x61 < 26 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
  }
}
