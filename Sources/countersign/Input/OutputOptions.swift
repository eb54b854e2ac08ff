// In which form answers are printed.

import ArgumentParser

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
}

struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("text for people, json for programs.", valueName: "format"))
  var format = OutputFormat.text
}
