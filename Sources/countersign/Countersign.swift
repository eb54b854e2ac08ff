// The command line's root: what the program is, and its subcommands.

import ArgumentParser

struct Countersign: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "countersign",
    abstract: "Asks whether a principal may use an AWS KMS key, and why.",
    discussion: """
      A request across two accounts needs two signatures: the key owner's and the caller's. countersign asks the daemon \
      countersignd on its Unix socket, or a policy directory by itself (--policies), and says what each side said.

      Exit status: 0 yes, 1 no, 2 unusable input, 69 the daemon cannot be reached.

      Environment: COUNTERSIGN_SOCKET and COUNTERSIGN_POLICIES stand for --socket and --policies. NO_COLOR switches \
      colour off.

      Example:
        countersign check --policies examples/policies \\
          --principal arn:aws:iam::444455556666:role/ExampleRole \\
          --operation kms:Decrypt --resource alias/example --region us-west-2
      """,
    version: "countersign \(Version.text)",
    subcommands: [
      CheckCommand.self, ExplainCommand.self, TestCommand.self, LintCommand.self, LogCommand.self, StatusCommand.self,
      ReloadCommand.self,
    ])
}
