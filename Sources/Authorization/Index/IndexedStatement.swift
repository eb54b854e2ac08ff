// Statements made ready for questions: condition keys resolved, and the record of a deciding statement written once.
//
// Denies and allows are kept apart, because every question asks for a deny first and an allow only then. The order of
// statements in a document means nothing to a decision; it only fixes which of several is named as deciding.

import PolicyDirectory
import PolicyLanguage

/// One statement of one policy document.
final class IndexedStatement: Sendable {
  let effect: Effect
  let principal: PrincipalElement?
  let action: ActionElement
  let resource: ResourceElement?
  let conditions: [IndexedCondition]
  /// What is told when this statement decides.
  let source: DecidingStatement

  init(_ statement: Statement, file: Text) {
    effect = statement.effect
    principal = statement.principal
    action = statement.action
    resource = statement.resource
    conditions = statement.conditions.map(IndexedCondition.init)
    source = DecidingStatement(
      file: file, sid: statement.sid, index: statement.index, line: statement.position.line, effect: statement.effect)
  }
}

/// One condition with its key resolved.
struct IndexedCondition: Sendable {
  let comparison: ConditionOperator
  let key: ConditionKey
  let operands: Operands

  init(_ condition: Condition) {
    comparison = condition.comparison
    key = ConditionKey(condition.key)
    operands = condition.operands
  }
}

/// The statements of one or more policies that unite: any allow allows, any deny denies.
struct StatementList: Sendable {
  var denies: [IndexedStatement] = []
  var allows: [IndexedStatement] = []

  init() {}

  init(_ file: PolicyFile) { self.init(file.document, file: file.path) }

  init(_ document: PolicyDocument, file: Text) {
    for statement in document.statements {
      let indexed = IndexedStatement(statement, file: file)
      if statement.effect == .deny { denies.append(indexed) } else { allows.append(indexed) }
    }
  }

  mutating func append(_ other: StatementList) {
    denies += other.denies
    allows += other.allows
  }

  /// Stands for a policy that is named but not there: what it would have denied is unknown, so it denies everything.
  /// The loader refuses such a set; this keeps a set that was put together in another way from failing open.
  static func denyingEverything(inPlaceOf name: Text) -> StatementList {
    let statement = Statement(
      index: 0, position: SourcePosition(line: 1, column: 1), effect: .deny,
      action: ActionElement(patterns: [.any]), resource: ResourceElement(patterns: [.any]))
    var list = StatementList()
    list.denies = [IndexedStatement(statement, file: name)]
    return list
  }
}
