// A question and the answer that it must get, read off the facts of key and role.

/// One `Check`, with what is right.
public struct Question: Sendable {
  /// The reasons that a corpus leads to; the number is that of the proto's enum.
  public enum Reason: UInt8, Sendable {
    case allowed = 1
    case explicitDenyKeyPolicy = 6
    case explicitDenyIdentityPolicy = 10
    case noKeyPolicyAllow = 20
    case noIdentityPolicyAllow = 22

    /// As in test files.
    public var name: String {
      switch self {
      case .allowed: "ALLOWED"
      case .explicitDenyKeyPolicy: "EXPLICIT_DENY_KEY_POLICY"
      case .explicitDenyIdentityPolicy: "EXPLICIT_DENY_IDENTITY_POLICY"
      case .noKeyPolicyAllow: "NO_KEY_POLICY_ALLOW"
      case .noIdentityPolicyAllow: "NO_IDENTITY_POLICY_ALLOW"
      }
    }
  }

  public let principal: String
  public let operation: String
  /// Key ARN or alias ARN.
  public let resource: String
  public let encryptionContext: [(key: String, value: String)]
  /// Each with a single value.
  public let context: [(key: String, value: String)]
  public let reason: Reason

  public var isAllowed: Bool { reason == .allowed }
}

extension Corpus {
  /// Five of each role, the roles in order: two that are allowed, and three that are not or seldom.
  public var questionCount: Int { roles * 5 }

  public func question(_ index: Int) -> Question {
    let role = CorpusRole(corpus: self, index: index / 5)
    return switch index % 5 {
    case 0: question(role, "kms:Decrypt", role.ownKey)
    case 1: question(role, "kms:GenerateDataKey", role.ownKey, byAlias: true)
    // The owner trusts the role with it, the role's account does not.
    case 2: question(role, "kms:Encrypt", role.ownKey)
    // Of a key whose owner has others in mind.
    case 3: question(role, "kms:Decrypt", role.key(1))
    // Of keys that suspend the role, or that its account forbids.
    default: question(role, "kms:Decrypt", role.forbidden ?? role.key(2))
    }
  }

  private func question(_ role: CorpusRole, _ operation: String, _ key: CorpusKey, byAlias: Bool = false) -> Question {
    var encryptionContext: [(key: String, value: String)] = []
    var context: [(key: String, value: String)] = []
    if shape == .conditions {
      encryptionContext = [("Project", "\(role.team)-ledger"), ("Stage", "production"), ("Tenant", role.account)]
      context = [("aws:MultiFactorAuthAge", "600"), ("aws:SourceIp", "10.\(role.index % 250).0.7")]
    } else {
      switch key.trust {
      case .accounts, .roles, .anyoneOfAccounts: break
      case .tenants: encryptionContext = [("Tenant", role.account)]
      case .throughService: context = [("kms:ViaService", key.viaService)]
      }
    }
    var resource = key.arn
    if byAlias, let alias = key.alias { resource = "arn:aws:kms:\(key.region):\(key.owner):\(alias)" }
    return Question(
      principal: role.index % 2 == 0 ? role.arn : role.sessionARN, operation: operation, resource: resource,
      encryptionContext: encryptionContext, context: context, reason: Self.reason(role, operation, key))
  }

  /// The question meets the key policy's condition, so that relations alone decide.
  private static func reason(_ role: CorpusRole, _ operation: String, _ key: CorpusKey) -> Question.Reason {
    if key.suspended?.index == role.index { return .explicitDenyKeyPolicy }
    if role.forbidden?.index == key.index { return .explicitDenyIdentityPolicy }
    if !key.trusts(role) { return .noKeyPolicyAllow }
    // Identity policies allow to read and to make data keys, not to encrypt.
    if operation == "kms:Encrypt" || !role.mayAskFor(key) { return .noIdentityPolicyAllow }
    return .allowed
  }
}
