// threshold-count: loads a corpus from a directory as the daemon does, and decides so many of its questions.
//
// It measures nothing: check.py runs it under a tool that counts, twice with different numbers, and takes the difference, in
// which everything that both runs do alike is gone. It ends with the policies still in memory, so that what they hold counts.

import Authorization
import BenchmarkCorpus
import Glibc
import PolicyDirectory
import PolicyLanguage

@main
struct Count {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let size = Int(arguments[1]), let seed = UInt64(arguments[2]),
      let decisions = Int(arguments[4])
    else {
      print("usage: threshold-count KEYS-AND-ROLES SEED DIRECTORY DECISIONS")
      exit(64)
    }
    let loader = PolicyLoader()
    let index = PolicyIndex(try loader.load(directory: arguments[3]))
    // Always the same ones, however many decisions there are; 2026-01-01T00:00:00Z.
    let questions = questions(Corpus(keys: size, roles: size, seed: seed))
    let now = Instant(seconds: 1_767_225_600)
    let workspace = DecisionWorkspace()
    var wrong = 0
    for number in 0..<decisions {
      let question = questions[number % questions.count]
      let isAllowed = try withUnsafePointer(to: question.request) {
        try index.decide($0, at: now, in: workspace).pointee.outcome == .allow
      }
      if isAllowed != question.isAllowed { wrong += 1 }
    }
    withExtendedLifetime((loader, index)) {
      if wrong > 0 { print("\(wrong) of \(decisions) answers are wrong") }
      exit(wrong == 0 ? 0 : 1)
    }
  }

  private static func questions(_ corpus: Corpus) -> [(request: AuthorizationRequest, isAllowed: Bool)] {
    (0..<500).map { number in
      let question = corpus.question(number % corpus.questionCount)
      var request = AuthorizationRequest(
        principal: Text(question.principal), operation: Text(question.operation), resource: Text(question.resource))
      request.encryptionContext = question.encryptionContext.map {
        EncryptionContextPair(key: Text($0.key), value: Text($0.value))
      }
      request.context = question.context.map { ContextEntry(key: Text($0.key), values: .single(Text($0.value))) }
      return (request, question.isAllowed)
    }
  }
}
