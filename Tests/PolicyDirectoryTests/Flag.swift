// Small things that tests share across threads.

import Synchronization

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
