// Reads the policy directory and makes the index of it: the long part of a load, on a thread of its own.
//
// The first load is waited for and gets all that the machine can give. A reload shares the machine with answers that are
// waited for, so its thread, and those that it starts, stand back behind them.

import Authorization
import CLinux
import Glibc
import PolicyDirectory
import PolicyLanguage

// INVARIANT: the reloader awaits each call before it makes the next, so one thread at a time is in here.
final class SetReader: @unchecked Sendable {
  /// The nice value of a reload's threads: they get a tenth of what an event loop gets, so that no load keeps a change from
  /// being noticed.
  private static let niceness: Int32 = 10
  /// How long a reload's thread goes on when an event loop wants to run: a tenth of a millisecond, the least there is.
  private static let sliceNanoseconds: UInt64 = 100_000

  private let directory: String
  private let compiler = PolicyCompiler()
  private let loader: PolicyLoader

  init(directory: String) {
    self.directory = directory
    loader = PolicyLoader { [compiler] in compiler.compile($0) }
  }

  /// - Parameter watcher: of the directory; a reload looks only where it points. Nil to look at everything.
  /// - Returns: `inForce` when the directory holds the same.
  func read(
    watchedBy watcher: PolicyWatcher?, inForce: PoliciesInForce?
  ) async -> Result<PoliciesInForce, PolicySetError> {
    await withCheckedContinuation { continuation in
      Self.onThread(isReload: inForce != nil) { [self] in
        continuation.resume(returning: read(watchedBy: watcher, inForce: inForce))
        // What the load needed and the set does not; the answer does not wait for it. A reload needs the same again next time,
        // and trimming locks the heap against the event loops for milliseconds.
        if inForce == nil { malloc_trim(0) }
      }
    }
  }

  private func read(
    watchedBy watcher: PolicyWatcher?, inForce: PoliciesInForce?
  ) -> Result<PoliciesInForce, PolicySetError> {
    Result { () throws(PolicySetError) in
      defer { compiler.endLoad() }
      let set = try loader.load(directory: directory, watchedBy: watcher)
      if let inForce, inForce.index.revision == set.revision { return inForce }
      return PoliciesInForce(index: PolicyIndex(set), loadedAt: .now(), counts: set.counts)
    }
  }

  /// Lets go of a set, which may be the last to hold a large index.
  func release(_ policies: PoliciesInForce) {
    Self.onThread(isReload: true) {
      withExtendedLifetime(policies) {}
    }
  }

  /// Calls `body` on a new thread; on this one when the system gives none.
  private static func onThread(isReload: Bool, _ body: @escaping @Sendable () -> Void) {
    final class Work: Sendable {
      let body: @Sendable () -> Void
      init(body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let work = Work {
      if isReload { _ = stand_back(niceness, sliceNanoseconds) }
      body()
    }
    let context = Unmanaged.passRetained(work)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, context.toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      context.release()
      body()
    }
  }
}
