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
  /// Bytes of the block.
  let size: Int

  /// Compiles twice: to learn how much memory it takes, and to take just that.
  public init(_ document: PolicyDocument) {
    let draft = ArenaOwner(capacity: 16 << 10)
    let size = withExtendedLifetime(draft) {
      _ = PolicyBlock.compile(document, in: draft.arena)
      return draft.arena.used
    }
    self.size = size
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    block = Arena.filling(memory) { PolicyBlock.compile(document, in: $0) }
  }

  deinit { UnsafeMutableRawPointer(mutating: block).deallocate() }
}
