// The statements that decided on one side. They stand where the index and the workspace have them, and are put in words
// one by one, when somebody reads them.

import PolicyLanguage

public struct DecidingStatements: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
  private enum Storage: Sendable {
    // INVARIANT: `owner` keeps what the references speak of, or whoever uses the decision does.
    case references(Run<StatementReference>, owner: Keeper)
    case statements([DecidingStatement])
  }

  // INVARIANT: a keeper is never looked into, only held.
  private struct Keeper: @unchecked Sendable { let object: AnyObject? }

  private let storage: Storage

  public init(_ statements: [DecidingStatement]) { storage = .statements(statements) }
  public init(arrayLiteral statements: DecidingStatement...) { self.init(statements) }

  init(_ references: Run<StatementReference>, keptBy owner: AnyObject?) {
    storage = .references(references, owner: Keeper(object: owner))
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int {
    switch storage {
    case .references(let references, _): references.count
    case .statements(let statements): statements.count
    }
  }

  public subscript(index: Int) -> DecidingStatement {
    switch storage {
    case .references(let references, let owner): DecidingStatement(references[index], keptBy: owner.object)
    case .statements(let statements): statements[index]
    }
  }
}

extension DecidingStatements: Equatable {
  public static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }
}

extension DecidingStatement {
  init(_ reference: StatementReference, keptBy owner: AnyObject?) {
    self.init(
      file: Text(reference.file, keptBy: owner), sid: reference.sid.map { Text($0, keptBy: owner) },
      index: Int(reference.index), line: Int(reference.line), effect: reference.effect)
  }

  /// With texts of its own.
  init(copying reference: StatementReference) {
    self.init(
      file: Text(copying: reference.file), sid: reference.sid.map { Text(copying: $0) }, index: Int(reference.index),
      line: Int(reference.line), effect: reference.effect)
  }
}
