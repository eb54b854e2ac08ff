// countersign check: one question, one answer.

import ArgumentParser
import Authorization
import CountersignClient
import Glibc
import PolicyDirectory
import PolicyLanguage

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Ask whether a principal may do something with a key.",
    discussion: """
      Asks the daemon, which records the decision in the journal of every account involved; with --policies, judges by a \
      policy directory and records nothing. Exit status: 0 allowed, 1 denied, 2 the request cannot be judged, 69 the \
      daemon cannot be reached.

      Examples:
        countersign check --principal arn:aws:iam::444455556666:role/ExampleRole \\
          --operation kms:Decrypt --resource alias/backup --region us-west-2 \\
          --encryption-context purpose=backup --context aws:SourceIp=192.0.2.7
        countersign check --policies ./policies --request request.json --format json
      """)

  @OptionGroup(title: "Request") var requestOptions: RequestOptions

  @Option(
    help: ArgumentHelp(
      "Judge by this policy directory instead of asking the daemon (default: $COUNTERSIGN_POLICIES, if that is set and "
        + "$COUNTERSIGN_SOCKET is not).", valueName: "directory"))
  var policies: String?

  @OptionGroup(title: "Daemon") var daemon: DaemonOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let request = try requestOptions.makeRequest()
    let answer: CheckResponse =
      switch try PolicySource(policies: policies, socket: daemon.socket) {
      case .directory(let path): try Self.judge(request, by: path)
      case .daemon:
        try await daemon.ask { client throws(ClientError) in try await client.check(CheckRequest(request)) }
      }
    switch output.format {
    case .json: try StandardOutput.write(line: AnswerJSON.line(answer))
    case .text:
      for line in AnswerText.lines(answer, style: .standard) { try StandardOutput.write(line: line) }
    }
    if !answer.isAllowed { throw ExitStatus.no }
  }

  static func judge(_ request: AuthorizationRequest, by path: String) throws(Failure) -> CheckResponse {
    let index = PolicyIndex(try PolicySets.load(path))
    do {
      return CheckResponse(try index.decide(request, at: .now()), requestID: request.requestID)
    } catch {
      throw Failure(error)
    }
  }
}
