// How a record of the journal is printed.

import DecisionJournal
import PolicyLanguage
import PolicySuite

struct RecordReport {
  var format: OutputFormat
  var style: Style

  func lines(_ entry: JournalEntry) -> [String] {
    switch format {
    case .json: [json(entry).description]
    case .text: text(entry)
    }
  }

  /// When, whose record, the sentence; below it the account's statements that decided.
  private func text(_ entry: JournalEntry) -> [String] {
    let decision = entry[.decision] ?? ""
    let word = decision == "allow" ? style.good("ALLOW") : style.bad("DENY ")
    let whose = "\(entry[.account] ?? "") \(entry[.perspective] ?? "")"
    let head = style.faint("\(Timestamp.text(Int64(entry.realtime / 1_000_000))) \(Printable.text(whose))")
    let statements = (entry[.statements] ?? "").utf8.split(separator: UInt8(ascii: "\n"))
    return ["\(head) \(word) \(Printable.text(entry[.message] ?? ""))"]
      + statements.map { "    \(Printable.text(String(decoding: $0, as: UTF8.self)))" }
  }

  private func json(_ entry: JournalEntry) -> Text {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("time", Timestamp.text(microseconds: entry.realtime))
    let single: [(Text, JournalField)] = [
      ("account", .account), ("perspective", .perspective), ("eventId", .eventID), ("sharedEventId", .sharedEventID),
    ]
    for (name, field) in single { writer.optional(name, entry[field]) }
    writer.optional("decision", (entry[.decision]).map { Self.uppercased($0) })
    let described: [(Text, JournalField)] = [
      ("reason", .reason), ("operation", .operation), ("principal", .principal), ("callerAccount", .callerAccount),
    ]
    for (name, field) in described { writer.optional(name, entry[field]) }
    writer.member("ownerAccounts", entry.values(.ownerAccount))
    writer.member("resources", entry.values(.resource))
    writer.optional("region", entry[.region])
    writer.optional("revision", entry[.revision])
    let statements = (entry[.statements] ?? "").utf8.split(separator: UInt8(ascii: "\n"))
    writer.member("statements", statements.map { String(decoding: $0, as: UTF8.self) })
    let rest: [(Text, JournalField)] = [
      ("requestId", .requestID), ("peerUid", .peerUserID), ("peerPid", .peerProcessID), ("sequence", .sequence),
      ("startId", .startID), ("dropped", .dropped), ("message", .message),
    ]
    for (name, field) in rest { writer.optional(name, entry[field]) }
    writer.endObject()
    return writer.text
  }

  private static func uppercased(_ decision: String) -> String {
    String(decoding: decision.utf8.map { $0 &- 0x61 < 26 ? $0 - 0x20 : $0 }, as: UTF8.self)
  }
}
