// One policy document compiled: all that questions need of it, in one block of memory, and nothing of the document itself.
//
// It knows neither its file's name nor what it hangs on, so that an unchanged document is compiled once however many
// indexes it takes part in. Denies and allows are kept apart, because every question asks for a deny first and an allow
// only then. The order of statements in a document means nothing to a decision; it only fixes which of several is named
// as deciding.

import PolicyLanguage

/// Immutable; shared by every index that the document is part of.
public final class CompiledPolicy: Sendable {
  private let memory: ArenaOwner
  let denies: Run<IndexedStatement>
  let allows: Run<IndexedStatement>

  /// Compiles twice: to learn how much memory it takes, and to take just that.
  public init(_ document: PolicyDocument) {
    let draft = ArenaOwner(capacity: 16 << 10)
    _ = Self.compile(document, in: draft.arena)
    memory = ArenaOwner(capacity: draft.arena.used)
    (denies, allows) = Self.compile(document, in: memory.arena)
  }

  private static func compile(
    _ document: PolicyDocument, in arena: Arena
  ) -> (denies: Run<IndexedStatement>, allows: Run<IndexedStatement>) {
    // Room for the statements first, so that they lie side by side at the beginning.
    let base = arena.allocate(IndexedStatement.self, count: document.statements.count)
    let denies = document.statements.filter { $0.effect == .deny }
    let allows = document.statements.filter { $0.effect == .allow }
    for (place, statement) in (denies + allows).enumerated() {
      (base + place).initialize(to: IndexedStatement(statement, in: arena))
    }
    return (Run(base, count: denies.count), Run(base + denies.count, count: allows.count))
  }
}
