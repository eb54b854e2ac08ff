// Users and roles by the names that requests call them by: the ARN of a user or role, or that of a session.

import PolicyLanguage

/// The name of a caller in a request, in the part that tells which user or role it is.
struct IdentityName: BitwiseCopyable {
  /// The ARN of a user or role; of a session without the slash and the session's name.
  let text: BorrowedText
  let fingerprint: UInt64
  /// Of a session; nil otherwise.
  let sessionName: BorrowedText?
  /// Behind `arn:` and the partition's colon.
  fileprivate let service: Int

  init(_ principal: BorrowedText) {
    let named = Self.session(principal)
    text = named?.role ?? principal
    sessionName = named?.session
    service = named?.service ?? 0
    fingerprint = text.fingerprint
  }

  /// Takes `arn:aws:sts::444455556666:assumed-role/Name/session` apart, and what else has a service of that name.
  private static func session(
    _ principal: BorrowedText
  ) -> (role: BorrowedText, session: BorrowedText, service: Int)? {
    guard principal.hasPrefix("arn:"), let colon = principal.dropFirst(4).firstIndex(of: UInt8(ascii: ":")),
      principal.dropFirst(colon + 5).hasPrefix("sts:"), let slash = principal.lastIndex(of: UInt8(ascii: "/")),
      slash + 1 < principal.count
    else { return nil }
    return (principal.prefix(slash), principal.dropFirst(slash + 1), colon + 5)
  }
}

struct IdentityTable: BitwiseCopyable {
  /// By ARN, and roles by the ARN of any of their sessions up to its name.
  private let byName: TextTable<IndexedIdentity>

  init(_ identities: [UnsafePointer<IndexedIdentity>], in arena: Arena, scratch: Arena) {
    var names = identities.map { (fingerprint: $0.pointee.fingerprint, record: $0) }
    for identity in identities where identity.pointee.kind == .role {
      scratch.reset()
      let account = identity.pointee.account.pointee
      let resource = scratch.join("assumed-role/", identity.pointee.name)
      let arn = ARNName(
        partition: account.partition, service: "sts", account: account.id, resource: resource, in: scratch)
      names.append((arn.text.fingerprint, identity))
    }
    byName = TextTable(names, in: arena)
  }

  func identity(_ name: IdentityName) -> UnsafePointer<IndexedIdentity>? {
    byName.find(name.fingerprint) {
      name.sessionName == nil ? $0.pointee.arn == name.text : $0.pointee.kind == .role && $0.pointee.hasSessions(name)
    }
  }

  /// Announces a search for an identity.
  func prefetch(_ name: IdentityName) { byName.prefetch(name.fingerprint) }

  /// What the search most likely finds.
  func candidate(_ name: IdentityName) -> UnsafePointer<IndexedIdentity>? { byName.candidate(name.fingerprint) }
}

extension IndexedIdentity {
  /// Whether a name is what the ARNs of the role's sessions begin with. That is put together in no place, so it is compared
  /// part by part with the role's own ARN, which has the same partition and account.
  fileprivate func hasSessions(_ session: IdentityName) -> Bool {
    let text = session.text
    let same: BorrowedText = "::444455556666:"
    let kind: BorrowedText = "assumed-role/"
    let resource = session.service + "sts".utf8.count + same.count
    guard text.count == resource + kind.count + name.count, arn.count >= resource else { return false }
    return arn.prefix(session.service) == text.prefix(session.service)
      && text[(session.service + 3)..<resource] == arn[(session.service + 3)..<resource]
      && text.dropFirst(resource).hasPrefix(kind) && text.dropFirst(resource + kind.count) == name
  }
}
