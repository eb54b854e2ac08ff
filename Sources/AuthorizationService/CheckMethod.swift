// Check: one question, judged on the event loop, recorded, answered.
//
// While audit is required the answer waits for journald's acceptance, which the loop's recorder tells later; otherwise it
// leaves at once.

import Authorization
import CCountersign
import DecisionJournal
import NIOCore
import PolicyLanguage
import RemoteProcedureCall

extension AuthorizationService {
  func check(_ bytes: UnsafeRawBufferPointer, _ call: Call) {
    do throws(Status) {
      let request = try decodeCheckRequest(bytes)
      let (_, policies) = try stateWithPolicies()
      judge(request, by: policies, for: call) { result in
        // A call that was cancelled meanwhile takes no answer; its decision is recorded all the same.
        switch result {
        case .success(let answer): answer.reply(to: call)
        case .failure(let status): call.finish(status)
        }
      }
    } catch {
      states.current?.counts.failed += 1
      call.finish(error)
    }
  }

  /// Judges and records one request. `completion` runs on the call's loop, before the return where nothing has to be
  /// waited for.
  func judge(
    _ request: AuthorizationRequest, by policies: PoliciesInForce, for call: Call,
    completion: @escaping (Result<Answer, Status>) -> Void
  ) {
    let decision: Decision
    do throws(RequestError) {
      decision = try policies.index.decide(request, at: .now())
    } catch {
      states.current?.counts.failed += 1
      return completion(.failure(Status(error)))
    }
    guard let state = states.current, let recorder = state.recorder else {
      return completion(.failure(Status(.unavailable, "the journal is not open")))
    }
    let eventID = recorder.makeEventID()
    let answer = Answer(decision: decision, eventID: eventID, requestID: request.requestID)
    func finish(_ acceptance: DecisionJournal.Acceptance) {
      switch acceptance {
      case .accepted:
        switch decision.outcome {
        case .allow: state.counts.allowed += 1
        case .deny: state.counts.denied += 1
        }
        completion(.success(answer))
      case .refused(let why):
        state.counts.failed += 1
        completion(.failure(Status(.unavailable, "the decision could not be recorded: \(why)")))
      }
    }
    let peer = RecordedPeer(userID: call.peer.userID, processID: call.peer.processID)
    let known = recorder.record(decision, of: request, eventID: eventID, peer: peer) { finish }
    if let known { finish(known) }
  }

  private func decodeCheckRequest(_ bytes: UnsafeRawBufferPointer) throws(Status) -> AuthorizationRequest {
    let arena = try MessageArena()
    let message = try arena.unpack(bytes, with: countersign__check_request__unpack)
    return try AuthorizationRequest(message.pointee)
  }
}

/// A decision on its way out.
struct Answer {
  var decision: Decision
  /// Nil for what is not recorded.
  var eventID: EventID?
  var requestID: Text

  func reply(to call: Call) {
    do throws(Status) {
      let arena = try MessageArena()
      let response = try arena.response(decision, eventID: eventID, requestID: requestID)
      call.reply(packing: response)
    } catch {
      call.finish(error)
    }
  }
}
