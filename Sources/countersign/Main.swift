// Where the program begins, and the one place where outcomes become exit codes.
//
//     0  yes: allowed, all cases pass, no errors, reloaded
//     1  no
//     2  unusable input: arguments, a request, a suite or a directory that cannot be read
//    69  the daemon cannot be reached or does not answer
//
// A program that stands for a question must not answer "no" when it could not ask, nor the other way round. So everything
// that swift-argument-parser finds wrong is 2 here, which it would call 64.

import ArgumentParser
import Glibc

@main
struct Main {
  static func main() async { exit(await run()) }

  private static func run() async -> Int32 {
    do {
      let arguments = try ProgramArguments.read()
      var command = try Countersign.parseAsRoot(arguments)
      if var waiting = command as? any AsyncParsableCommand {
        try await waiting.run()
      } else {
        try command.run()
      }
      return Outcome.yes.rawValue
    } catch let outcome as Outcome {
      return outcome.rawValue
    } catch let failure as Failure {
      StandardError.write(failure)
      return failure.outcome.rawValue
    } catch {
      return report(error)
    }
  }

  /// Help and version are answers; all else that the parser throws is a wrong use of the program.
  private static func report(_ error: any Error) -> Int32 {
    let text = Countersign.fullMessage(for: error)
    guard !Countersign.exitCode(for: error).isSuccess else {
      if !text.isEmpty { try? StandardOutput.write(line: text) }
      return Outcome.yes.rawValue
    }
    let prefix = "Error: "
    StandardError.write(line: "countersign: \(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)")
    return Outcome.unusable.rawValue
  }
}
