// The daemon's wiring: policies, journal, server, systemd, signals, in the order in which they come up and go down.
//
// It answers only when it can: a bad policy set at start is fatal, READY is told when the first set is in force and the
// socket listens. It goes down the other way round: no new connections, open calls answered and recorded, journal flushed.

import AuthorizationService
import DecisionJournal
import Glibc
import NIOCore
import NIOPosix
import PolicyDirectory
import PolicyLanguage
import RemoteProcedureCall

struct Daemon {
  let options: Countersignd

  /// Runs until a signal ends it; returns the exit status.
  func run() async -> Int32 {
    let log = DaemonLog()
    do {
      return try await serve(log)
    } catch {
      log.note(.error, "cannot serve: \(error)")
      standardError("countersignd: cannot serve: \(error)")
      return ExitStatus.failure
    }
  }

  private func serve(_ log: DaemonLog) async throws -> Int32 {
    // Before any thread could meet them with their default actions.
    let signals = Signals.stream([SIGTERM, SIGINT, SIGHUP])
    signal(SIGPIPE, SIG_IGN)
    let startedAt = Instant.now()
    let inherited = try SystemdNotification.inheritedSocket()

    let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
    let states = try await LoopStates(group: group)
    let reloader = PolicyReloader(directory: options.policies, states: states) { report($0, to: log) }
    // Before the first load, so that no change falls between the two. Only the trigger: what a burst of changes leaves
    // behind is looked at by one reload after the other.
    let watcher = try PolicyWatcher(
      directory: options.policies,
      onProblem: { [directory = options.policies] problem in
        if let problem {
          log.note(.warning, "cannot watch \(directory), looking at it every few seconds: \(problem)")
        } else {
          log.note(.notice, "watching \(directory) again")
        }
      },
      onChange: { Task { await reloader.rescan() } })
    await reloader.follow(watcher)
    if case .refused(let diagnostics) = await reloader.rescan() {
      for diagnostic in diagnostics { standardError("\(diagnostic)") }
      return ExitStatus.badConfiguration
    }

    var journalConfiguration = DecisionJournal.Configuration()
    journalConfiguration.mode = options.audit
    journalConfiguration.deadlineMilliseconds = options.auditDeadline
    journalConfiguration.log = log
    let journal = try DecisionJournal(configuration: journalConfiguration)
    try await states.record(in: journal)
    let service = AuthorizationService(
      states: states, journal: journal, auditMode: options.audit, reloader: reloader, version: Version.text,
      startedAt: startedAt, ownUserID: geteuid())

    var configuration = ServerConfiguration(listening: inherited.map { .descriptor($0) } ?? .path(options.socket))
    configuration.report = { incident in
      log.limitReached(
        "\(incident.limit)", detail: "uid \(incident.peer.userID), pid \(incident.peer.processID) \(incident.detail)")
    }
    let health = Health(services: [AuthorizationService.name], .serving)
    let server = try await Server.start(
      configuration, on: group, methods: service.methods + health.methods + Reflection.ofAllServices().methods,
      willDrain: {
        health.shutDown()
        states.stopStreams()
      })

    let watchdog = Watchdog(loops: server.eventLoops) { !server.hasLostListener }
    SystemdNotification.ready()

    await handle(signals, reloader)

    SystemdNotification.stopping()
    log.note(.information, "stopping: answering the calls in progress")
    watcher.stop()
    await server.drain(within: .milliseconds(Int64(options.drainDeadline)))
    watchdog?.stop()
    journal.close()
    try await group.shutdownGracefully()
    return 0
  }

  /// Returns when a signal asks for the end.
  private func handle(_ signals: AsyncStream<Int32>, _ reloader: PolicyReloader) async {
    for await signal in signals {
      guard signal == SIGHUP else { return }
      // Not waited for: a signal to end must not stand behind a long load.
      Task { await reloader.reload() }
    }
  }
}

private func report(_ load: PolicyReloader.Load, to log: DaemonLog) {
  switch load.outcome {
  case .loaded(let policies, let changed):
    guard changed else { return }
    let revision = policies.index.revision
    log.policiesLoaded(
      revision: revision, directory: load.directory, accounts: policies.counts.accounts, keys: policies.counts.keys,
      milliseconds: load.milliseconds)
    SystemdNotification.status("answering by revision \(revision)")
  case .refused(let diagnostics):
    log.policiesRefused(diagnostics, directory: load.directory, revisionInForce: load.revisionInForce)
    SystemdNotification.status("policies on disk refused: \(diagnostics.count) errors, see the journal")
  }
}
