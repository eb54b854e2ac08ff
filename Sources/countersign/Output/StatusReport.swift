// How the daemon's status is printed.

import CountersignClient
import PolicyLanguage
import PolicySuite

enum StatusReport {
  static func lines(_ status: DaemonStatus, style: Style) -> [String] {
    func row(_ name: String, _ value: String) -> String {
      name + String(repeating: " ", count: max(1, 10 - name.count)) + value
    }
    let size = status.policySet
    let journal = status.audit.isReachable ? style.good("reachable") : style.bad("not reachable")
    var lines = [
      row("daemon", "countersignd \(Printable.text(status.version)), up since \(Timestamp.text(status.startedAt))"),
      row("policies", Printable.text(status.policies)),
    ]
    if status.revision.isEmpty {
      lines.append(row("revision", style.bad("none in force: every request is answered UNAVAILABLE")))
    } else {
      lines += [
        row("revision", "\(Printable.text(status.revision)), in force since \(Timestamp.text(status.loadedAt))"),
        row(
          "set",
          "\(Count.text(size.accounts, "account")), \(Count.text(size.keys, "key")), "
            + "\(Count.text(size.users, "user")), \(Count.text(size.roles, "role")), "
            + Count.text(size.documents, "policy document")),
      ]
    }
    let audit = status.audit
    lines += [
      row(
        "journal",
        "\(journal), audit \(Printable.text(audit.mode)), "
          + "\(Count.text(audit.writtenEntries, "entry", plural: "entries")) written, "
          + "\(audit.droppedEntries) dropped"),
      row(
        "decisions",
        "\(status.decisions.allowed) allowed, \(status.decisions.denied) denied, \(status.decisions.failed) failed"),
    ]
    if status.reloadFailedAt != 0 {
      lines.append(
        style.bad("the set on disk was refused at \(Timestamp.text(status.reloadFailedAt)); what is wrong with it:"))
      lines += status.reloadErrors.map { "  \(Printable.text($0))" }
    }
    return lines
  }

  /// The proto3 JSON names; 64-bit numbers are strings there, as proto3 JSON has them.
  static func json(_ status: DaemonStatus) -> Text {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("version", status.version)
    writer.member("revision", status.revision)
    writer.member("loadedAt", String(status.loadedAt))
    object("policySet", &writer) { writer in
      writer.member("accounts", status.policySet.accounts)
      writer.member("keys", status.policySet.keys)
      writer.member("users", status.policySet.users)
      writer.member("roles", status.policySet.roles)
      writer.member("documents", status.policySet.documents)
    }
    writer.member("reloadErrors", status.reloadErrors)
    writer.member("reloadFailedAt", String(status.reloadFailedAt))
    object("audit", &writer) { writer in
      writer.member("mode", status.audit.mode)
      writer.member("writtenEntries", String(status.audit.writtenEntries))
      writer.member("droppedEntries", String(status.audit.droppedEntries))
      writer.member("reachable", status.audit.isReachable)
      writer.member("startId", status.audit.startID)
    }
    object("decisions", &writer) { writer in
      writer.member("allowed", String(status.decisions.allowed))
      writer.member("denied", String(status.decisions.denied))
      writer.member("failed", String(status.decisions.failed))
    }
    writer.member("startedAt", String(status.startedAt))
    writer.member("policies", status.policies)
    writer.endObject()
    return writer.text
  }

  private static func object(_ key: Text, _ writer: inout JSONWriter, _ members: (inout JSONWriter) -> Void) {
    writer.key(key)
    writer.beginObject()
    members(&writer)
    writer.endObject()
  }
}
