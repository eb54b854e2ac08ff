// countersign status: which policies are in force, and how the daemon is doing.

import ArgumentParser
import CountersignClient

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show which policies are in force and how the daemon is doing.",
    discussion: """
      Exit status: 0 the policies on disk are in force, 1 they are not (none could be loaded, or the last reload was \
      refused), 69 the daemon cannot be reached.
      """)

  @OptionGroup(title: "Daemon") var daemon: DaemonOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let status = try await daemon.ask { client throws(ClientError) in try await client.status() }
    switch output.format {
    case .json: try StandardOutput.write(line: StatusReport.json(status))
    case .text: for line in StatusReport.lines(status, style: .standard) { try StandardOutput.write(line: line) }
    }
    if status.revision.isEmpty || status.reloadFailedAt != 0 { throw ExitStatus.no }
  }
}
