// Judges requests by sets that are not installed: the directory on disk with other files laid over it.
//
// A simulation reads and parses a whole set, so it happens on an actor of its own: neither an event loop nor a reload waits
// for it. One runs at a time and few wait; more are turned away, or anybody who may ask could keep the machine busy.

import Authorization
import PolicyDirectory
import PolicyLanguage
import RemoteProcedureCall
import Synchronization

/// What is asked of a set that is not installed.
struct Simulation: Sendable {
  /// With the overrides of its context.
  var request: AuthorizationRequest
  /// Path below the directory to contents; nil removes the file.
  var files: [Text: [UInt8]?]
}

actor PolicySimulator {
  /// Simulations that run or wait.
  static let mostAtATime = 4

  private let directory: String
  private let loader = PolicyLoader()
  private let places = Mutex(0)

  init(directory: String) { self.directory = directory }

  /// - Throws: RESOURCE_EXHAUSTED when enough others wait; FAILED_PRECONDITION for a bad set; else as Check.
  nonisolated func decide(_ simulation: Simulation) async -> Result<KeptDecision, Status> {
    let isAdmitted = places.withLock { taken in
      guard taken < Self.mostAtATime else { return false }
      taken += 1
      return true
    }
    guard isAdmitted else {
      return .failure(
        Status(.resourceExhausted, "\(Self.mostAtATime) simulations run or wait already; ask again later"))
    }
    defer { places.withLock { $0 -= 1 } }
    return await judge(simulation)
  }

  private func judge(_ simulation: Simulation) -> Result<KeptDecision, Status> {
    let index: PolicyIndex
    do throws(PolicySetError) {
      var tree = try PolicyTree(directory: directory)
      for (path, contents) in simulation.files { tree.files[path] = contents }
      index = PolicyIndex(try loader.load(tree))
    } catch {
      return .failure(Status(.failedPrecondition, summary(of: error.diagnostics)))
    }
    do {
      return .success(try index.keep(simulation.request, at: .now()))
    } catch {
      return .failure(Status(error))
    }
  }
}
