// A journal as tests use it: from any thread, told on the journal's own.

import Authorization
import PolicyLanguage
import Synchronization

@testable import DecisionJournal

final class SharedJournal: Sendable {
  private let journal: DecisionJournal
  private let recorder: SharedRecorder

  init(configuration: DecisionJournal.Configuration) throws {
    journal = try DecisionJournal(configuration: configuration)
    recorder = SharedRecorder(of: journal)
  }

  var startID: Text { journal.startID }
  var statistics: DecisionJournal.Statistics { journal.statistics }
  func close() { journal.close() }

  func record(
    _ decision: Decision, of request: AuthorizationRequest = Sample.request(), eventID: EventID? = nil,
    completion: @escaping DecisionRecorder.Completion
  ) {
    recorder.record(decision, of: request, eventID: eventID, completion: completion)
  }

  /// Another recorder of the same journal.
  func makeRecorder() -> SharedRecorder { SharedRecorder(of: journal) }
}

// INVARIANT: the recorder, set once before anybody can use it, is reached under the lock alone.
final class SharedRecorder: @unchecked Sendable {
  private let lock = Mutex(())
  private var recorder: DecisionRecorder?

  init(of journal: DecisionJournal) {
    recorder = journal.makeRecorder { [weak self] in self?.deliver() }
  }

  func record(
    _ decision: Decision, of request: AuthorizationRequest = Sample.request(), eventID: EventID? = nil,
    completion: @escaping DecisionRecorder.Completion
  ) {
    lock.withLock { _ in
      guard let recorder else { return }
      let known = recorder.record(
        decision, of: request, eventID: eventID ?? recorder.makeEventID(), peer: Sample.peer, completion: { completion }
      )
      if let known { completion(known) }
    }
  }

  private func deliver() { lock.withLock { _ in recorder?.deliver() } }
}
