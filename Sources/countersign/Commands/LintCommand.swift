// countersign lint: what is wrong with policy directories, before a daemon meets it.

import ArgumentParser
import PolicyDirectory
import PolicyLanguage

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Check policy directories for errors.",
    discussion: """
      Reports every error at once, each with its place. Exit status: 0 no errors, 1 errors, 2 a directory cannot be read.
      """)

  @Argument(
    help: ArgumentHelp(
      "Policy directories (default: $COUNTERSIGN_POLICIES, else \(Environment.defaultPolicies)).",
      valueName: "directory"))
  var directories: [String] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    let named = directories.isEmpty ? [Environment[Environment.policies] ?? Environment.defaultPolicies] : directories
    var status = ExitStatus.yes
    for directory in named {
      let findings: LintFindings
      do {
        findings = try LintFindings(directory: directory)
      } catch {
        StandardError.write(error)
        status = .unusable
        continue
      }
      let report = LintReport(format: output.format, style: .standard)
      for line in report.lines(findings) { try StandardOutput.write(line: line) }
      if findings.revision == nil, status == .yes { status = .no }
    }
    if status != .yes { throw status }
  }
}
