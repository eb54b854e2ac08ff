// How the writer sleeps and is woken: by a system call only when it does sleep.
//
// The writer says that it is going to sleep, then looks once more for work; who has work shows it, then looks whether the
// writer sleeps. Each writes before it reads, in the one order that sequential consistency gives to all four, so at least
// one of them sees the other: no work is left lying beside a sleeping writer.

import CCountersign
import Synchronization

// INVARIANT: `state` lives as long as the bell, and is reached as an atomic alone; the kernel compares the same word.
final class WriterBell: @unchecked Sendable {
  private static let awake: Int32 = 0
  private static let asleep: Int32 = 1

  private let state: UnsafeMutablePointer<Atomic<Int32>>

  init() {
    state = .allocate(capacity: 1)
    state.initialize(to: Atomic(Self.awake))
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// To be called after work was made visible by a sequentially consistent operation.
  func ring() {
    guard state.pointee.load(ordering: .sequentiallyConsistent) == Self.asleep,
      state.pointee.exchange(Self.awake, ordering: .sequentiallyConsistent) == Self.asleep
    else { return }
    countersign_wake(state)
  }

  /// For the writer alone: sleeps until the bell rings or the time is up.
  /// - Parameters:
  ///   - milliseconds: longest sleep; negative for no end
  ///   - hasWork: looked at once more before the sleep, sequentially consistent
  func sleep(milliseconds: Int32, unless hasWork: () -> Bool) {
    state.pointee.store(Self.asleep, ordering: .sequentiallyConsistent)
    if !hasWork() { countersign_sleep(state, Self.asleep, milliseconds) }
    state.pointee.store(Self.awake, ordering: .sequentiallyConsistent)
  }
}
