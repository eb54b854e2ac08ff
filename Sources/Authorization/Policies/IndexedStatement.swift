// One statement made ready for questions: plain values in the policy's memory.

import PolicyLanguage

/// One statement of one policy document.
struct IndexedStatement: BitwiseCopyable {
  /// Whether an element is there, and whether it is the negated one: NotPrincipal, NotAction, NotResource.
  enum Form: UInt8, BitwiseCopyable {
    case absent
    case plain
    case negated
  }

  /// The entries of Principal or NotPrincipal.
  private(set) var principals = Run<PrincipalName>()
  /// Place in the document, from 0.
  let index: UInt32
  /// The entries of Resource or NotResource.
  private(set) var resources = Run<IndexedResource>()
  let line: UInt32
  private(set) var conditions = Run<IndexedCondition>()
  let effect: Effect
  let principalForm: Form
  let resourceForm: Form
  let isActionNegated: Bool
  /// The entries of Action or NotAction in lower case, with `*` and `?`.
  private(set) var actions = Run<BorrowedText>()
  private(set) var sid: BorrowedText?

  /// What questions look at.
  init(_ statement: Statement, in arena: Arena) {
    index = UInt32(clamping: statement.index)
    line = UInt32(clamping: statement.position.line)
    effect = statement.effect
    principalForm = statement.principal.map { $0.isNegated ? .negated : .plain } ?? .absent
    resourceForm = statement.resource.map { $0.isNegated ? .negated : .plain } ?? .absent
    isActionNegated = statement.action.isNegated
    principals = arena.run((statement.principal?.entries ?? []).map { PrincipalName($0, in: arena) })
    resources = arena.run((statement.resource?.patterns ?? []).map { IndexedResource($0, in: arena) })
    conditions = arena.run(statement.conditions.map { IndexedCondition($0, in: arena) })
  }

  /// What only explanations, deciding statements and actions of other services need: it lies behind all statements'.
  mutating func addDetails(of statement: Statement, in arena: Arena) {
    actions = arena.run(statement.action.patterns.map { arena.copy($0.text) })
    sid = statement.sid.map { arena.copy($0) }
  }

  /// Whether Action or NotAction covers an action (D-38, D-39). For KMS the policy's block knows.
  func covers(_ action: ActionName) -> Bool {
    (actions.first { ActionPattern.matches($0.pointee, action) } != nil) != isActionNegated
  }
}

extension ActionPattern {
  /// As a policy has it, but in lower case (D-37).
  fileprivate var text: Text {
    switch self {
    case .any: return "*"
    case .named(let service, let name):
      var bytes = Array(service.utf8) + [UInt8(ascii: ":")]
      for piece in name.pieces {
        switch piece {
        case .literal(let text): bytes += text.utf8
        case .anyCharacter: bytes.append(UInt8(ascii: "?"))
        case .anyRun: bytes.append(UInt8(ascii: "*"))
        case .variable: break
        }
      }
      return Text(utf8: bytes)
    }
  }

  /// Compares an action with an entry's `text`.
  fileprivate static func matches(_ text: BorrowedText, _ action: ActionName) -> Bool {
    if text == "*" { return true }
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), text.prefix(colon) == action.service else { return false }
    let name = text.dropFirst(colon + 1)
    return withUnsafeTemporaryAllocation(of: PatternStep.self, capacity: name.count) { steps in
      var count = 0
      func add(_ step: PatternStep) {
        steps.initializeElement(at: count, to: step)
        count += 1
      }
      var start = 0
      for place in 0...name.count {
        let byte = place < name.count ? name[place] : 0
        guard place == name.count || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") else { continue }
        if place > start { add(PatternStep(.literal, name[start..<place])) }
        if place < name.count { add(PatternStep(byte == UInt8(ascii: "*") ? .anyRun : .anyCharacter, "")) }
        start = place + 1
      }
      return PatternMatcher.matches(action.name, PatternSteps(rebasing: UnsafeBufferPointer(steps)[..<count]))
    }
  }
}

/// A statement, or a grant, that decided: what is told of it.
public struct StatementReference: BitwiseCopyable, Sendable, Equatable {
  /// Path below the policy directory.
  public let file: BorrowedText
  /// Place in the document, from 0.
  public let index: UInt32
  public let sid: BorrowedText?
  public let line: UInt32
  public let effect: Effect

  public init(file: BorrowedText, sid: BorrowedText?, index: UInt32, line: UInt32, effect: Effect) {
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
