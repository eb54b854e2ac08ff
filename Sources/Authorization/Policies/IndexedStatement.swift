// One statement made ready for questions: plain values in the policy's memory.

import PolicyLanguage

/// One statement of one policy document.
struct IndexedStatement: BitwiseCopyable {
  let action: IndexedAction
  let effect: Effect
  /// Nil where the kind of policy has no Principal element.
  let principal: IndexedPrincipal?
  let resource: IndexedResource?
  let conditions: Run<IndexedCondition>
  let sid: BorrowedText?
  /// Place in the document, from 0.
  let index: UInt32
  let line: UInt32

  init(_ statement: Statement, in arena: Arena) {
    effect = statement.effect
    action = IndexedAction(statement.action, in: arena)
    principal = statement.principal.map { IndexedPrincipal($0, in: arena) }
    resource = statement.resource.map { IndexedResource($0, in: arena) }
    conditions = arena.run(statement.conditions.map { IndexedCondition($0, in: arena) })
    sid = statement.sid.map { arena.copy($0) }
    index = UInt32(clamping: statement.index)
    line = UInt32(clamping: statement.position.line)
  }
}

/// A statement, or a grant, that decided: what is told of it.
struct StatementReference: BitwiseCopyable {
  /// Path below the policy directory.
  let file: BorrowedText
  let sid: BorrowedText?
  let index: UInt32
  let line: UInt32
  let effect: Effect

  init(file: BorrowedText, sid: BorrowedText?, index: UInt32, line: UInt32, effect: Effect) {
    self.file = file
    self.sid = sid
    self.index = index
    self.line = line
    self.effect = effect
  }

  init(_ statement: UnsafePointer<IndexedStatement>, of file: BorrowedText) {
    self.init(
      file: file, sid: statement.pointee.sid, index: statement.pointee.index, line: statement.pointee.line,
      effect: statement.pointee.effect)
  }
}
