// What a module adds to the request context of one leg: a case for each module that adds anything. An enum and no
// protocol, so that nothing has to be put in a box on the way.

import PolicyLanguage

enum ServiceContext: BitwiseCopyable {
  case none
  case kms(UnsafePointer<KeyContext>)

  /// Whether the key is one of this service's own, whose code `values(of:)` knows.
  func owns(_ key: ConditionKey) -> Bool {
    switch self {
    case .none: false
    case .kms: key.text.hasPrefix(KMSModule.prefix)
    }
  }

  /// Whether an attested key exists on this operation at all.
  func hasKey(_ key: ConditionKey) -> Bool {
    switch self {
    case .none: true
    case .kms(let context): context.pointee.hasKey(key)
    }
  }

  func values(
    of code: UInt8, key: ConditionKey, in kind: PolicyKind, attested: UnsafePointer<AttestedContext>, arena: Arena
  ) -> KeyValues {
    switch self {
    case .none: .absent
    case .kms(let context): context.pointee.values(of: code, key: key, in: kind, attested: attested, arena: arena)
    }
  }

  /// What allows beside the resource's policy: a grant.
  func permissionBesidePolicy(_ question: Question) -> OwnerPermission {
    switch self {
    case .none: OwnerPermission()
    case .kms(let context): context.pointee.permissionBesidePolicy(question)
    }
  }

  /// The same, told one by one, whether it allowed or not; empty where the service has nothing of the kind.
  func explainBesidePolicy(_ narration: StatementNarration) -> [ExplainedStatement] {
    switch self {
    case .none: []
    case .kms(let context): context.pointee.explainBesidePolicy(narration)
    }
  }

  /// Whether one of this service's own keys tells something of the resource that only its owner's account knows.
  func isOwnersFact(_ key: ConditionKey) -> Bool {
    switch self {
    case .none: false
    case .kms(let context): context.pointee.isOwnersFact(key)
    }
  }
}
