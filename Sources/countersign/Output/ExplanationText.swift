// An explanation for a person: a tree of sides, policies and statements. Of a statement that does not match, only the
// elements are shown that are in the way.

import CountersignClient

struct ExplanationText {
  var style: Style
  private var lines: [String] = []

  private init(style: Style) { self.style = style }

  /// The lines of one explanation.
  static func lines(_ explanation: ExplainResponse, style: Style) -> [String] {
    var text = ExplanationText(style: style)
    text.append(explanation)
    return text.lines
  }

  private mutating func append(_ explanation: ExplainResponse) {
    lines.append("\(word(explanation.decision, explanation.denial)): \(ReasonSentence.text(explanation.reason))")
    for leg in explanation.legs {
      lines.append("")
      lines.append(
        "\(word(leg.decision, leg.denial)) \(Printable.text(leg.action)) on \(Printable.text(leg.resource))")
      append(leg.owner, "owner")
      append(leg.caller, "caller")
    }
    lines.append("")
    for (name, value) in [
      ("reason  ", explanation.reason.rawValue), ("key     ", explanation.keyARN),
      ("revision", explanation.revision), ("request ", explanation.requestID),
    ] where !value.isEmpty {
      lines.append(style.faint("\(name) \(Printable.text(value))"))
    }
  }

  private mutating func append(_ side: SideExplanation?, _ name: String) {
    guard let side else { return }
    let verdict = side.decision == .allow ? style.good("ALLOW") : style.bad("DENY")
    lines.append("  \(name) \(Printable.text(side.account)): \(verdict), \(ReasonSentence.text(side.reason))")
    for answer in side.answers { append(answer) }
    for advice in side.advice { lines.append("    \(style.bad("to allow it:")) \(Printable.text(advice))") }
  }

  private mutating func append(_ answer: PolicyAnswer) {
    lines.append("    \(mark(answer.result)) \(Self.name(answer.kind)): \(Printable.text(answer.note))")
    for statement in answer.statements { append(statement) }
  }

  private mutating func append(_ statement: ExplainedStatement) {
    let place = "\(statement.statement.file):\(statement.statement.line)"
    let sid =
      statement.statement.sid.isEmpty
      ? "statement \(statement.statement.index + 1)" : statement.statement.sid
    let effect = statement.statement.effect == .allow ? "Allow" : "Deny"
    let match = statement.isMatched ? (statement.isDeciding ? "matches and decides" : "matches") : "does not match"
    lines.append("        \(effect) \(match): \(Printable.text(place)) \(style.faint("(\(Printable.text(sid)))"))")
    guard !statement.isMatched else { return }
    for element in statement.elements where !element.isMatched { append(element) }
  }

  private mutating func append(_ element: ExplainedElement) {
    var what = element.name
    if !element.comparison.isEmpty { what = "\(element.comparison) \(element.key)" }
    let expected = element.expected.isEmpty ? "nothing" : Self.list(element.expected)
    lines.append("            \(Printable.text(what)): the request has \(actual(element)), the policy \(expected)")
  }

  private func actual(_ element: ExplainedElement) -> String {
    switch element.presence {
    case .present: element.actual.isEmpty ? "an empty set" : Self.list(element.actual)
    case .absent: "none"
    case .unknown: "one whose value is not given"
    case .withheld: "what only the other side may know"
    case .unrecognized: "something that this program does not know"
    }
  }

  /// A condition may have hundreds of values.
  private static func list(_ values: [String]) -> String {
    let shown = values.prefix(5).map { "`\(Printable.text($0))`" }.joined(separator: ", ")
    return values.count > 5 ? "\(shown) and \(values.count - 5) more" : shown
  }

  private func mark(_ result: PolicyAnswer.Result) -> String {
    switch result {
    case .allows: style.good("+")
    case .denies, .lacksAllow: style.bad("-")
    case .silent, .notAsked, .unrecognized: "."
    }
  }

  private static func name(_ kind: PolicyAnswer.Kind) -> String {
    switch kind {
    case .resource: "resource"
    case .principal: "principal"
    case .crossAccountUse: "use across accounts"
    case .keyPolicy: "key policy"
    case .resourcePolicy: "resource policy"
    case .trustPolicy: "trust policy"
    case .grants: "grants"
    case .resourceControlPolicies: "resource control policies"
    case .identityPolicies: "identity policies"
    case .permissionsBoundary: "permissions boundary"
    case .sessionPolicies: "session policies"
    case .serviceControlPolicies: "service control policies"
    case .endpointPolicy: "endpoint policy"
    case .region: "Region"
    case .unrecognized: "something that this program does not know"
    }
  }

  private func word(_ decision: Decision, _ denial: Denial?) -> String {
    switch (decision, denial) {
    case (.allow, _): style.good("ALLOW")
    case (.deny, .explicit?): style.bad("DENY (explicit)")
    case (.deny, _): style.bad("DENY (implicit)")
    }
  }
}
