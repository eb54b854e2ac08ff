// What lint found in one directory, and how it is printed.

import PolicyDirectory
import PolicyLanguage
import PolicySuite

struct Findings {
  var directory: String
  var errors: [Diagnostic]
  var remarks: [Diagnostic]
  /// Nil when the set is refused.
  var set: (revision: Text, counts: PolicySetCounts)?

  /// - Throws: `Failure` when the directory itself cannot be read.
  init(directory: String) throws(Failure) {
    try PolicySets.requireDirectory(directory)
    let loader = PolicyLoader()
    let report = loader.lint(directory: directory)
    self.directory = directory
    errors = report.errors
    remarks = report.remarks
    do {
      let loaded = try loader.load(directory: directory)
      set = (loaded.revision, loaded.counts)
    } catch {
      // The directory may have changed since.
      if errors.isEmpty { errors = error.diagnostics }
    }
  }
}

struct FindingsReport {
  var format: OutputFormat
  var style: Style

  func lines(_ findings: Findings) -> [String] {
    switch format {
    case .json: [json(findings).description]
    case .text:
      findings.errors.map { "\(place($0, findings)) \(style.bad("error:")) \(Printable.text($0.message))" }
        + findings.remarks.map { "\(place($0, findings)) \(style.faint("remark:")) \(Printable.text($0.message))" }
        + [summary(findings)]
    }
  }

  private func place(_ diagnostic: Diagnostic, _ findings: Findings) -> String {
    let inside = PolicySets.inside(findings.directory, diagnostic)
    return Printable.text("\(inside.file):\(inside.position.line):\(inside.position.column):")
  }

  private func summary(_ findings: Findings) -> String {
    let name = Printable.text(findings.directory)
    let found = "\(Count.text(findings.errors.count, "error")), \(Count.text(findings.remarks.count, "remark"))"
    guard let set = findings.set else { return style.bad("\(name): \(found)") }
    let size = "\(Count.text(set.counts.accounts, "account")), \(Count.text(set.counts.keys, "key"))"
    return style.good("\(name): \(found); \(size), revision \(set.revision)")
  }

  private func json(_ findings: Findings) -> Text {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("directory", findings.directory)
    writer.member("revision", findings.set?.revision)
    diagnostics("errors", findings.errors, &writer)
    diagnostics("remarks", findings.remarks, &writer)
    writer.endObject()
    return writer.text
  }

  private func diagnostics(_ name: Text, _ diagnostics: [Diagnostic], _ writer: inout JSONWriter) {
    writer.key(name)
    writer.beginArray()
    for diagnostic in diagnostics {
      writer.beginObject()
      writer.member("file", diagnostic.file)
      writer.member("line", diagnostic.position.line)
      writer.member("column", diagnostic.position.column)
      writer.member("message", diagnostic.message)
      writer.endObject()
    }
    writer.endArray()
  }
}
