// The questions of one stream that have no answer yet: so many at most, and an answer to another question is none.

import Synchronization

/// INVARIANT: a waiting task is resumed exactly once, by whoever takes it out of `waiting`.
final class UnansweredQuestions: Sendable {
  private struct State {
    /// By request id. An id may be used again before its answer is there.
    var counts: [String: Int] = [:]
    /// Of all ids.
    var count = 0
    var waiting: [(number: Int, requestID: String, task: CheckedContinuation<Bool, Never>)] = []
    var nextNumber = 0
    var isClosed = false

    mutating func add(_ requestID: String) {
      counts[requestID, default: 0] += 1
      count += 1
    }
  }
  private let most: Int
  private let state = Mutex(State())

  init(most: Int) { self.most = most }

  /// Takes a place for one more question, and waits until there is one.
  /// - Returns: false when the stream has ended, or the task was cancelled
  func add(_ requestID: String) async -> Bool {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { task in
        let answer: Bool? = state.withLock { state in
          if state.isClosed || Task.isCancelled { return false }
          guard state.count < most else {
            state.waiting.append((number, requestID, task))
            return nil
          }
          state.add(requestID)
          return true
        }
        if let answer { task.resume(returning: answer) }
      }
    } onCancel: {
      let task = state.withLock { state in
        state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).task }
      }
      task?.resume(returning: false)
    }
  }

  /// Frees a place. False when nothing was asked by that id.
  func remove(_ requestID: String) -> Bool {
    let (isKnown, task) = state.withLock { state -> (Bool, CheckedContinuation<Bool, Never>?) in
      guard let count = state.counts[requestID] else { return (false, nil) }
      state.counts[requestID] = count > 1 ? count - 1 : nil
      state.count -= 1
      guard !state.waiting.isEmpty else { return (true, nil) }
      let next = state.waiting.removeFirst()
      state.add(next.requestID)
      return (true, next.task)
    }
    task?.resume(returning: true)
    return isKnown
  }

  /// The stream has ended: nobody need wait.
  /// - Returns: whether everything has its answer
  @discardableResult
  func close() -> Bool {
    let (waiting, isEmpty) = state.withLock { state in
      defer { state.waiting = [] }
      state.isClosed = true
      return (state.waiting, state.count == 0)
    }
    for waiter in waiting { waiter.task.resume(returning: false) }
    return isEmpty
  }
}
