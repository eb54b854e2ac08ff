// A policy as its author wrote it, checked and compiled: what section D of the rules calls grammar.
//
// Everything that can be worked out without a request is worked out here, once: patterns, numbers, dates, networks.
// Nothing here knows accounts, files or keys, and nothing here decides.

/// One policy document.
public struct PolicyDocument: Sendable {
  public var version: PolicyVersion
  public var id: Text?
  public var statements: [Statement]
  public init(version: PolicyVersion, id: Text? = nil, statements: [Statement]) {
    self.version = version
    self.id = id
    self.statements = statements
  }
}

/// The policy language version; a missing one means 2008-10-17, in which `${` is plain text (D-2, D-51).
public enum PolicyVersion: Sendable, Hashable {
  case v2008
  case v2012
}

/// What a document is used as; it decides which elements are allowed in it (D.2).
public enum PolicyKind: BitwiseCopyable, Sendable, Hashable, CaseIterable {
  case keyPolicy
  case identityPolicy
  case sessionPolicy
  case serviceControlPolicy
  case resourceControlPolicy
  case endpointPolicy
  /// A resource-based policy of another service.
  case resourcePolicy
  /// A role's trust policy: a resource-based policy without Resource.
  case trustPolicy
}

public enum Effect: BitwiseCopyable, Sendable, Hashable {
  case allow
  case deny
}

/// One statement.
public struct Statement: Sendable {
  /// Place in the document, from 0.
  public var index: Int
  public var sid: Text?
  /// Where the statement's object begins in its file.
  public var position: SourcePosition
  public var effect: Effect
  /// Nil where the kind of policy has no Principal element.
  public var principal: PrincipalElement?
  public var action: ActionElement
  /// Nil when absent: in a key policy such a statement matches nothing (D-13), in a trust policy or a resource-based
  /// policy of another service it speaks of the resource that the policy hangs on.
  public var resource: ResourceElement?
  /// All must hold (E-5); empty holds always (E-21).
  public var conditions: [Condition]
  public init(
    index: Int, sid: Text? = nil, position: SourcePosition, effect: Effect, principal: PrincipalElement? = nil,
    action: ActionElement, resource: ResourceElement? = nil, conditions: [Condition] = []
  ) {
    self.index = index
    self.sid = sid
    self.position = position
    self.effect = effect
    self.principal = principal
    self.action = action
    self.resource = resource
    self.conditions = conditions
  }
}
