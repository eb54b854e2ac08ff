// An explanation for a program: one line of JSON with the proto3 JSON names, enums by their short names.
//
// What is empty is left out, but whether something matched is always said.

import CountersignClient
import PolicyLanguage
import PolicySuite

enum ExplanationJSON {
  static func line(_ explanation: ExplainResponse) -> Text {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("decision", explanation.decision.rawValue)
    writer.optional("denial", explanation.denial?.rawValue)
    writer.member("reason", explanation.reason.rawValue)
    list("legs", explanation.legs, &writer) { leg, writer in
      writer.member("action", leg.action)
      writer.member("resource", leg.resource)
      writer.member("decision", leg.decision.rawValue)
      writer.optional("denial", leg.denial?.rawValue)
      writer.member("reason", leg.reason.rawValue)
      side("owner", leg.owner, &writer)
      side("caller", leg.caller, &writer)
    }
    writer.optional("keyArn", explanation.keyARN)
    writer.optional("revision", explanation.revision)
    writer.optional("requestId", explanation.requestID)
    writer.endObject()
    return writer.text
  }

  private static func side(_ name: Text, _ side: SideExplanation?, _ writer: inout JSONWriter) {
    guard let side else { return }
    writer.key(name)
    writer.beginObject()
    writer.member("account", side.account)
    writer.member("decision", side.decision.rawValue)
    writer.member("reason", side.reason.rawValue)
    list("answers", side.answers, &writer) { answer, writer in
      writer.member("kind", answer.kind.rawValue)
      writer.member("result", answer.result.rawValue)
      writer.optional("note", answer.note)
      list("statements", answer.statements, &writer) { statement(statement: $0, &$1) }
    }
    if !side.advice.isEmpty { writer.member("advice", side.advice) }
    writer.endObject()
  }

  private static func statement(statement: ExplainedStatement, _ writer: inout JSONWriter) {
    writer.member("file", statement.statement.file)
    writer.optional("sid", statement.statement.sid)
    writer.member("index", statement.statement.index)
    writer.member("line", statement.statement.line)
    writer.member("effect", statement.statement.effect.rawValue)
    writer.member("matched", statement.isMatched)
    writer.member("deciding", statement.isDeciding)
    list("elements", statement.elements, &writer) { element, writer in
      writer.member("name", element.name)
      writer.member("matched", element.isMatched)
      writer.optional("operator", element.comparison)
      writer.optional("key", element.key)
      if !element.expected.isEmpty { writer.member("expected", element.expected) }
      if !element.actual.isEmpty { writer.member("actual", element.actual) }
      writer.member("presence", element.presence.rawValue)
    }
  }

  private static func list<Element>(
    _ name: Text, _ elements: [Element], _ writer: inout JSONWriter,
    _ members: (Element, inout JSONWriter) -> Void
  ) {
    guard !elements.isEmpty else { return }
    writer.key(name)
    writer.beginArray()
    for element in elements {
      writer.beginObject()
      members(element, &writer)
      writer.endObject()
    }
    writer.endArray()
  }
}
