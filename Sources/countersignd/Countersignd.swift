// countersignd's command line: what may be set, where it is taken from, and how the program ends.
//
// Exit status: 0 after SIGTERM or SIGINT; 78 (EX_CONFIG) for a bad policy set at start or under --check; 64 (EX_USAGE) for
// bad options; 1 when it cannot serve.

import ArgumentParser
import DecisionJournal
import Glibc
import NIOCore

@main
struct Countersignd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "countersignd",
    abstract: "Answers whether a principal may use a key, across accounts, and records every decision.",
    discussion: """
      Serves countersign.v1.AuthorizationService (gRPC) on a Unix socket: one handed over by systemd, else --socket. \
      Policies are loaded from a directory that is watched; a bad set at start is fatal, later the last good one stays.
      """,
    version: Version.text)

  @Option(help: ArgumentHelp("Policy directory.", discussion: "Environment: COUNTERSIGN_POLICIES.", valueName: "dir"))
  var policies: String = environment("COUNTERSIGN_POLICIES") ?? "/etc/countersign/policies"

  @Option(
    help: ArgumentHelp(
      "Unix socket to listen on; a socket handed over by systemd wins.", discussion: "Environment: COUNTERSIGN_SOCKET.",
      valueName: "path"))
  var socket: String = environment("COUNTERSIGN_SOCKET") ?? "/run/countersign/authorization.sock"

  @Option(help: "Whether an answer waits until its records are written: required, or best-effort.")
  var audit: AuditMode = .required

  @Option(help: ArgumentHelp("Longest wait for journald, in milliseconds.", valueName: "ms"))
  var auditDeadline: Int = 1_000

  @Option(help: ArgumentHelp("Event loops; one for each core unless given.", valueName: "n"))
  var threads: Int = System.coreCount

  @Option(help: ArgumentHelp("Longest wait for calls in progress at the end, in milliseconds.", valueName: "ms"))
  var drainDeadline: Int = 4_000

  @Flag(help: "Load the policies, report what is wrong with them, and exit.")
  var check = false

  func validate() throws {
    guard (1...1_024).contains(threads) else { throw ValidationError("--threads is \(threads), expected 1 to 1024") }
    guard (1...60_000).contains(auditDeadline) else {
      throw ValidationError("--audit-deadline is \(auditDeadline), expected 1 to 60000")
    }
    guard (1...600_000).contains(drainDeadline) else {
      throw ValidationError("--drain-deadline is \(drainDeadline), expected 1 to 600000")
    }
  }

  func run() async throws {
    if check { throw ExitCode(PolicyCheck.run(directory: policies)) }
    throw ExitCode(await Daemon(options: self).run())
  }
}

extension AuditMode: ExpressibleByArgument {}

func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
