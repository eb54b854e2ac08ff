// What is found while one leg is judged: for each side a reason, and the statements that speak for it.

import PolicyLanguage

/// What one side found.
struct SideFindings: BitwiseCopyable {
  private(set) var reason = Reason.allowed
  private(set) var denies: ArenaList<StatementReference>
  private(set) var allows: ArenaList<StatementReference>

  init(in arena: Arena) {
    denies = ArenaList(in: arena)
    allows = ArenaList(in: arena)
  }

  mutating func note(_ other: Reason) { reason = reason.orEarlier(other) }

  mutating func note(_ other: Reason, denied statement: StatementReference) {
    note(other)
    denies.append(statement)
  }

  mutating func add(deny statement: StatementReference) { denies.append(statement) }
  mutating func add(allow statement: StatementReference) { allows.append(statement) }

  func finding(of account: BorrowedText) -> SideFinding {
    SideFinding(
      account: account, outcome: reason == .allowed ? .allow : .deny, reason: reason,
      statements: !denies.isEmpty ? denies.run : reason == .allowed ? allows.run : Run())
  }
}

/// What one account's policies say.
public struct SideFinding: BitwiseCopyable, Sendable {
  public let account: BorrowedText
  public var outcome: Outcome
  public var reason: Reason
  /// Of this account's policies only.
  public var statements: Run<StatementReference>

  public init(account: BorrowedText, outcome: Outcome, reason: Reason, statements: Run<StatementReference>) {
    self.account = account
    self.outcome = outcome
    self.reason = reason
    self.statements = statements
  }
}

/// The answer to one leg, with what later rules tie legs together by.
public struct LegResult: BitwiseCopyable, Sendable {
  /// The IAM action: `kms:ReEncryptFrom`.
  public let action: BorrowedText
  public let resource: BorrowedText
  public var outcome: Outcome
  /// Nil when allowed.
  public var denial: Denial?
  public var reason: Reason
  /// Nil where there is no resource.
  public var owner: SideFinding?
  /// Nil for a service principal.
  public let caller: SideFinding?
  /// The allow on the owner's side, if any.
  let permission: OwnerPermission
  /// Without its grants the leg would be denied.
  var isAllowedOnlyByGrant = false

  init(
    action: BorrowedText, resource: BorrowedText, outcome: Outcome, denial: Denial?, reason: Reason,
    owner: SideFinding?, caller: SideFinding?, permission: OwnerPermission
  ) {
    self.action = action
    self.resource = resource
    self.outcome = outcome
    self.denial = denial
    self.reason = reason
    self.owner = owner
    self.caller = caller
    self.permission = permission
  }

  /// An answer that no rule ties to others.
  public init(
    action: BorrowedText, resource: BorrowedText, outcome: Outcome, denial: Denial?, reason: Reason,
    owner: SideFinding?, caller: SideFinding?
  ) {
    self.init(
      action: action, resource: resource, outcome: outcome, denial: denial, reason: reason, owner: owner,
      caller: caller, permission: OwnerPermission())
  }
}
