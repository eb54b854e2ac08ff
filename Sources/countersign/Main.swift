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
    var context: any ParsableCommand.Type = Countersign.self
    do {
      let arguments = try ProgramArguments.read()
      var command = try Countersign.parseAsRoot(arguments)
      context = type(of: command)
      if var waiting = command as? any AsyncParsableCommand {
        try await waiting.run()
      } else {
        try command.run()
      }
      return ExitStatus.yes.rawValue
    } catch let status as ExitStatus {
      return status.rawValue
    } catch let failure as Failure {
      StandardError.write(failure)
      return failure.status.rawValue
    } catch {
      return report(error, of: context)
    }
  }

  /// Help and version are answers; all else that the parser throws is a wrong use of the program.
  private static func report(_ error: any Error, of command: any ParsableCommand.Type) -> Int32 {
    let text = command.fullMessage(for: error)
    guard !command.exitCode(for: error).isSuccess else {
      if !text.isEmpty { try? StandardOutput.write(line: text) }
      return ExitStatus.yes.rawValue
    }
    let prefix = "Error: "
    StandardError.write(line: "countersign: \(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)")
    return ExitStatus.unusable.rawValue
  }
}
