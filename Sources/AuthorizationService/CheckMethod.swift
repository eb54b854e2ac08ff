// Check: one question, judged on the event loop, recorded, answered.
//
// While audit is required the answer waits for journald's acceptance, which the loop's recorder tells later; otherwise it
// leaves at once. Either way it is packed at once: the request's texts lie in the thread's arena and are gone with it.

import Authorization
import CCountersign
import DecisionJournal
import PolicyLanguage
import RemoteProcedureCall

/// Where the answer to one request goes. Told once what became of it, after `hold` if it had to wait.
protocol AnswerPlace {
  /// Answers are kept as they are, beyond the next one: they must borrow nothing.
  static var keepsAnswers: Bool { get }
  /// The decision is recorded.
  func give(_ answer: borrowing Answer, _ arena: borrowing MessageArena)
  /// Puts the answer down until it is recorded. What it borrows is gone then.
  func hold(_ answer: borrowing Answer, _ arena: borrowing MessageArena)
  /// The answer that was put down is recorded.
  func giveHeld()
  /// There is no answer.
  func fail(_ status: Status)
}

/// A decision on its way out.
struct Answer {
  /// INVARIANT: `keeper` keeps it, or whoever gives the answer while it is good.
  var decision: UnsafePointer<DecisionView>
  var keeper: KeptDecision?
  /// Nil for what is not recorded.
  var eventID: EventID?
  var requestID: Text
}

extension AuthorizationService {
  func check(_ bytes: UnsafeRawBufferPointer, _ call: Call) {
    let place = UnaryPlace(call: call)
    do throws(Status) {
      let (state, policies) = try stateWithPolicies()
      let arena = try MessageArena()
      let message = try arena.unpack(bytes, with: countersign__check_request__unpack)
      let request = try state.request(of: message)
      judge(request, by: policies, in: state, for: call.peer, arena, answerTo: place)
    } catch {
      states.current?.counts.failed += 1
      place.fail(error)
    }
  }

  /// Judges, records and answers one request. The answer has left at the return where nothing has to be waited for.
  /// - Parameter arena: holds what the request borrows, if it borrows
  func judge<Place: AnswerPlace>(
    _ request: UnsafePointer<AuthorizationRequest>, by policies: LoopPolicies, in state: LoopState,
    for peer: PeerCredentials,
    _ arena: borrowing MessageArena, answerTo place: Place
  ) {
    guard let recorder = state.recorder else {
      state.counts.failed += 1
      return place.fail(Status(.unavailable, "the journal is not open"))
    }
    let eventID = recorder.makeEventID()
    let answer: Answer
    do throws(RequestError) {
      if Place.keepsAnswers {
        let kept = try policies.index.keep(request.pointee, at: .now())
        answer = Answer(decision: kept.view, keeper: kept, eventID: eventID, requestID: request.pointee.requestID)
      } else {
        let decision = try policies.index.decide(request, at: .now(), in: state.workspace)
        answer = Answer(decision: decision, keeper: nil, eventID: eventID, requestID: request.pointee.requestID)
      }
    } catch {
      state.counts.failed += 1
      return place.fail(Status(error))
    }
    let outcome = answer.decision.pointee.outcome
    let who = RecordedPeer(userID: peer.userID, processID: peer.processID)
    guard let acceptance = recorder.record(answer.decision, of: request, eventID: eventID, peer: who) else {
      place.hold(answer, arena)
      return recorder.whenKnown { acceptance in
        // A call that was cancelled meanwhile takes no answer; its decision is recorded all the same.
        if state.counts.accept(acceptance, outcome) { place.giveHeld() } else { place.fail(.notRecorded(acceptance)) }
      }
    }
    if state.counts.accept(acceptance, outcome) {
      place.give(answer, arena)
    } else {
      place.fail(.notRecorded(acceptance))
    }
  }
}

extension DecisionCounts {
  /// Counts one decision. False when it is not recorded, and so is none.
  fileprivate mutating func accept(_ acceptance: DecisionJournal.Acceptance, _ outcome: Outcome) -> Bool {
    guard case .accepted = acceptance else {
      failed += 1
      return false
    }
    if outcome == .allow { allowed += 1 } else { denied += 1 }
    return true
  }
}

extension Status {
  fileprivate static func notRecorded(_ acceptance: DecisionJournal.Acceptance) -> Status {
    guard case .refused(let why) = acceptance else { return .ok }
    return Status(.unavailable, "the decision could not be recorded: \(why)")
  }
}

/// A unary call: its answer is packed into its stream's buffer.
struct UnaryPlace: AnswerPlace {
  static let keepsAnswers = false
  let call: Call

  func give(_ answer: borrowing Answer, _ arena: borrowing MessageArena) {
    do throws(Status) {
      call.reply(packing: try arena.response(answer))
    } catch {
      call.finish(error)
    }
  }

  func hold(_ answer: borrowing Answer, _ arena: borrowing MessageArena) {
    do throws(Status) {
      call.hold(packing: try arena.response(answer))
    } catch {
      call.finish(error)
    }
  }

  func giveHeld() { call.finish(.ok) }
  func fail(_ status: Status) { call.finish(status) }
}
