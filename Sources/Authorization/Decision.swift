// The answer to one question, with what decided it on each side.

import PolicyDirectory
import PolicyLanguage

public enum Outcome: BitwiseCopyable, Sendable, Hashable {
  case allow
  case deny
}

/// Whether a deny was written down somewhere or only follows from the lack of an allow.
public enum Denial: BitwiseCopyable, Sendable, Hashable {
  case explicit
  case implicit
}

public struct Decision: Sendable {
  public var outcome: Outcome
  /// Nil when allowed.
  public var denial: Denial?
  public var reason: Reason
  public var callerAccount: Text
  /// Empty where no resource is involved.
  public var ownerAccount: Text
  /// The side of the resource's owner; nil where there is no resource.
  public var owner: SideVerdict?
  /// The side of the caller; nil for a service principal.
  public var caller: SideVerdict?
  /// More than one for operations that ask several questions (B.3).
  public var legs: [Leg]
  /// ARN of the key that an id or alias was resolved to; empty where there is none.
  public var keyARN: Text
  /// ARN of the resource as recorded: the key ARN, or what the request named when nothing was found.
  public var resource: Text
  public var region: Text
  /// What the owner's record shows of the principal: unique id, else its ARN without a session name.
  public var reducedPrincipal: Text
  public var revision: Text

  public init(
    outcome: Outcome, denial: Denial?, reason: Reason, callerAccount: Text, ownerAccount: Text, owner: SideVerdict?,
    caller: SideVerdict?, legs: [Leg], keyARN: Text, resource: Text, region: Text, reducedPrincipal: Text,
    revision: Text
  ) {
    self.outcome = outcome
    self.denial = denial
    self.reason = reason
    self.callerAccount = callerAccount
    self.ownerAccount = ownerAccount
    self.owner = owner
    self.caller = caller
    self.legs = legs
    self.keyARN = keyARN
    self.resource = resource
    self.region = region
    self.reducedPrincipal = reducedPrincipal
    self.revision = revision
  }
}

/// What one account's policies say.
public struct SideVerdict: Sendable {
  public var account: Text
  public var outcome: Outcome
  public var reason: Reason
  /// Of this account's policies only.
  public var statements: DecidingStatements
  public init(account: Text, outcome: Outcome, reason: Reason, statements: DecidingStatements) {
    self.account = account
    self.outcome = outcome
    self.reason = reason
    self.statements = statements
  }

  public init(account: Text, outcome: Outcome, reason: Reason, statements: [DecidingStatement]) {
    self.init(account: account, outcome: outcome, reason: reason, statements: DecidingStatements(statements))
  }
}

/// One action on one resource.
public struct Leg: Sendable {
  /// The IAM action: `kms:ReEncryptFrom`.
  public var action: Text
  public var resource: Text
  public var outcome: Outcome
  public var denial: Denial?
  public var reason: Reason
  public var owner: SideVerdict?
  public var caller: SideVerdict?
  public init(
    action: Text, resource: Text, outcome: Outcome, denial: Denial?, reason: Reason, owner: SideVerdict?,
    caller: SideVerdict?
  ) {
    self.action = action
    self.resource = resource
    self.outcome = outcome
    self.denial = denial
    self.reason = reason
    self.owner = owner
    self.caller = caller
  }
}

/// A statement, or a grant, that decided.
public struct DecidingStatement: Sendable, Hashable {
  /// Path below the policy directory.
  public var file: Text
  public var sid: Text?
  /// Place in the document, from 0.
  public var index: Int
  public var line: Int
  public var effect: Effect
  public init(file: Text, sid: Text?, index: Int, line: Int, effect: Effect) {
    self.file = file
    self.sid = sid
    self.index = index
    self.line = line
    self.effect = effect
  }
}
