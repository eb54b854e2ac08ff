// Small things that tests share across threads.

import Glibc
import Synchronization

/// A thread of its own: a test that never suspends would keep a task from running on a machine of two processors.
final class BackgroundThread: Sendable {
  private let ended = Flag()

  init(_ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(
      Work { [ended] in
        body()
        ended.set()
      })
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    precondition(code == 0)
    pthread_detach(thread)
  }

  var isRunning: Bool { !ended.isSet }

  func wait() { while isRunning { usleep(1_000) } }

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// Set once.
final class Flag: Sendable {
  private let value = Atomic(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}

/// Counts calls.
final class Counter: Sendable {
  private let value = Atomic(0)
  var count: Int { value.load(ordering: .acquiring) }
  func increment() { value.add(1, ordering: .acquiringAndReleasing) }
}
