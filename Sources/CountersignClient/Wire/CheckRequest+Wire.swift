// Questions on their way out: CheckRequest as protobuf-c's messages. Empty text is proto3's "not given".

import CCountersign
import CProtobufC
import RemoteProcedureCall

extension CheckRequest {
  func message(in arena: borrowing MessageArena) throws(Status) -> UnsafeMutablePointer<Countersign__CheckRequest> {
    let message = try arena.make(countersign__check_request__init)
    message.pointee.principal = try arena.text(principal)
    message.pointee.operation = try arena.text(operation)
    message.pointee.resource = try arena.text(resource)
    message.pointee.target_resource = try arena.text(targetResource)
    message.pointee.region = try arena.text(region)
    message.pointee.n_encryption_context = encryptionContext.count
    message.pointee.encryption_context = try arena.messages(encryptionContext.entries) { arena, pair throws(Status) in
      let entry = try arena.make(countersign__check_request__encryption_context_entry__init)
      entry.pointee.key = try arena.text(pair.key)
      entry.pointee.value = try arena.text(pair.value)
      return entry
    }
    message.pointee.n_target_encryption_context = targetEncryptionContext.count
    message.pointee.target_encryption_context = try arena.messages(targetEncryptionContext.entries) {
      arena, pair throws(Status) in
      let entry = try arena.make(countersign__check_request__target_encryption_context_entry__init)
      entry.pointee.key = try arena.text(pair.key)
      entry.pointee.value = try arena.text(pair.value)
      return entry
    }
    message.pointee.n_grant_tokens = grantTokens.count
    message.pointee.grant_tokens = try arena.texts(grantTokens)
    message.pointee.grant_id = try arena.text(grantID)
    if let grant { message.pointee.grant = try grant.message(in: arena) }
    message.pointee.n_context = context.count
    message.pointee.context = try arena.messages(context.entries) { arena, pair throws(Status) in
      let entry = try arena.make(countersign__check_request__context_entry__init)
      let values = try arena.make(countersign__context_values__init)
      values.pointee.n_values = pair.value.count
      values.pointee.values = try arena.texts(pair.value)
      entry.pointee.key = try arena.text(pair.key)
      entry.pointee.value = values
      return entry
    }
    if let session { message.pointee.session = try session.message(in: arena) }
    message.pointee.request_id = try arena.text(requestID)
    return message
  }
}

extension GrantParameters {
  func message(in arena: borrowing MessageArena) throws(Status) -> UnsafeMutablePointer<Countersign__GrantParameters> {
    let message = try arena.make(countersign__grant_parameters__init)
    message.pointee.grantee_principal = try arena.text(granteePrincipal)
    message.pointee.grantee_service_principal = try arena.text(granteeServicePrincipal)
    message.pointee.retiring_principal = try arena.text(retiringPrincipal)
    message.pointee.retiring_service_principal = try arena.text(retiringServicePrincipal)
    message.pointee.n_operations = operations.count
    message.pointee.operations = try arena.texts(operations)
    if let constraints { message.pointee.constraints = try constraints.message(in: arena) }
    return message
  }
}

extension GrantConstraints {
  func message(in arena: borrowing MessageArena) throws(Status) -> UnsafeMutablePointer<Countersign__GrantConstraints> {
    let message = try arena.make(countersign__grant_constraints__init)
    if let encryptionContextEquals {
      message.pointee.encryption_context_equals = try Self.message(of: encryptionContextEquals, in: arena)
    }
    if let encryptionContextSubset {
      message.pointee.encryption_context_subset = try Self.message(of: encryptionContextSubset, in: arena)
    }
    message.pointee.source_arn = try arena.text(sourceARN)
    return message
  }

  private static func message(
    of pairs: TextMap<String>, in arena: borrowing MessageArena
  ) throws(Status) -> UnsafeMutablePointer<Countersign__EncryptionContext> {
    let message = try arena.make(countersign__encryption_context__init)
    message.pointee.n_pairs = pairs.count
    message.pointee.pairs = try arena.messages(pairs.entries) { arena, pair throws(Status) in
      let entry = try arena.make(countersign__encryption_context__pairs_entry__init)
      entry.pointee.key = try arena.text(pair.key)
      entry.pointee.value = try arena.text(pair.value)
      return entry
    }
    return message
  }
}

extension SessionParameters {
  func message(in arena: borrowing MessageArena) throws(Status) -> UnsafeMutablePointer<Countersign__SessionParameters>
  {
    let message = try arena.make(countersign__session_parameters__init)
    message.pointee.n_policies = policies.count
    message.pointee.policies = try arena.texts(policies)
    message.pointee.n_policy_arns = policyARNs.count
    message.pointee.policy_arns = try arena.texts(policyARNs)
    message.pointee.n_tags = tags.count
    message.pointee.tags = try arena.messages(tags.entries) { arena, pair throws(Status) in
      let entry = try arena.make(countersign__session_parameters__tags_entry__init)
      entry.pointee.key = try arena.text(pair.key)
      entry.pointee.value = try arena.text(pair.value)
      return entry
    }
    message.pointee.n_transitive_tag_keys = transitiveTagKeys.count
    message.pointee.transitive_tag_keys = try arena.texts(transitiveTagKeys)
    message.pointee.federated_by = try arena.text(federatedBy)
    return message
  }
}
