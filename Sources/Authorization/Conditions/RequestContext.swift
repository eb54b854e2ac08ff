// The request context: for every condition key what conditions and policy variables see of it in one leg of a request.
//
// Values are worked out when a condition asks for them. Later sources win in this order: what the sidecar attests, what
// the daemon derives from principal, resource and request, and the overrides of tests and simulations.

import PolicyDirectory
import PolicyLanguage

/// What is known of the resource, whatever service it belongs to.
struct ResourceFacts: Sendable {
  /// Nil where the operation has no resource: aws:ResourceAccount is absent then.
  var account: Text?
  var organization: OrganizationMembership?
  var tags: [Tag] = []
}

struct RequestContext: Sendable {
  let attested: AttestedContext
  let caller: Caller
  let now: Instant
  /// Empty when the request has none.
  let region: Text
  let resource: ResourceFacts
  let service: (any ServiceContext)?

  /// - Parameter kind: the policy that asks; a key policy cannot ask for tags and aliases of its key (C.1).
  func values(of key: ConditionKey, in kind: PolicyKind) -> KeyValues {
    if let override = attested.override(of: key.text) {
      return override.map { .one($0) } ?? .absent
    }
    switch key.kind {
    case .global(let global):
      return values(of: global, argument: key.argument, in: kind)
    case .service(let code):
      if let service, service.owns(key) { return service.values(of: code, key: key, in: kind, attested: attested) }
      return attestedValues(of: key)
    case .attested:
      return attestedValues(of: key)
    }
  }

  /// The text that a policy variable stands for; nil when it stands for none: the key is absent, or not single-valued
  /// (D-53).
  func value(of variable: Variable, in kind: PolicyKind) -> Text? {
    if case .one(.single(let value)) = values(of: ConditionKey(variable.key), in: kind) { return value }
    return nil
  }

  private func attestedValues(of key: ConditionKey) -> KeyValues {
    if let service, !service.hasKey(key) { return .absent }
    return attested.values(of: key.text).map { .one($0) } ?? .absent
  }

  private func values(of key: GlobalConditionKey, argument: Text, in kind: PolicyKind) -> KeyValues {
    switch key {
    case .resourceAccount: return KeyValues(resource.account)
    case .resourceOrgID: return KeyValues(resource.organization?.organizationID)
    case .resourceOrgPaths: return resource.organization.map { .one(.set([$0.path])) } ?? .absent
    case .resourceTag:
      if kind == .keyPolicy { return .absent }
      return KeyValues(candidates: resource.tags.filter { $0.key.lowercased == argument }.map(\.value))
    case .requestedRegion: return KeyValues(region.isEmpty ? nil : region)
    case .currentTime: return KeyValues(now.text)
    case .epochTime: return KeyValues(Text(now.seconds))
    case .secureTransport: return .one(attested.values(of: "aws:securetransport") ?? .single("true"))
    case .viaAWSService: return .one(attested.values(of: "aws:viaawsservice") ?? .single("false"))
    default: return caller.values(of: key, argument: argument)
    }
  }
}
