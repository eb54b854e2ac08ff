// How the writer sleeps and is woken, and how a recorder takes its place meanwhile: by a system call only to wake it.
//
// The writer says that it is going to sleep, then looks once more for work; who has work shows it, then looks whether the
// writer sleeps. Each writes before it reads, in the one order that sequential consistency gives to all four, so at least
// one of them sees the other: no work is left lying beside a sleeping writer.
//
// While it sleeps, what is the writer's can be borrowed, by one thread at a time: a lone record need not wait until a
// thread is awake. Who has work meanwhile calls it back, and the borrower wakes the writer when it is done.
//
//     awake -> dozing -> asleep <-> lent -> calledBack
//       ^________|_________|_________________________|

import CCountersign
import Synchronization

// INVARIANT: `state` lives as long as the bell, and is reached as an atomic alone; the kernel compares the same word.
final class WriterBell: @unchecked Sendable {
  private static let awake: Int32 = 0
  /// The writer looks once more for work.
  private static let dozing: Int32 = 1
  private static let asleep: Int32 = 2
  private static let lent: Int32 = 3
  /// Lent, and the writer must wake.
  private static let calledBack: Int32 = 4

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
    while true {
      let seen = state.pointee.load(ordering: .sequentiallyConsistent)
      switch seen {
      case Self.awake, Self.calledBack: return
      case Self.lent: if move(from: seen, to: Self.calledBack) { return }
      default:
        guard move(from: seen, to: Self.awake) else { continue }
        if seen == Self.asleep { countersign_wake(state) }
        return
      }
    }
  }

  // MARK: Of the writer

  /// Sleeps until the bell rings or the time is up. What is the writer's may have changed at the return.
  /// - Parameters:
  ///   - milliseconds: longest sleep; negative for no end
  ///   - hasWork: looked at once more before the sleep, sequentially consistent
  func sleep(milliseconds: Int32, unless hasWork: () -> Bool) {
    state.pointee.store(Self.dozing, ordering: .sequentiallyConsistent)
    guard !hasWork() else { return state.pointee.store(Self.awake, ordering: .sequentiallyConsistent) }
    guard move(from: Self.dozing, to: Self.asleep) else { return }
    countersign_sleep(state, Self.asleep, milliseconds)
    while true {
      switch state.pointee.load(ordering: .sequentiallyConsistent) {
      case Self.awake: return
      case Self.asleep: if move(from: Self.asleep, to: Self.awake) { return }
      case Self.lent: _ = move(from: Self.lent, to: Self.calledBack)
      default: countersign_sleep(state, Self.calledBack, -1)
      }
    }
  }

  // MARK: Of whoever takes its place

  /// - Returns: whether the writer sleeps; then what is the writer's is the caller's, until `giveBack`.
  func borrow() -> Bool { move(from: Self.asleep, to: Self.lent) }

  /// - Parameter hasWork: whether the writer has to go on with what was left.
  func giveBack(hasWork: Bool) {
    if !hasWork, move(from: Self.lent, to: Self.asleep) { return }
    state.pointee.store(Self.awake, ordering: .sequentiallyConsistent)
    countersign_wake(state)
  }

  private func move(from expected: Int32, to desired: Int32) -> Bool {
    state.pointee.compareExchange(expected: expected, desired: desired, ordering: .sequentiallyConsistent).exchanged
  }
}
