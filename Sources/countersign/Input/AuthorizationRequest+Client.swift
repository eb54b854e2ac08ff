// One request for both ways of asking: the engine takes it as it is, the daemon as the client's CheckRequest.

import Authorization
import CountersignClient
import PolicyLanguage

extension CheckRequest {
  init(_ request: AuthorizationRequest) {
    self.init(
      principal: request.principal.description, operation: request.operation.description,
      resource: request.resource.description, region: request.region.description)
    targetResource = request.targetResource.description
    encryptionContext = TextMap(request.encryptionContext)
    targetEncryptionContext = TextMap(request.targetEncryptionContext)
    grantTokens = request.grantTokens.map(\.description)
    grantID = request.grantID.description
    grant = request.grant.map { CountersignClient.GrantParameters($0) }
    for entry in request.context {
      switch entry.values {
      case .single(let value): context[entry.key.description] = [value.description]
      case .set(let values): context[entry.key.description] = values.map(\.description)
      }
    }
    session = request.session.map { CountersignClient.SessionParameters($0) }
    requestID = request.requestID.description
  }
}

extension TextMap<String> {
  fileprivate init(_ pairs: [EncryptionContextPair]) {
    self.init()
    for pair in pairs { self[pair.key.description] = pair.value.description }
  }
}

extension CountersignClient.GrantParameters {
  fileprivate init(_ grant: Authorization.GrantParameters) {
    self.init()
    granteePrincipal = grant.granteePrincipal.description
    granteeServicePrincipal = grant.granteeServicePrincipal.description
    retiringPrincipal = grant.retiringPrincipal.description
    retiringServicePrincipal = grant.retiringServicePrincipal.description
    operations = grant.operations.map(\.description)
    var limits = GrantConstraints()
    limits.encryptionContextEquals = grant.encryptionContextEquals.map { TextMap($0) }
    limits.encryptionContextSubset = grant.encryptionContextSubset.map { TextMap($0) }
    limits.sourceARN = grant.sourceARN.description
    let isLimited =
      limits.encryptionContextEquals != nil || limits.encryptionContextSubset != nil || !limits.sourceARN.isEmpty
    constraints = isLimited ? limits : nil
  }
}

extension CountersignClient.SessionParameters {
  fileprivate init(_ session: Authorization.SessionParameters) {
    self.init()
    policies = session.policies.map(\.description)
    policyARNs = session.policyARNs.map(\.description)
    tags = TextMap(session.tags)
    transitiveTagKeys = session.transitiveTagKeys.map(\.description)
    federatedBy = session.federatedBy.description
  }
}
