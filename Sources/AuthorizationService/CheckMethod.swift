// Check: one question, judged on the event loop, recorded, answered.
//
// While audit is required the answer waits for journald's acceptance, which arrives on the journal's thread and is
// brought back to the loop; otherwise it leaves at once.

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
    let answer = Answer(decision: decision, eventID: DecisionJournal.makeEventID(), requestID: request.requestID)
    let loop = call.eventLoop
    let finish = NIOLoopBound(
      { [states] (acceptance: DecisionJournal.Acceptance) in
        switch acceptance {
        case .accepted:
          switch decision.outcome {
          case .allow: states.current?.counts.allowed += 1
          case .deny: states.current?.counts.denied += 1
          }
          completion(.success(answer))
        case .refused(let why):
          states.current?.counts.failed += 1
          completion(.failure(Status(.unavailable, "the decision could not be recorded: \(why)")))
        }
      }, eventLoop: loop)
    let peer = RecordedPeer(userID: call.peer.userID, processID: call.peer.processID)
    journal.record(decision, of: request, eventID: answer.eventID, peer: peer) { acceptance in
      if loop.inEventLoop {
        finish.value(acceptance)
      } else {
        loop.execute { finish.value(acceptance) }
      }
    }
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
  var eventID: Text
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
