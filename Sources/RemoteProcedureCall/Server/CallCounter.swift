// Counts the calls of one loop's connections, read from any thread. Each loop has its own, so that counting costs no loop
// another one's cache line.

import Synchronization

/// A count with one writer.
final class CallCounter: Sendable {
  private let count = Atomic<Int>(0)

  var value: Int { count.load(ordering: .relaxed) }

  /// INVARIANT: called on one thread only; so reading and writing need not be one step.
  func add(_ more: Int) { count.store(value + more, ordering: .relaxed) }
}
