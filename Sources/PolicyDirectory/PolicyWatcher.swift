// Watches a policy directory and calls for a rescan after any change.
//
// inotify only ever says that something happened; what the tree holds now is found out by looking at all of it. So lost
// events, odd orders and editors' ways of saving need no care: any event means "look again" after a short quiet time, the
// watches are laid anew at each look, and a slow rescan stands behind it all for file systems that make no events.

import Glibc
import PolicyLanguage
import Synchronization

/// Runs a thread of its own on inotify; any event means "look at everything again" after a short quiet time.
///
/// Make the watcher before the first load: what changes after `init` has returned is reported.
public final class PolicyWatcher: Sendable {
  public struct Configuration: Sendable {
    /// Quiet time after the last event before a rescan, in milliseconds.
    public var quietMilliseconds = 100
    /// Longest wait from the first event to a rescan, in milliseconds.
    public var patienceMilliseconds = 1_000
    /// Period of the rescan that needs no event, in milliseconds.
    public var rescanMilliseconds = 60_000
    /// The same while the system refuses further watches (fs.inotify.max_user_watches).
    public var degradedRescanMilliseconds = 5_000
    public init() {}
  }

  /// Why no watcher could be made.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    public var description: String
  }

  private struct State {
    var thread: pthread_t?
    var isStopped = false
  }

  private let state = Mutex(State())
  private let queue: InotifyQueue
  /// Written to, or closed, to end the thread.
  private let bell: Int32

  /// - Parameters:
  ///   - directory: need not exist; its coming is a change.
  ///   - onProblem: told, on the watcher's thread, when the system refuses watches (then rescans are more frequent), and
  ///     with nil when it no longer does. The first call may come from `init`.
  ///   - onChange: called on the watcher's thread, never twice at a time.
  /// - Throws: `Failure` when the system gives no inotify instance or no thread.
  public init(
    directory: String, configuration: Configuration = Configuration(),
    onProblem: @escaping @Sendable (String?) -> Void = { _ in }, onChange: @escaping @Sendable () -> Void
  ) throws {
    guard let queue = InotifyQueue() else {
      throw Failure(description: "no inotify instance: \(SystemPath.message(errno))")
    }
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw Failure(description: "no socket pair for the watcher: \(SystemPath.message(errno))")
    }
    bell = ends[0]
    self.queue = queue
    let loop = WatchLoop(
      path: Self.absolute(Array(directory.utf8)), configuration: configuration, queue: queue, bell: ends[1],
      onProblem: onProblem, onChange: onChange)
    loop.layWatches(keepsListing: true)
    let context = Unmanaged.passRetained(loop)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<WatchLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      close(bell)
      throw Failure(description: "no thread for the watcher: \(SystemPath.message(code))")
    }
    state.withLock { $0.thread = thread }
  }

  deinit { stop() }

  /// Makes the next load look at everything, not only where something was seen to happen.
  public func doubt() { queue.doubt() }

  /// What was listed when the first watches were laid; only the first call gets it, and none after `takeChanges`.
  func takeListing() -> WatchPlan.Listing? { queue.takeListing() }

  /// What may have changed since the last call, or since the listing that was taken.
  func takeChanges() -> DirectoryChanges { queue.takeChanges() }

  /// Ends the thread; returns after its last call of `onChange`. From within `onChange` it returns at once, and that call
  /// is the last.
  public func stop() {
    let thread = state.withLock { state -> pthread_t? in
      defer { state.isStopped = true }
      return state.isStopped ? nil : state.thread
    }
    guard let thread else { return }
    close(bell)
    if pthread_equal(thread, pthread_self()) != 0 {
      pthread_detach(thread)
    } else {
      pthread_join(thread, nil)
    }
  }

  /// A relative path means the directory that was current when the watcher was made.
  private static func absolute(_ path: [UInt8]) -> [UInt8] {
    if path.first == UInt8(ascii: "/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return Array(UnsafeRawBufferPointer(start: current, count: strlen(current))) + [UInt8(ascii: "/")] + path
  }
}
