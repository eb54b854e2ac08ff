// A policy set: everything that one revision of a policy directory says, as plain data.
//
// It holds the whole layout, also what only later rules read. It is immutable once loaded and knows nothing of how a
// decision is made; Authorization builds its index from it.

import PolicyLanguage

/// All of one revision.
public struct PolicySet: Sendable {
  /// Digest of paths and contents, lower-case hex: the same bytes give the same revision on every host.
  public var revision: Text
  /// By the twelve digits.
  public var accounts: [Text: Account]
  public var organization: Organization?
  /// By file name without `.json`. `FullAWSAccess` is not among them unless a file says so: it is built in.
  public var serviceControlPolicies: [Text: PolicyFile]
  public var resourceControlPolicies: [Text: PolicyFile]
  /// By name, which may hold a path: `arn:aws:iam::aws:policy/<name>`.
  public var awsManagedPolicies: [Text: PolicyFile]

  public init(
    revision: Text, accounts: [Text: Account] = [:], organization: Organization? = nil,
    serviceControlPolicies: [Text: PolicyFile] = [:], resourceControlPolicies: [Text: PolicyFile] = [:],
    awsManagedPolicies: [Text: PolicyFile] = [:]
  ) {
    self.revision = revision
    self.accounts = accounts
    self.organization = organization
    self.serviceControlPolicies = serviceControlPolicies
    self.resourceControlPolicies = resourceControlPolicies
    self.awsManagedPolicies = awsManagedPolicies
  }
}

/// A policy and where it came from; the same object in each set in which both are the same.
public final class PolicyFile: Sendable {
  public enum Content: Sendable {
    indirect case document(PolicyDocument)
    /// What the loader's `compile` made of the document, which is gone.
    case compiled(any AnyObject & Sendable)
  }

  /// Path below the policy directory.
  public let path: Text
  public let content: Content

  public init(path: Text, content: Content) {
    self.path = path
    self.content = content
  }

  public convenience init(path: Text, document: PolicyDocument) { self.init(path: path, content: .document(document)) }

  /// Nil when it is gone.
  public var document: PolicyDocument? {
    if case .document(let document) = content { document } else { nil }
  }
}

public struct Tag: Sendable, Hashable {
  public var key: Text
  public var value: Text
  public init(key: Text, value: Text) {
    self.key = key
    self.value = value
  }
}
