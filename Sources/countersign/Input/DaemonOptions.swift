// Where the daemon is, and how long to wait for it.

import ArgumentParser
import CountersignClient

struct DaemonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket (default: $COUNTERSIGN_SOCKET, else \(Client.defaultSocketPath)).", valueName: "path"))
  var socket: String?

  @Option(help: ArgumentHelp("Seconds to wait for an answer.", valueName: "seconds"))
  var timeout: Double?

  func validate() throws {
    if let timeout, !(timeout > 0 && timeout <= 86_400) {
      throw ValidationError("--timeout is `\(timeout)`, expected a number of seconds above 0 and up to 86400")
    }
  }

  /// Asks the daemon, and tells errors as failures of this program.
  func ask<Answer>(
    defaultTimeout: Double = 10, _ question: (Client) async throws(ClientError) -> Answer
  ) async throws(Failure) -> Answer {
    let client = Client(socketPath: socket, timeout: .seconds(timeout ?? defaultTimeout))
    do throws(ClientError) {
      let answer = try await question(client)
      await client.close()
      return answer
    } catch {
      await client.close()
      throw Failure(error, socketPath: client.socketPath)
    }
  }
}
