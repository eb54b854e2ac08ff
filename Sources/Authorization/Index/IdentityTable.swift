// Users and roles by the names that requests call them by: the ARN of a user or role, or that of a session.

import PolicyDirectory
import PolicyLanguage

struct IdentityTable: BitwiseCopyable {
  private let identities: Run<IndexedIdentity>
  private let byARN: TextTable
  /// Roles by the ARN of any of their sessions up to its name.
  private let bySession: TextTable

  init(_ identities: [IndexedIdentity], in arena: Arena, scratch: Arena) {
    self.identities = arena.run(identities)
    byARN = TextTable(identities.enumerated().map { ($1.fingerprint, $0) }, in: arena)
    var sessions: [(fingerprint: UInt64, number: Int)] = []
    for (number, identity) in identities.enumerated() where identity.kind == .role {
      scratch.reset()
      let account = identity.account.pointee
      let resource = scratch.join("assumed-role/", identity.name)
      let arn = ARNName(
        partition: account.partition, service: "sts", account: account.id, resource: resource, in: scratch)
      sessions.append((arn.text.fingerprint, number))
    }
    bySession = TextTable(sessions, in: arena)
  }

  func identity(_ arn: BorrowedText, _ fingerprint: UInt64) -> UnsafePointer<IndexedIdentity>? {
    byARN.find(fingerprint) { identities.pointer(at: $0).pointee.arn == arn }.map { identities.pointer(at: $0) }
  }

  /// - Parameter arn: `arn:aws:sts::444455556666:assumed-role/Name`, without the slash and the session's name.
  func role(ofSessions arn: BorrowedText) -> UnsafePointer<IndexedIdentity>? {
    let found = bySession.find(arn.fingerprint) { identities.pointer(at: $0).pointee.hasSessions(arn) }
    return found.map { identities.pointer(at: $0) }
  }
}

extension IndexedIdentity {
  /// Whether the text is what the ARNs of its sessions begin with. It is put together in no place, so it is compared part
  /// by part.
  fileprivate func hasSessions(_ text: BorrowedText) -> Bool {
    var rest = text
    func takes(_ part: BorrowedText) -> Bool {
      guard rest.hasPrefix(part) else { return false }
      rest = rest.dropFirst(part.count)
      return true
    }
    return takes("arn:") && takes(account.pointee.partition) && takes(":sts::") && takes(account.pointee.id)
      && takes(":assumed-role/") && rest == name
  }
}
