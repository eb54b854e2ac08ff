// RetireGrant: who may retire a grant is settled by the grant itself, never by a key policy (B-13).
//
// Entitled are the retiring principal, the grantee if the grant lists RetireGrant, and the accounts of the grant: the one
// that made it, the key's owner and the retiring principal's. An account's users and roles need its delegation, that is an
// identity policy that allows kms:RetireGrant; its root user needs nothing.

import PolicyLanguage

enum RetireGrantRule {
  private static let retireGrant = OperationSet(["RetireGrant"])

  // UNDOCUMENTED: B-13, a Deny in a key policy has no effect here either (section I, 11)
  static func permission(
    _ grant: UnsafePointer<IndexedGrant>, on key: UnsafePointer<IndexedKey>, _ question: Question
  ) -> OwnerPermission {
    let caller = question.caller
    var best = OwnerPermission()
    func consider(_ need: CallerNeed) {
      if best.need.map({ need < $0 }) ?? true {
        best.need = need
        best.source = grant.pointee.source
      }
    }
    if let relation = GrantRule.relation(of: grant.pointee.retiring, on: key, to: caller) {
      consider(GrantRule.need(relation, of: caller, on: key))
    }
    if grant.pointee.operations.isSuperset(of: retireGrant),
      let relation = GrantRule.relation(of: grant.pointee.grantee, on: key, to: caller)
    {
      consider(GrantRule.need(relation, of: caller, on: key))
    }
    if caller.pointee.kind != .service, caller.pointee.partition == key.pointee.arn.partition,
      isAccount(caller.pointee.accountID, of: grant.pointee, on: key)
    {
      consider(caller.pointee.kind == .root ? .nothing : .everything)
    }
    if best.need == .everything, IdentityPolicyRule.finding(question)?.allow == nil { best = OwnerPermission() }
    if best.need == nil { best.refusal = .retireNotEntitled }
    return best
  }

  private static func isAccount(
    _ account: BorrowedText, of grant: IndexedGrant, on key: UnsafePointer<IndexedKey>
  ) -> Bool {
    account == key.pointee.account.pointee.id || account == grant.issuingAccount || account == grant.retiringAccount
  }
}
