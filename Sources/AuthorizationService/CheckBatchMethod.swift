// CheckBatch: many questions, judged by one revision, answered in their order when the last one is recorded.
//
// A batch can cost a thousand times what a question does, so it is judged in slices of time: between two of them the loop
// serves its other calls. Its requests therefore have texts of their own, which outlive the thread's arena.

import Authorization
import CCountersign
import DecisionJournal
import NIOCore
import PolicyLanguage
import RemoteProcedureCall

extension AuthorizationService {
  /// Most questions in one batch: what one call may have in the journal's queue, and about what a message holds.
  static let largestBatch = 1_000
  /// What a loop spends on one batch before it looks after others; one question is always judged whole.
  static let longestSlice = TimeAmount.milliseconds(5)

  func checkBatch(_ bytes: UnsafeRawBufferPointer, _ call: Call) {
    do throws(Status) {
      let requests = try decodeBatch(bytes)
      let (state, policies) = try stateWithPolicies()
      let collector = BatchCollector(call: call, requestIDs: requests.map(\.requestID))
      if requests.isEmpty { return collector.reply() }
      judge(requests[...], by: policies, in: state, for: call, into: collector)
    } catch {
      states.current?.counts.failed += 1
      call.finish(error)
    }
  }

  private func judge(
    _ requests: ArraySlice<BatchItem>, by policies: LoopPolicies, in state: LoopState, for call: Call,
    into collector: BatchCollector
  ) {
    let end = NIODeadline.now() + Self.longestSlice
    for index in requests.indices {
      let place = BatchPlace(collector: collector, index: index)
      do throws(Status) {
        let request = try requests[index].request.get()
        judge(request, by: policies, in: state, for: call.peer, try MessageArena(), answerTo: place)
      } catch {
        state.counts.failed += 1
        place.fail(error)
      }
      let rest = requests[(index + 1)...]
      guard !rest.isEmpty, NIODeadline.now() >= end else { continue }
      // A moment later, not at once: what is due at once runs before the loop looks at its sockets again.
      _ = call.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(100)) {
        // Nobody waits for the rest of a call that has ended.
        if call.isActive { judge(rest, by: policies, in: state, for: call, into: collector) }
      }
      return
    }
  }

  private func decodeBatch(_ bytes: UnsafeRawBufferPointer) throws(Status) -> [BatchItem] {
    let arena = try MessageArena()
    let message = try arena.unpack(bytes, with: countersign__check_batch_request__unpack)
    guard message.pointee.n_requests <= Self.largestBatch else {
      throw Status(
        .invalidArgument,
        "requests holds \(message.pointee.n_requests) requests, expected at most \(Self.largestBatch)")
    }
    let reader = FieldReader(copies: true)
    var items: [BatchItem] = []
    for index in 0..<message.pointee.n_requests {
      let request = message.pointee.requests[index]!
      do throws(Status) {
        let decoded = try reader.request(request)
        items.append(BatchItem(requestID: decoded.requestID, request: .success(decoded)))
      } catch {
        let requestID = try? reader.text(request.pointee.request_id, "request_id")
        items.append(BatchItem(requestID: requestID ?? "", request: .failure(error)))
      }
    }
    return items
  }
}

private struct BatchItem {
  var requestID: Text
  var request: Result<AuthorizationRequest, Status>
}

/// Gathers the answers of one batch. Confined to the call's loop.
private final class BatchCollector {
  private let call: Call
  private let requestIDs: [Text]
  private var results: [Result<Answer, Status>?]
  private var missing: Int

  init(call: Call, requestIDs: [Text]) {
    self.call = call
    self.requestIDs = requestIDs
    results = Array(repeating: nil, count: requestIDs.count)
    missing = requestIDs.count
  }

  func put(_ result: Result<Answer, Status>, at index: Int) { results[index] = result }

  /// One more of the results stands.
  func count() {
    missing -= 1
    if missing == 0 { reply() }
  }

  func reply() {
    do throws(Status) {
      let arena = try MessageArena()
      let response = try arena.make(countersign__check_batch_response__init)
      let items = try arena.array(of: Countersign__CheckBatchResult.self, count: results.count)
      for (index, result) in results.enumerated() {
        switch result! {
        case .success(let answer): items[index] = try arena.result(answer)
        case .failure(let status): items[index] = try arena.result(status, requestID: requestIDs[index])
        }
      }
      response.pointee.results = items
      response.pointee.n_results = results.count
      // The message shares the texts of the results.
      withExtendedLifetime((results, requestIDs)) { call.reply(packing: response) }
    } catch {
      call.finish(error)
    }
  }
}

private struct BatchPlace: AnswerPlace {
  static let keepsAnswers = true
  let collector: BatchCollector
  let index: Int

  func hold(_ answer: borrowing Answer, _ arena: borrowing MessageArena) {
    collector.put(.success(copy answer), at: index)
  }

  func giveHeld() { collector.count() }

  func give(_ answer: borrowing Answer, _ arena: borrowing MessageArena) {
    collector.put(.success(copy answer), at: index)
    collector.count()
  }

  func fail(_ status: Status) {
    collector.put(.failure(status), at: index)
    collector.count()
  }
}

extension MessageArena {
  /// - Returns: a message that shares the answer's texts.
  borrowing func result(
    _ answer: borrowing Answer
  ) throws(Status) -> UnsafeMutablePointer<Countersign__CheckBatchResult> {
    let message = try make(countersign__check_batch_result__init)
    message.pointee.response = try response(answer)
    message.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_RESPONSE
    return message
  }

  /// - Returns: a message that shares the id's bytes.
  borrowing func result(
    _ status: Status, requestID: Text
  ) throws(Status) -> UnsafeMutablePointer<Countersign__CheckBatchResult> {
    let message = try make(countersign__check_batch_result__init)
    let error = try make(countersign__check_error__init)
    error.pointee.code = Int32(status.code.rawValue)
    error.pointee.message = try bytes(Array(status.message.utf8))
    error.pointee.request_id = lend(requestID)
    message.pointee.error = error
    message.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_ERROR
    return message
  }
}
