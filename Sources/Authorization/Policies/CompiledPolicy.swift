// One policy document compiled: all that questions need of it, in one block of memory, and nothing of the document itself.
//
// It knows neither its file's name nor what it hangs on, so that an unchanged document is compiled once however many
// indexes it takes part in. Denies and allows are kept apart, because every question asks for a deny first and an allow
// only then. The order of statements in a document means nothing to a decision; it only fixes which of several is named
// as deciding.

import PolicyLanguage

/// Immutable; shared by every index that the document is part of.
// INVARIANT: nobody writes to the block after it is filled.
public final class CompiledPolicy: @unchecked Sendable {
  let block: UnsafePointer<PolicyBlock>
  private let memory: ArenaOwner

  /// - Parameter memory: nobody else's as long as this takes.
  init(_ document: PolicyDocument, in memory: ArenaOwner) {
    self.memory = memory
    memory.arena.beginLine()
    block = PolicyBlock.compile(document, in: memory.arena)
  }

  public convenience init(_ document: PolicyDocument) { self.init(document, in: ArenaOwner(capacity: 1 << 10)) }
}
