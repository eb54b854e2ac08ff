// countersign-corpus: writes a policy directory of any size, and questions whose answers are known.
//
// DIR/policies is the policy directory; DIR/suite.json has the questions for `countersign test`, DIR/questions the same for
// the load generator (`Question.wireRecord`, one after the other). DIR must not exist or be empty.

import ArgumentParser
import BenchmarkCorpus
import Glibc

@main
struct CorpusProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "countersign-corpus", abstract: "Write a policy directory, and questions whose answers are known.")

  @Option(help: "How many keys.") var keys = 10_000
  @Option(help: "How many roles.") var roles = 10_000
  @Option(help: "The same seed writes the same bytes.") var seed: UInt64 = 1
  @Option(help: "How many accounts own keys, and how many have roles (one for each hundred).") var accounts: Int?
  @Option(help: "What the policies are like: \(Corpus.Shape.allCases.map(\.rawValue).joined(separator: ", ")).")
  var shape = Corpus.Shape.small
  @Argument(help: "Where.") var directory: String

  func validate() throws {
    guard keys > 0, roles > 0, accounts.map({ $0 > 0 }) ?? true else {
      throw ValidationError("keys, roles and accounts are numbers above 0")
    }
  }

  func run() throws {
    let corpus = Corpus(keys: keys, roles: roles, seed: seed, accounts: accounts, shape: shape)
    var folders = FolderMaker(root: directory)
    try corpus.forEachFile { path, text in
      try folders.make(upTo: "policies/" + path)
      let file = try OutputFile("\(directory)/policies/\(path)")
      try file.write(Array(text.utf8))
    }
    let suite = try OutputFile("\(directory)/suite.json")
    let questions = try OutputFile("\(directory)/questions")
    try suite.write(Array("{\"directory\": \"policies\", \"cases\": [\n".utf8))
    for index in 0..<corpus.questionCount {
      let question = corpus.question(index)
      let end = index + 1 < corpus.questionCount ? ",\n" : "\n"
      try suite.write(Array((question.suiteCase(name: "question \(index)") + end).utf8))
      try questions.write(question.wireRecord)
    }
    try suite.write(Array("]}\n".utf8))
  }
}

extension Corpus.Shape: ExpressibleByArgument {}
