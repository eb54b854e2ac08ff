// countersign test: runs conformance suites on the engine that the daemon uses.

import ArgumentParser
import PolicyDirectory
import PolicyLanguage
import PolicySuite

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run test suites against policies.",
    discussion: """
      A suite is a JSON file of policies, questions, and the answers that are expected; it needs no daemon. With --format \
      json every case is one line, printed as soon as it is known. Exit status: 0 all cases pass, 1 some fail, 2 a suite \
      cannot be read.

      A suite:
        {"directory": "../policies",
         "cases": [{"name": "external role may decrypt",
                    "request": {"principal": "arn:aws:iam::444455556666:role/ExampleRole",
                                "operation": "kms:Decrypt", "resource": "alias/backup", "region": "us-west-2"},
                    "expect": {"decision": "ALLOW"}}]}
      """)

  @Argument(help: ArgumentHelp("Suite files.", valueName: "file"))
  var files: [String]

  @Flag(name: [.short, .long], help: "Print passing cases too.")
  var verbose = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let loader = PolicyLoader()
    let report = SuiteReport(format: output.format, isVerbose: verbose, style: .standard)
    var counts = SuiteReport.Counts()
    for file in files {
      let suite: Suite
      do {
        suite = try SuiteReader.read(path: file)
      } catch {
        StandardError.write(Failure(.unusable, error.diagnostics))
        counts.unreadable += 1
        continue
      }
      let runner = SuiteRunner(suite, loader: loader)
      for subject in suite.cases {
        let result = runner.run(subject)
        counts.cases += 1
        if !result.passed { counts.failed += 1 }
        for line in report.lines(result) { try StandardOutput.write(line: line) }
      }
    }
    if output.format == .text { try StandardOutput.write(line: report.summary(counts)) }
    if counts.unreadable > 0 { throw ExitStatus.unusable }
    if counts.failed > 0 { throw ExitStatus.no }
  }
}
