// Decisions that wait for the writer: bounded in entries and in bytes, open to every thread.
//
// What the writer has taken but not finished counts against the bounds too. The writer is woken only when it sleeps,
// so under load a submission costs a lock and an append.

import CCountersign
import Glibc
import Synchronization

final class JournalQueue: Sendable {
  enum Refusal: Sendable {
    case full
    case closed
  }

  enum Taken {
    case submissions
    case idle
    case closed
  }

  private struct State {
    var waiting: [Submission?] = []
    /// Of waiting and taken ones.
    var entries = 0
    var bytes = 0
    var isClosed = false
    var isWriterAsleep = false
  }

  private let state = Mutex(State())
  private let entryCapacity: Int
  private let byteCapacity: Int
  private let wakeup: Int32

  init(entryCapacity: Int, byteCapacity: Int) throws(JournalError) {
    self.entryCapacity = entryCapacity
    self.byteCapacity = byteCapacity
    wakeup = countersign_event_open()
    guard wakeup >= 0 else { throw JournalError("cannot open an event counter: \(SystemError.text(-wakeup))") }
  }

  deinit { Glibc.close(wakeup) }

  /// Nil when the submission was queued.
  func submit(_ submission: Submission) -> Refusal? {
    let (refusal, mustWake) = state.withLock { state -> (Refusal?, Bool) in
      if state.isClosed { return (.closed, false) }
      guard state.entries + submission.entryCount <= entryCapacity,
        state.bytes + submission.byteCount <= byteCapacity
      else { return (.full, false) }
      state.entries += submission.entryCount
      state.bytes += submission.byteCount
      state.waiting.append(submission)
      defer { state.isWriterAsleep = false }
      return (nil, state.isWriterAsleep)
    }
    if mustWake { wake() }
    return refusal
  }

  /// Gives back what finished submissions held.
  func release(entries: Int, bytes: Int) {
    state.withLock { state in
      state.entries -= entries
      state.bytes -= bytes
    }
  }

  func close() {
    state.withLock { state in
      state.isClosed = true
      state.isWriterAsleep = false
    }
    wake()
  }

  /// For the writer alone: swaps what waits into the empty `backlog`, or sleeps.
  /// - Parameter milliseconds: longest sleep; negative for no end.
  func take(into backlog: inout [Submission?], waitingUpTo milliseconds: Int32) -> Taken {
    if let taken = takeWaiting(into: &backlog, sleepOtherwise: true) { return taken }
    var request = pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0)
    let ready = poll(&request, 1, milliseconds)
    if ready > 0 {
      var count: UInt64 = 0
      _ = read(wakeup, &count, MemoryLayout.size(ofValue: count))
    }
    return takeWaiting(into: &backlog, sleepOtherwise: false) ?? .idle
  }

  private func takeWaiting(into backlog: inout [Submission?], sleepOtherwise: Bool) -> Taken? {
    // The lock's body may not touch an inout of ours, so the arrays change places through a local one.
    let spare = backlog
    backlog = []
    let (waiting, isClosed) = state.withLock { state -> ([Submission?]?, Bool) in
      state.isWriterAsleep = false
      if state.waiting.isEmpty {
        state.isWriterAsleep = sleepOtherwise && !state.isClosed
        return (nil, state.isClosed)
      }
      let waiting = state.waiting
      state.waiting = spare
      return (waiting, state.isClosed)
    }
    guard let waiting else {
      backlog = spare
      return isClosed ? .closed : nil
    }
    backlog = waiting
    return .submissions
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(wakeup, &one, MemoryLayout.size(ofValue: one))
  }
}
