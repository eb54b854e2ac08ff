// countersign reload: has the daemon load its policy directory and waits until that is done.

import ArgumentParser
import CountersignClient
import PolicyLanguage
import PolicySuite

struct ReloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Have the daemon load its policy directory anew, and wait for it.",
    discussion: """
      The daemon watches its directory by itself; this says when the new set is in force, and fails on a bad one. Exit \
      status: 0 the set on disk is in force, 1 it was refused and the last good one stays in force, 69 the daemon cannot \
      be reached.
      """)

  @OptionGroup(title: "Daemon") var daemon: DaemonOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  private enum Ending {
    case inForce(ReloadResult)
    case refused([String])
  }

  func run() async throws {
    let ending = try await daemon.ask(defaultTimeout: 60) { client throws(ClientError) -> Ending in
      do throws(ClientError) {
        return .inForce(try await client.reload())
      } catch  where error.code == .failedPrecondition {
        return .refused(await Self.errors(client, error))
      }
    }
    switch ending {
    case .inForce(let result):
      switch output.format {
      case .text:
        try StandardOutput.write(
          line: "revision \(Printable.text(result.revision)) is in force\(result.isChanged ? "" : " as before")")
      case .json:
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("revision", result.revision)
        writer.member("changed", result.isChanged)
        writer.endObject()
        try StandardOutput.write(line: writer.text)
      }
    case .refused(let errors):
      var failure = Failure(.no, "the policy set was refused; the last good one stays in force")
      failure.messages = errors + failure.messages
      throw failure
    }
  }

  /// All that is wrong: a status message is cut where trailers get too long, the daemon's status is not.
  private static func errors(_ client: Client, _ error: ClientError) async -> [String] {
    let status = try? await client.status()
    guard let errors = status?.reloadErrors, !errors.isEmpty else { return [error.message] }
    return errors
  }
}
