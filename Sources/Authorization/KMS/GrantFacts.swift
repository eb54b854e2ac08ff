// What a grant says, whether it stands in the directory or is asked for by CreateGrant.

import PolicyDirectory
import PolicyLanguage

struct GrantFacts: BitwiseCopyable {
  let granteePrincipal: BorrowedText?
  let granteeServicePrincipal: BorrowedText?
  let retiringPrincipal: BorrowedText?
  let retiringServicePrincipal: BorrowedText?
  let operations: Run<BorrowedText>
  let encryptionContextEquals: Run<IndexedTag>?
  let encryptionContextSubset: Run<IndexedTag>?
  let sourceARN: BorrowedText?

  init(_ grant: Grant, in arena: Arena) {
    func copy(_ text: Text?) -> BorrowedText? { text.map { arena.copy($0) } }
    func copy(_ tags: [Tag]?) -> Run<IndexedTag>? {
      tags.map { arena.run($0.map { IndexedTag(copying: $0, in: arena) }) }
    }
    granteePrincipal = copy(grant.granteePrincipal)
    granteeServicePrincipal = copy(grant.granteeServicePrincipal)
    retiringPrincipal = copy(grant.retiringPrincipal)
    retiringServicePrincipal = copy(grant.retiringServicePrincipal)
    operations = arena.run(grant.operations.map { arena.copy($0) })
    encryptionContextEquals = copy(grant.constraints.encryptionContextEquals)
    encryptionContextSubset = copy(grant.constraints.encryptionContextSubset)
    sourceARN = copy(grant.constraints.sourceARN)
  }

  init(_ draft: GrantDraft) {
    func given(_ text: BorrowedText) -> BorrowedText? { text.isEmpty ? nil : text }
    granteePrincipal = given(draft.granteePrincipal)
    granteeServicePrincipal = given(draft.granteeServicePrincipal)
    retiringPrincipal = given(draft.retiringPrincipal)
    retiringServicePrincipal = given(draft.retiringServicePrincipal)
    operations = draft.operations
    encryptionContextEquals = draft.encryptionContextEquals
    encryptionContextSubset = draft.encryptionContextSubset
    sourceARN = given(draft.sourceARN)
  }

  /// What kms:GrantConstraintType holds.
  var constraintType: BorrowedText? {
    if encryptionContextEquals != nil { return "EncryptionContextEquals" }
    if encryptionContextSubset != nil { return "EncryptionContextSubset" }
    return nil
  }

  /// The pairs of the context constraint, as an encryption context (C-6).
  var encryptionContext: Run<IndexedTag> { encryptionContextEquals ?? encryptionContextSubset ?? Run() }
}
