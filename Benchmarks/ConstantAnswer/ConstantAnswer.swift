// The yardstick of the server's benchmark: the same stack, on the same number of loops, with a handler that reads nothing
// and answers the same bytes to every Check. What countersignd costs beyond it is decoding, deciding, recording, encoding.

import Glibc
import NIOCore
import RemoteProcedureCall

@main
struct ConstantAnswer {
  static func main() async throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: constant-answer SOCKET")
      exit(64)
    }
    // As long as the answer to the question that the benchmark asks.
    let answer = [UInt8](repeating: 0, count: 400)
    var configuration = ServerConfiguration(listening: .path(CommandLine.arguments[1]))
    configuration.eventLoops = System.coreCount
    let method = Method(
      path: "/countersign.v1.AuthorizationService/Check",
      kind: .unary { _, call in call.reply(size: answer.count) { $0.copyBytes(from: answer) } })
    let server = try await Server.start(configuration, methods: [method])
    // The benchmark ends it by a signal.
    try await Task.sleep(for: .seconds(3_600))
    await server.drain(within: .seconds(1))
  }
}
