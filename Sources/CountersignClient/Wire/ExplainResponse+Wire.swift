// Explanations on their way in, and what asks for them on its way out.

import CCountersign
import CProtobufC
import RemoteProcedureCall

extension Side {
  var wireValue: Countersign__Side {
    switch self {
    case .owner: COUNTERSIGN__SIDE__SIDE_OWNER
    case .caller: COUNTERSIGN__SIDE__SIDE_CALLER
    case .both: COUNTERSIGN__SIDE__SIDE_BOTH
    }
  }
}

extension Simulation {
  func message(
    of request: CheckRequest, in arena: borrowing MessageArena
  ) throws(Status) -> UnsafeMutablePointer<Countersign__SimulateRequest> {
    let message = try arena.make(countersign__simulate_request__init)
    message.pointee.request = try request.message(in: arena)
    message.pointee.n_context_overrides = contextOverrides.count
    message.pointee.context_overrides = try arena.messages(contextOverrides.entries) { arena, pair throws(Status) in
      let entry = try arena.make(countersign__simulate_request__context_overrides_entry__init)
      entry.pointee.key = try arena.text(pair.key)
      entry.pointee.value = try arena.make(countersign__context_override__init)
      if case .values(let values) = pair.value {
        let list = try arena.make(countersign__context_values__init)
        list.pointee.n_values = values.count
        list.pointee.values = try arena.texts(values)
        entry.pointee.value.pointee.values = list
      }
      return entry
    }
    message.pointee.n_files = files.count
    message.pointee.files = try arena.messages(files.entries) { arena, pair throws(Status) in
      let entry = try arena.make(countersign__simulate_request__files_entry__init)
      entry.pointee.key = try arena.text(pair.key)
      entry.pointee.value = try arena.text(pair.value)
      return entry
    }
    return message
  }
}

extension ExplainResponse {
  init(_ message: Countersign__ExplainResponse) throws(ClientError) {
    let decision = try Decision(message.decision)
    self.init(
      decision: decision, denial: try Denial(message.denial, of: decision), reason: Reason(message.reason),
      keyARN: String(message.key_arn), revision: String(message.revision), requestID: String(message.request_id))
    for leg in elements(message.legs, message.n_legs) { legs.append(try LegExplanation(leg)) }
  }
}

extension LegExplanation {
  init(_ message: Countersign__LegExplanation) throws(ClientError) {
    let decision = try Decision(message.decision)
    self.init(
      action: String(message.action), resource: String(message.resource), decision: decision,
      denial: try Denial(message.denial, of: decision), reason: Reason(message.reason),
      owner: try SideExplanation(message.owner), caller: try SideExplanation(message.caller))
  }
}

extension SideExplanation {
  /// Nil for a side that is not in the answer.
  init?(_ message: UnsafeMutablePointer<Countersign__SideExplanation>?) throws(ClientError) {
    guard let message = message?.pointee else { return nil }
    self.init(
      account: String(message.account), decision: try Decision(message.decision), reason: Reason(message.reason),
      advice: strings(message.advice, message.n_advice))
    for answer in elements(message.answers, message.n_answers) { answers.append(try PolicyAnswer(answer)) }
  }
}

extension PolicyAnswer {
  init(_ message: Countersign__PolicyAnswer) throws(ClientError) {
    self.init(
      kind: Kind.named(message.kind.rawValue) ?? .unrecognized,
      result: Result.named(message.result.rawValue) ?? .unrecognized, note: String(message.note))
    for statement in elements(message.statements, message.n_statements) {
      statements.append(try ExplainedStatement(statement))
    }
  }
}

extension ExplainedStatement {
  init(_ message: Countersign__ExplainedStatement) throws(ClientError) {
    self.init(
      statement: DecidingStatement(
        file: String(message.file), sid: String(message.sid), index: Int(message.index), line: Int(message.line),
        effect: try Effect(message.effect)),
      isMatched: message.matched != 0, isDeciding: message.deciding != 0,
      elements: CountersignClient.elements(message.elements, message.n_elements).map { ExplainedElement($0) })
  }
}

extension ExplainedElement {
  init(_ message: Countersign__ExplainedElement) {
    self.init(
      name: String(message.name), isMatched: message.matched != 0, comparison: String(message.operator_),
      key: String(message.key), expected: strings(message.expected, message.n_expected),
      actual: strings(message.actual, message.n_actual),
      presence: Presence.named(message.presence.rawValue) ?? .unrecognized)
  }
}

extension CaseIterable where AllCases == [Self] {
  /// The proto counts these from 1 in the order of `allCases`, whose last one is the unrecognized.
  fileprivate static func named(_ value: UInt32) -> Self? {
    let index = Int(value) - 1
    return allCases.indices.dropLast().contains(index) ? allCases[index] : nil
  }
}
