// Loads the policy directory and puts what it holds in force, or keeps what is in force and remembers why.
//
// Loads run one after the other on an actor of their own, never on an event loop, and the reloader tells of the last one
// meanwhile. Requests that come while a load waits for its turn share it, so a storm of them costs two loads at most. A set
// whose revision is already in force is not published again.

import Authorization
import NIOCore
import PolicyDirectory
import PolicyLanguage

public actor PolicyReloader {
  /// How the last load ended.
  public struct Report: Sendable {
    /// Nil before the first good load.
    public var inForce: PoliciesInForce?
    /// What is wrong with the set on disk; empty when the last load succeeded.
    public var errors: [Diagnostic] = []
    /// When the last load failed; nil when it did not.
    public var failedAt: Instant?
  }

  public enum Outcome: Sendable {
    case loaded(PoliciesInForce, changed: Bool)
    /// The last good set stays in force.
    case refused([Diagnostic])
  }

  /// One load, for the daemon's log.
  public struct Load: Sendable {
    public var directory: String
    public var outcome: Outcome
    /// The set that answers now; nil before the first good load.
    public var revisionInForce: Text?
    /// Time from the first file read to the last loop that decides by the new set.
    public var milliseconds: Int
  }

  public nonisolated let directory: String
  public private(set) var report = Report()

  private let states: LoopStates
  private let reader: SetReader
  private var watcher: PolicyWatcher?
  private let onLoad: @Sendable (Load) -> Void
  private var last: Task<Outcome, Never>?
  /// One that has not looked at the directory yet.
  private var waiting: Task<Outcome, Never>?

  /// - Parameter onLoad: told of each load.
  public init(directory: String, states: LoopStates, onLoad: @escaping @Sendable (Load) -> Void) {
    self.directory = directory
    self.states = states
    reader = SetReader(directory: directory)
    self.onLoad = onLoad
  }

  /// From now on `rescan` looks only where `watcher`, which watches the directory for this reloader alone, has seen
  /// something happen.
  public func follow(_ watcher: PolicyWatcher) { self.watcher = watcher }

  /// Looks at everything and loads what has changed; returns when every loop decides by the new set, or when it is
  /// refused.
  public func reload() async -> Outcome {
    watcher?.doubt()
    return await rescan()
  }

  /// The same for what the watcher told of.
  @discardableResult public func rescan() async -> Outcome {
    if let waiting { return await waiting.value }
    // Each load waits for the one before it: two of them publishing at once could leave the loops with different sets.
    let task = Task { [last] in
      _ = await last?.value
      waiting = nil
      return await load()
    }
    last = task
    waiting = task
    return await task.value
  }

  private func load() async -> Outcome {
    let start = ContinuousClock.now
    let outcome: Outcome
    do throws(PolicySetError) {
      let policies = try await reader.read(watchedBy: watcher, inForce: report.inForce).get()
      let isChanged = policies.index.revision != report.inForce?.index.revision
      if isChanged {
        // A loop that is shut down answers nobody.
        try? await states.publish(policies)
        let replaced = report.inForce
        report.inForce = policies
        if let replaced { reader.release(replaced) }
      }
      outcome = .loaded(policies, changed: isChanged)
      report.errors = []
      report.failedAt = nil
    } catch {
      report.errors = error.diagnostics
      report.failedAt = .now()
      outcome = .refused(error.diagnostics)
    }
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    onLoad(
      Load(
        directory: directory, outcome: outcome, revisionInForce: report.inForce?.index.revision,
        milliseconds: Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)))
    return outcome
  }
}
