// countersign lint: what is wrong with policy directories, before a daemon meets it.

import ArgumentParser

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Check policy directories for errors.",
    discussion: """
      Reports everything at once, each thing with its place. An error keeps the daemon from loading the directory. A \
      remark does not: it tells of what is probably not meant, such as a statement that can match nothing.

      Exit status: 0 no errors (with --strict: no remarks either), 1 some, 2 a directory cannot be read.
      """)

  @Argument(
    help: ArgumentHelp(
      "Policy directories (default: $COUNTERSIGN_POLICIES, else \(Environment.defaultPolicies)).",
      valueName: "directory"))
  var directories: [String] = []

  @Option(help: ArgumentHelp("One more policy directory, named as the other commands name it.", valueName: "directory"))
  var policies: String?

  @Flag(help: "Count remarks as errors.")
  var strict = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let given = directories + (policies.map { [$0] } ?? [])
    let named = given.isEmpty ? [Environment[Environment.policies] ?? Environment.defaultPolicies] : given
    let report = FindingsReport(format: output.format, style: .standard)
    var status = ExitStatus.yes
    for directory in named {
      do {
        let findings = try Findings(directory: directory)
        for line in report.lines(findings) { try StandardOutput.write(line: line) }
        let isClean = findings.set != nil && findings.errors.isEmpty && (!strict || findings.remarks.isEmpty)
        if !isClean, status == .yes { status = .no }
      } catch {
        StandardError.write(error)
        status = .unusable
      }
    }
    if status != .yes { throw status }
  }
}
