// How a compiled policy lies in memory: for each statement the operations of KMS that it speaks of, then the statements, then
// what they point to, last what only explanations need. A question looks at the operations first, and at no statement that
// does not speak of its own.

import PolicyLanguage

/// The beginning of a block.
struct PolicyBlock: BitwiseCopyable {
  let denyCount: UInt32
  let allowCount: UInt32
  /// How much a question may look at, from the block's beginning on.
  private let bytesForQuestions: UInt32
  /// Denies first, then allows; NotAction taken into account.
  private let operations: UnsafePointer<OperationSet>
  private let statements: UnsafePointer<IndexedStatement>

  static func compile(_ document: PolicyDocument, in arena: Arena) -> UnsafePointer<PolicyBlock> {
    let sources = document.statements.filter { $0.effect == .deny } + document.statements.filter { $0.effect == .allow }
    let start = arena.used
    let block = arena.allocate(PolicyBlock.self)
    let operations = arena.allocate(OperationSet.self, count: sources.count)
    let statements = arena.allocate(IndexedStatement.self, count: sources.count)
    for (place, source) in sources.enumerated() {
      (operations + place).initialize(to: OperationSet(coveredBy: source.action))
      (statements + place).initialize(to: IndexedStatement(source, in: arena))
    }
    let bytesForQuestions = arena.used - start
    for (place, source) in sources.enumerated() { statements[place].addDetails(of: source, in: arena) }
    let denies = sources.count { $0.effect == .deny }
    block.initialize(
      to: PolicyBlock(
        denyCount: UInt32(clamping: denies), allowCount: UInt32(clamping: sources.count - denies),
        bytesForQuestions: UInt32(clamping: bytesForQuestions),
        operations: operations, statements: statements))
    return UnsafePointer(block)
  }

  /// Lines of memory that are announced of one block at most: large policies are hardly ever looked at as a whole.
  private static let mostLines = 32

  /// Announces the block behind its first line, which is there.
  @inline(__always) static func prefetchRest(of block: UnsafePointer<PolicyBlock>) {
    let lines = min(Int(block.pointee.bytesForQuestions) / 64, mostLines)
    Authorization.prefetch(UnsafeRawPointer(block) + 64, lines: lines)
  }

  var denies: Run<IndexedStatement> { Run(statements, count: Int(denyCount)) }
  var allows: Run<IndexedStatement> { Run(statements + Int(denyCount), count: Int(allowCount)) }

  /// The first Deny about the action that is like that.
  @inline(__always) func firstDeny(
    of action: UnsafePointer<ActionName>, like isWanted: (UnsafePointer<IndexedStatement>) -> Bool
  ) -> UnsafePointer<IndexedStatement>? {
    first(0, Int(denyCount), action, isWanted)
  }

  /// The first Allow about the action that is like that.
  @inline(__always) func firstAllow(
    of action: UnsafePointer<ActionName>, like isWanted: (UnsafePointer<IndexedStatement>) -> Bool
  ) -> UnsafePointer<IndexedStatement>? {
    first(Int(denyCount), Int(denyCount) + Int(allowCount), action, isWanted)
  }

  @inline(__always) private func first(
    _ start: Int, _ end: Int, _ action: UnsafePointer<ActionName>,
    _ isWanted: (UnsafePointer<IndexedStatement>) -> Bool
  ) -> UnsafePointer<IndexedStatement>? {
    var place = start
    let bit = action.pointee.bit
    while place < end {
      let statement = statements + place
      let isCovered = bit != 0 ? operations[place].rawValue & bit != 0 : statement.pointee.covers(action.pointee)
      if isCovered, isWanted(statement) { return statement }
      place += 1
    }
    return nil
  }
}
