// The batches of one loop, which are judged in turns beside its other calls.
//
// Two things are shared out here: the loop's time, by slices, and its way into the journal, where batches take no more than a
// part so that a lone question always finds room. What waits for either is bounded, in memory.

import NIOCore

/// Batches that have not been judged to the end. Confined to its loop.
final class BatchQueue {
  /// What a loop spends on batches before it looks after others; one question is always judged whole.
  private static let longestSlice = TimeAmount.milliseconds(5)
  /// Bytes of all batches at a time. One batch is always let in.
  private static let capacity = 64 << 20

  private var batches = CircularBuffer<Batch>()
  private var weight = 0
  private var isScheduled = false

  func hasRoom(for weight: Int) -> Bool { batches.isEmpty || self.weight + weight <= Self.capacity }

  /// Judges a batch, at once if no other is under way.
  func add(_ batch: Batch, in state: LoopState) {
    weight += batch.weight
    batches.append(batch)
    if batches.count == 1 { resume(in: state) }
  }

  /// Goes on after a wait for room in the journal.
  func resume(in state: LoopState) {
    if !isScheduled && !batches.isEmpty { run(in: state) }
  }

  private func run(in state: LoopState) {
    let end = NIODeadline.now() + Self.longestSlice
    // The recorder's next `deliver` resumes what stops here because it is crowded.
    while !state.isCrowded, let batch = batches.first {
      guard NIODeadline.now() < end else { return runSoon(in: state, on: batch.eventLoop) }
      let hasMore = batch.takeTurn(until: end, in: state)
      batches.removeFirst()
      if hasMore { batches.append(batch) } else { weight -= batch.weight }
    }
  }

  private func runSoon(in state: LoopState, on loop: any EventLoop) {
    isScheduled = true
    // A moment later, not at once: what is due at once runs before the loop looks at its sockets again.
    _ = loop.assumeIsolated().scheduleTask(in: .microseconds(100)) { [self] in
      isScheduled = false
      run(in: state)
    }
  }
}
