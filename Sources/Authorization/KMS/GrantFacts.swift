// What a grant says, whether it stands in the directory or is asked for by CreateGrant.

import PolicyDirectory
import PolicyLanguage

struct GrantFacts: Sendable {
  let granteePrincipal: Text?
  let granteeServicePrincipal: Text?
  let retiringPrincipal: Text?
  let retiringServicePrincipal: Text?
  let operations: [Text]
  let constraints: GrantConstraints

  init(_ grant: Grant) {
    granteePrincipal = grant.granteePrincipal
    granteeServicePrincipal = grant.granteeServicePrincipal
    retiringPrincipal = grant.retiringPrincipal
    retiringServicePrincipal = grant.retiringServicePrincipal
    operations = grant.operations
    constraints = grant.constraints
  }

  init(_ parameters: GrantParameters) {
    func given(_ text: Text) -> Text? { text.isEmpty ? nil : text }
    func tags(_ pairs: [EncryptionContextPair]?) -> [Tag]? { pairs?.map { Tag(key: $0.key, value: $0.value) } }
    granteePrincipal = given(parameters.granteePrincipal)
    granteeServicePrincipal = given(parameters.granteeServicePrincipal)
    retiringPrincipal = given(parameters.retiringPrincipal)
    retiringServicePrincipal = given(parameters.retiringServicePrincipal)
    operations = parameters.operations
    constraints = GrantConstraints(
      encryptionContextEquals: tags(parameters.encryptionContextEquals),
      encryptionContextSubset: tags(parameters.encryptionContextSubset), sourceARN: given(parameters.sourceARN))
  }

  /// What kms:GrantConstraintType holds.
  var constraintType: Text? {
    if constraints.encryptionContextEquals != nil { return "EncryptionContextEquals" }
    if constraints.encryptionContextSubset != nil { return "EncryptionContextSubset" }
    return nil
  }

  /// The pairs of the context constraint, as an encryption context (C-6).
  var encryptionContext: [EncryptionContextPair] {
    (constraints.encryptionContextEquals ?? constraints.encryptionContextSubset ?? []).map {
      EncryptionContextPair(key: $0.key, value: $0.value)
    }
  }
}

/// A grant of the directory with its principals and operations resolved.
final class IndexedGrant: Sendable {
  let grant: Grant
  let grantee: PrincipalPattern?
  let retiring: PrincipalPattern?
  let operations: OperationSet
  /// What is told when the grant decides: its id in the place of a Sid.
  let source: DecidingStatement

  init(_ grant: Grant, index: Int) {
    self.grant = grant
    grantee = Self.principal(grant.granteePrincipal, service: grant.granteeServicePrincipal)
    retiring = Self.principal(grant.retiringPrincipal, service: grant.retiringServicePrincipal)
    operations = OperationSet(grant.operations)
    source = DecidingStatement(
      file: grant.file, sid: grant.id, index: index, line: grant.position.line, effect: .allow)
  }

  /// Old grants hold names of services where a principal is expected (F-45).
  private static func principal(_ principal: Text?, service: Text?) -> PrincipalPattern? {
    if let service { return .service(service) }
    guard let principal else { return nil }
    if CallerResolution.isService(principal) { return .service(principal) }
    return PrincipalPattern(naming: principal)
  }
}

extension PrincipalPattern {
  /// A principal as grants name it: an account, an ARN, or a unique id (F-48).
  init(naming text: Text) {
    if CallerResolution.isAccountID(text) {
      self = .account(text, partition: nil)
    } else if let arn = ARN(text) {
      self =
        arn.service == "iam" && arn.resource == "root" ? .account(arn.account, partition: arn.partition) : .arn(arn)
    } else {
      self = .uniqueID(text)
    }
  }
}
