// How cases of a suite are printed.

import PolicyLanguage
import PolicySuite

struct SuiteReport {
  struct Counts {
    var cases = 0
    var failed = 0
    /// Suites.
    var unreadable = 0
  }

  var format: OutputFormat
  var isVerbose: Bool
  var style: Style

  func lines(_ result: SuiteResult) -> [String] {
    switch format {
    case .json: return [result.jsonLine.description]
    case .text:
      let name =
        "\(Printable.text(result.suite.description)):\(result.position.line): "
        + Printable.text(result.name.description)
      if result.passed { return isVerbose ? ["\(style.good("pass")) \(name)"] : [] }
      let differences = result.mismatches.map { mismatch in
        "     \(mismatch.member.rawValue) is \(Self.quoted(mismatch.found)), expected \(Self.quoted(mismatch.expected))"
      }
      return ["\(style.bad("FAIL")) \(name)"] + differences + result.messages.map { "     \(Printable.text($0))" }
    }
  }

  func summary(_ counts: Counts) -> String {
    var text = "\(Count.text(counts.cases, "case")), \(counts.failed) failed"
    if counts.unreadable > 0 {
      text += ", \(Count.text(counts.unreadable, "suite")) cannot be read"
    }
    return counts.failed + counts.unreadable == 0 ? style.good(text) : style.bad(text)
  }

  private static func quoted(_ value: Text?) -> String {
    value.map { "`\(Printable.text($0.description))`" } ?? "not given"
  }
}
