// CreateGrant's parameters: what KMS refuses before it authorizes (F-45, F-49, F-50, F-51).

extension NaiveEvaluator {
  func checkGrantDraft() throws {
    guard let draft = question.grant else { return }
    rules.hit(.f45, .f49)
    if draft.grantee.isEmpty == draft.granteeService.isEmpty { throw NaiveRefusal("grantee") }
    // By ARN only: a unique id stands in grants whose principal is gone (F-48).
    for principal in [draft.grantee, draft.retiring] where !principal.isEmpty && !starts(principal, "arn:") {
      throw NaiveRefusal("principal of a grant")
    }
    if !draft.retiring.isEmpty, !draft.retiringService.isEmpty { throw NaiveRefusal("retiring principal") }
    if !draft.granteeService.isEmpty {
      if draft.sourceARN.isEmpty || (draft.retiring.isEmpty && draft.retiringService.isEmpty) {
        throw NaiveRefusal("grant to a service")
      }
    }
    if draft.operations.isEmpty { throw NaiveRefusal("operations") }
    for operation in draft.operations where !contains(NaiveOperations.grantable, operation) {
      throw NaiveRefusal("operation")
    }
    if draft.equals != nil, draft.subset != nil { throw NaiveRefusal("constraints") }
  }

  func checkGrantDraft(on key: Key) throws {
    guard let draft = question.grant else { return }
    rules.hit(.b38)
    let isSymmetric = same(key.spec ?? "SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT")
    let usage = key.usage ?? "ENCRYPT_DECRYPT"
    for operation in draft.operations
    where !contains(NaiveOperations.grantable(usage: usage, isSymmetric: isSymmetric), operation) {
      throw NaiveRefusal("operation of another kind of key")
    }
    if !isSymmetric, draft.equals != nil || draft.subset != nil { throw NaiveRefusal("constraint on the context") }
  }
}
