// The writer's sleep under load: what is the writer's is one thread's at a time, and no ring is lost.

import Glibc
import Synchronization
import Testing

@testable import DecisionJournal

@Suite("Writer's bell") struct WriterBellTests {
  @Test("borrowed by many and called back by many, all work is done, and never by two at a time")
  func borrowing() throws {
    let (threads, rounds) = (6, 20_000)
    let desk = Desk()
    let writer = try JournalThread(name: "writer") {
      while desk.done.load(ordering: .sequentiallyConsistent) < threads * rounds {
        desk.work()
        desk.bell.sleep(milliseconds: -1) { desk.hasWork }
      }
    }
    let workers = try (0..<threads).map { thread in
      try JournalThread(name: "worker") {
        for round in 0..<rounds {
          desk.waiting.wrappingAdd(1, ordering: .sequentiallyConsistent)
          // One of the threads never borrows, and rings while others do.
          if thread > 0, desk.bell.borrow() {
            desk.work()
            desk.bell.giveBack(hasWork: desk.hasWork)
          } else {
            desk.bell.ring()
          }
          if round % 64 == 0 { sched_yield() }
        }
      }
    }
    for worker in workers { worker.join() }
    let isDone = eventually { desk.done.load(ordering: .sequentiallyConsistent) == threads * rounds }
    #expect(isDone)
    desk.bell.ring()
    writer.join()
    let wasShared = desk.wasShared.load(ordering: .relaxed)
    #expect(!wasShared)
  }

  @Test("while the writer is awake nothing is lent")
  func awake() {
    let bell = WriterBell()
    let isLent = bell.borrow()
    #expect(!isLent)
    bell.sleep(milliseconds: -1) {
      // About to sleep it still looks at what is its own.
      let isLent = bell.borrow()
      #expect(!isLent)
      bell.ring()
      return false
    }
    // The ring has kept it awake, or this would never end.
    bell.sleep(milliseconds: 1) { false }
  }
}

/// Work that waits, and one place where it is done.
private final class Desk: Sendable {
  let bell = WriterBell()
  let waiting = Atomic<Int>(0)
  let done = Atomic<Int>(0)
  let wasShared = Atomic<Bool>(false)
  private let isTaken = Atomic<Bool>(false)

  var hasWork: Bool { waiting.load(ordering: .sequentiallyConsistent) > 0 }

  func work() {
    if isTaken.exchange(true, ordering: .relaxed) { wasShared.store(true, ordering: .relaxed) }
    done.wrappingAdd(waiting.exchange(0, ordering: .sequentiallyConsistent), ordering: .sequentiallyConsistent)
    isTaken.store(false, ordering: .relaxed)
  }
}
