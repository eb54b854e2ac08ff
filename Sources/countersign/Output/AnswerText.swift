// An answer for a person: first yes or no and why, then who said what, and where that is written.

import CountersignClient

struct AnswerText {
  var style: Style
  private(set) var lines: [String] = []

  init(style: Style) { self.style = style }

  /// The lines of one answer.
  static func lines(_ answer: CheckResponse, style: Style) -> [String] {
    var text = AnswerText(style: style)
    text.append(answer)
    return text.lines
  }

  private mutating func append(_ answer: CheckResponse) {
    lines.append("\(word(answer.decision, answer.denial)): \(ReasonSentence.text(answer.reason))")
    lines.append("")
    if answer.legs.isEmpty {
      append(answer.owner, "owner", indent: "  ")
      append(answer.caller, "caller", indent: "  ")
    }
    for leg in answer.legs {
      let what = "\(Printable.text(leg.action)) on \(Printable.text(leg.resource))"
      lines.append("  \(word(leg.decision, leg.denial)) \(what): \(ReasonSentence.text(leg.reason))")
      append(leg.owner, "owner", indent: "    ")
      append(leg.caller, "caller", indent: "    ")
    }
    append("reason", answer.reason.rawValue)
    append("key", answer.keyARN)
    append("revision", answer.revision)
    append("event", answer.eventID)
    append("request", answer.requestID)
  }

  private mutating func append(_ side: SideVerdict?, _ name: String, indent: String) {
    guard let side else { return }
    let reason = side.decision == .allow ? "" : "  \(ReasonSentence.text(side.reason))"
    lines.append("\(indent)\(pad(name, 8)) \(Printable.text(side.account))  \(word(side.decision, nil))\(reason)")
    for statement in side.statements {
      let sid = statement.sid.isEmpty ? "statement \(statement.index + 1)" : statement.sid
      let effect = statement.effect == .allow ? "allows" : "denies"
      let place = "\(statement.file):\(statement.line)"
      lines.append("\(indent)         \(effect) by \(Printable.text(place)) \(style.faint("(\(Printable.text(sid)))"))")
    }
  }

  private mutating func append(_ name: String, _ value: String) {
    if !value.isEmpty { lines.append(style.faint("  \(pad(name, 8)) \(Printable.text(value))")) }
  }

  private func word(_ decision: Decision, _ denial: Denial?) -> String {
    switch (decision, denial) {
    case (.allow, _): style.good("ALLOW")
    case (.deny, .explicit?): style.bad("DENY (explicit)")
    case (.deny, .implicit?): style.bad("DENY (implicit)")
    case (.deny, nil): style.bad("DENY")
    }
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
