// What lint found in one directory, and how it is printed.

import PolicyDirectory
import PolicyLanguage
import PolicySuite

struct LintFindings {
  var directory: String
  /// Nil when the set is refused.
  var revision: Text?
  var errors: [Diagnostic]

  /// - Throws: `Failure` when the directory itself cannot be read.
  init(directory: String) throws(Failure) {
    self.directory = directory
    try PolicySets.requireDirectory(directory)
    do {
      revision = try PolicyLoader().load(directory: directory).revision
      errors = []
    } catch {
      revision = nil
      errors = error.diagnostics
    }
  }
}

struct LintReport {
  var format: OutputFormat
  var style: Style

  func lines(_ findings: LintFindings) -> [String] {
    switch format {
    case .json: return [json(findings).description]
    case .text:
      let name = Printable.text(findings.directory)
      guard let revision = findings.revision else {
        let count = findings.errors.count
        return findings.errors.map { "\(PolicySets.inside(findings.directory, $0))" }.map(Printable.text)
          + [style.bad("\(name): \(count) \(count == 1 ? "error" : "errors")")]
      }
      return [style.good("\(name): no errors, revision \(revision)")]
    }
  }

  private func json(_ findings: LintFindings) -> Text {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("directory", findings.directory)
    writer.member("revision", findings.revision)
    writer.key("errors")
    writer.beginArray()
    for error in findings.errors {
      writer.beginObject()
      writer.member("file", error.file)
      writer.member("line", error.position.line)
      writer.member("column", error.position.column)
      writer.member("message", error.message)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.text
  }
}
