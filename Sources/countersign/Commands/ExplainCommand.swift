// countersign explain: one question, answered statement by statement.

import ArgumentParser
import Authorization
import CountersignClient
import PolicyDirectory
import PolicyLanguage

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell why: which statements matched, which did not, and what would have to change.",
    discussion: """
      Takes the same request as check and gives the same decision, told statement by statement. With --side, only one \
      side's policies are told, so that an account can be answered without being shown the other's. An explanation is not \
      recorded in the journal. Exit status: 0 allowed, 1 denied, 2 the request cannot be judged, 69 the daemon cannot be \
      reached.

      Examples:
        countersign explain --principal arn:aws:iam::444455556666:role/ExampleRole \\
          --operation kms:Decrypt --resource alias/backup --region us-west-2
        countersign explain --policies ./policies --request request.json --side caller
      """)

  @OptionGroup(title: "Request") var requestOptions: RequestOptions

  @Option(help: ArgumentHelp("Whose policies are told: owner, caller or both.", valueName: "side"))
  var side = ToldSide.both

  @Option(
    help: ArgumentHelp(
      "Tell only sides of this account: an operation with two keys can have two owners.", valueName: "id"))
  var account: String?

  @Option(
    help: ArgumentHelp(
      "Judge by this policy directory instead of asking the daemon (default: $COUNTERSIGN_POLICIES, if that is set and "
        + "$COUNTERSIGN_SOCKET is not).", valueName: "directory"))
  var policies: String?

  @OptionGroup(title: "Daemon") var daemon: DaemonOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let request = try requestOptions.makeRequest()
    let explanation: ExplainResponse =
      switch try PolicySource(policies: policies, socket: daemon.socket) {
      case .directory(let path): try explain(request, by: path)
      case .daemon:
        try await daemon.ask { client throws(ClientError) in
          try await client.explain(CheckRequest(request), side: side.asked, account: account ?? "")
        }
      }
    switch output.format {
    case .json: try StandardOutput.write(line: ExplanationJSON.line(explanation))
    case .text:
      for line in ExplanationText.lines(explanation, style: .standard) { try StandardOutput.write(line: line) }
    }
    if explanation.decision != .allow { throw ExitStatus.no }
  }

  private func explain(_ request: AuthorizationRequest, by path: String) throws(Failure) -> ExplainResponse {
    let index = PolicyIndex(try PolicySets.load(path))
    let disclosure = Disclosure(side: side.disclosed, account: Text(account ?? ""))
    do {
      return ExplainResponse(
        try index.explain(request, at: .now(), to: disclosure), requestID: request.requestID)
    } catch {
      throw Failure(error)
    }
  }
}

enum ToldSide: String, ExpressibleByArgument, CaseIterable {
  case owner
  case caller
  case both

  var asked: Side {
    switch self {
    case .owner: .owner
    case .caller: .caller
    case .both: .both
    }
  }

  var disclosed: Disclosure.Side {
    switch self {
    case .owner: .owner
    case .caller: .caller
    case .both: .both
    }
  }
}
