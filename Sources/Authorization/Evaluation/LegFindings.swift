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
struct SideFinding: BitwiseCopyable {
  let account: BorrowedText
  var outcome: Outcome
  var reason: Reason
  /// Of this account's policies only.
  var statements: Run<StatementReference>
}

/// The answer to one leg, with what later rules tie legs together by.
struct LegResult: BitwiseCopyable {
  let action: BorrowedText
  let resource: BorrowedText
  var outcome: Outcome
  /// Nil when allowed.
  var denial: Denial?
  var reason: Reason
  /// Nil where there is no resource.
  var owner: SideFinding?
  /// Nil for a service principal.
  let caller: SideFinding?
  /// The allow on the owner's side, if any.
  let permission: OwnerPermission
  /// Without its grants the leg would be denied.
  var isAllowedOnlyByGrant = false
}
