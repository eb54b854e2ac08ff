// An answer for a program: one line of JSON with the proto3 JSON names, enums by the contract's short names.
//
// As proto3 JSON has it, what is empty is left out; a place in a file is given whole, zeros too.

import CountersignClient
import PolicyLanguage
import PolicySuite

enum AnswerJSON {
  static func line(_ answer: CheckResponse) -> Text {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("decision", answer.decision.rawValue)
    writer.optional("denial", answer.denial?.rawValue)
    writer.member("reason", answer.reason.rawValue)
    side("owner", answer.owner, &writer)
    side("caller", answer.caller, &writer)
    if !answer.legs.isEmpty {
      writer.key("legs")
      writer.beginArray()
      for leg in answer.legs { self.leg(leg, &writer) }
      writer.endArray()
    }
    writer.optional("keyArn", answer.keyARN)
    writer.optional("revision", answer.revision)
    writer.optional("eventId", answer.eventID)
    writer.optional("requestId", answer.requestID)
    writer.endObject()
    return writer.text
  }

  private static func leg(_ leg: Leg, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("action", leg.action)
    writer.member("resource", leg.resource)
    writer.member("decision", leg.decision.rawValue)
    writer.optional("denial", leg.denial?.rawValue)
    writer.member("reason", leg.reason.rawValue)
    side("owner", leg.owner, &writer)
    side("caller", leg.caller, &writer)
    writer.endObject()
  }

  private static func side(_ name: Text, _ side: SideVerdict?, _ writer: inout JSONWriter) {
    guard let side else { return }
    writer.key(name)
    writer.beginObject()
    writer.member("account", side.account)
    writer.member("decision", side.decision.rawValue)
    writer.member("reason", side.reason.rawValue)
    if !side.statements.isEmpty {
      writer.key("statements")
      writer.beginArray()
      for statement in side.statements {
        writer.beginObject()
        writer.member("file", statement.file)
        writer.optional("sid", statement.sid)
        writer.member("index", statement.index)
        writer.member("line", statement.line)
        writer.member("effect", statement.effect.rawValue)
        writer.endObject()
      }
      writer.endArray()
    }
    writer.endObject()
  }
}
