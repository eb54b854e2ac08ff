// A request as the evaluation reads it: the same texts, without their owners.

import PolicyLanguage

/// INVARIANT: the request that it was made of is held as long as it is used.
struct RequestView: BitwiseCopyable {
  let principal: BorrowedText
  let operation: BorrowedText
  let resource: BorrowedText
  let targetResource: BorrowedText
  let region: BorrowedText
  let grantID: BorrowedText
  let encryptionContext: Run<IndexedTag>
  let targetEncryptionContext: Run<IndexedTag>
  let context: Run<ContextClaim>
  let contextOverrides: Run<ContextClaim>
  let grant: UnsafePointer<GrantDraft>?

  @inline(__always) static func make(
    _ request: UnsafePointer<AuthorizationRequest>, in arena: Arena
  ) -> UnsafeMutablePointer<RequestView> {
    let view = arena.allocate(RequestView.self)
    view.initialize(
      to: RequestView(
        principal: BorrowedText(request.pointee.principal), operation: BorrowedText(request.pointee.operation),
        resource: BorrowedText(request.pointee.resource), targetResource: BorrowedText(request.pointee.targetResource),
        region: BorrowedText(request.pointee.region), grantID: BorrowedText(request.pointee.grantID),
        encryptionContext: arena.run(borrowing: request.pointee.encryptionContext),
        targetEncryptionContext: arena.run(borrowing: request.pointee.targetEncryptionContext),
        context: request.pointee.context.isEmpty
          ? Run() : arena.run(of: request.pointee.context) { ContextClaim($0.key, $0.values, in: arena) },
        contextOverrides: request.pointee.contextOverrides.isEmpty
          ? Run() : arena.run(of: request.pointee.contextOverrides) { ContextClaim($0.key, $0.values, in: arena) },
        grant: request.pointee.grant.map { arena.store(GrantDraft($0, in: arena)) }))
    return view
  }
}

/// A condition key that a request brings, and its values; in an override `absent` for a key that is removed.
struct ContextClaim: BitwiseCopyable {
  /// As sent.
  let key: BorrowedText
  let values: KeyValues

  fileprivate init(_ key: Text, _ values: ContextValues?, in arena: Arena) {
    self.key = BorrowedText(key)
    switch values {
    case nil: self.values = .absent
    case .single(let value): self.values = .single(BorrowedText(value))
    case .set(let texts): self.values = .set(arena.run(of: texts) { BorrowedText($0) })
    }
  }
}

/// CreateGrant's parameters; empty text and runs mean "not given".
struct GrantDraft: BitwiseCopyable {
  let granteePrincipal: BorrowedText
  let granteeServicePrincipal: BorrowedText
  let retiringPrincipal: BorrowedText
  let retiringServicePrincipal: BorrowedText
  let operations: Run<BorrowedText>
  let encryptionContextEquals: Run<IndexedTag>?
  let encryptionContextSubset: Run<IndexedTag>?
  let sourceARN: BorrowedText

  init(_ parameters: GrantParameters, in arena: Arena) {
    granteePrincipal = BorrowedText(parameters.granteePrincipal)
    granteeServicePrincipal = BorrowedText(parameters.granteeServicePrincipal)
    retiringPrincipal = BorrowedText(parameters.retiringPrincipal)
    retiringServicePrincipal = BorrowedText(parameters.retiringServicePrincipal)
    operations = arena.run(parameters.operations.lazy.map { BorrowedText($0) })
    encryptionContextEquals = parameters.encryptionContextEquals.map { arena.run(borrowing: $0) }
    encryptionContextSubset = parameters.encryptionContextSubset.map { arena.run(borrowing: $0) }
    sourceARN = BorrowedText(parameters.sourceARN)
  }
}

extension Arena {
  /// Pairs of an encryption context: compared as tags are, keys without regard to case (F-50).
  fileprivate func run(borrowing pairs: [EncryptionContextPair]) -> Run<IndexedTag> {
    run(of: pairs) { IndexedTag(key: BorrowedText($0.key), value: BorrowedText($0.value), in: self) }
  }
}
