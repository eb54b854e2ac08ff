// What the watcher's thread does: wait for events, let them come to rest, lay the watches anew, call.

import Glibc

/// INVARIANT: made by one thread and then handed to the watcher's, which alone uses it from then on.
final class WatchLoop {
  private let path: [UInt8]
  private let configuration: PolicyWatcher.Configuration
  private let queue: InotifyQueue
  /// Readable, by its end, when the thread shall end.
  private let bell: Int32
  private let onProblem: @Sendable (String?) -> Void
  private let onChange: @Sendable () -> Void
  private var isDegraded = false

  init(
    path: [UInt8], configuration: PolicyWatcher.Configuration, queue: InotifyQueue, bell: Int32,
    onProblem: @escaping @Sendable (String?) -> Void, onChange: @escaping @Sendable () -> Void
  ) {
    self.path = path
    self.configuration = configuration
    self.queue = queue
    self.bell = bell
    self.onProblem = onProblem
    self.onChange = onChange
  }

  deinit { close(bell) }

  /// Brings the watches into line with the tree as it is.
  func layWatches(keepsListing: Bool = false) {
    let failure = queue.follow(path, keepsListing: keepsListing)
    if let failure, !isDegraded {
      onProblem("directories that cannot be watched: \(SystemPath.message(failure)) (fs.inotify.max_user_watches)")
    } else if failure == nil, isDegraded {
      onProblem(nil)
    }
    isDegraded = failure != nil
  }

  func run() {
    // Signals are for the threads that wait for them.
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    while let cause = waitForChange() {
      // First the watches: what changes after the call has looked makes a new event.
      if cause == .time || isDegraded || queue.isOutOfLine { layWatches() }
      onChange()
    }
  }

  private enum Cause {
    case events
    case time
  }

  /// Nil when the thread shall end.
  private func waitForChange() -> Cause? {
    let period = isDegraded ? configuration.degradedRescanMilliseconds : configuration.rescanMilliseconds
    let start = ContinuousClock.now
    let due = start + .milliseconds(max(period, 1))
    var patience: ContinuousClock.Instant?
    var quiet: ContinuousClock.Instant?
    while true {
      let deadline = min(quiet ?? due, patience ?? due)
      switch wait(until: deadline) {
      case .stop: return nil
      case .timeout: return quiet == nil ? .time : .events
      case .events:
        guard queue.drain() else { continue }
        let now = ContinuousClock.now
        quiet = now + .milliseconds(configuration.quietMilliseconds)
        patience = patience ?? now + .milliseconds(configuration.patienceMilliseconds)
      }
    }
  }

  private enum Outcome {
    case stop
    case timeout
    case events
  }

  private func wait(until deadline: ContinuousClock.Instant) -> Outcome {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      if left <= .zero { return .timeout }
      let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
      var descriptors = [
        pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
        pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&descriptors, 2, Int32(clamping: milliseconds))
      if count == 0 { continue }
      if descriptors[0].revents != 0 { return .stop }
      if descriptors[1].revents != 0 { return .events }
    }
  }
}
