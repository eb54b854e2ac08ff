// CheckBatch: many questions, judged by one revision, answered in their order when the last one is recorded.
//
// A batch can cost a thousand times what a question does, so it is judged in slices of time: between two of them the loop
// serves its other calls.

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
      let (_, policies) = try stateWithPolicies()
      if requests.isEmpty { return BatchCollector(call: call, requestIDs: []).replyIfComplete() }
      judge(
        requests[...], by: policies, for: call,
        into: BatchCollector(call: call, requestIDs: requests.map(\.requestID)))
    } catch {
      states.current?.counts.failed += 1
      call.finish(error)
    }
  }

  private func judge(
    _ requests: ArraySlice<BatchItem>, by policies: PoliciesInForce, for call: Call, into collector: BatchCollector
  ) {
    let end = NIODeadline.now() + Self.longestSlice
    for index in requests.indices {
      switch requests[index].request {
      case .success(let request):
        judge(request, by: policies, for: call) { collector.receive($0, at: index) }
      case .failure(let status):
        states.current?.counts.failed += 1
        collector.receive(.failure(status), at: index)
      }
      let rest = requests[(index + 1)...]
      guard !rest.isEmpty, NIODeadline.now() >= end else { continue }
      // A moment later, not at once: what is due at once runs before the loop looks at its sockets again.
      _ = call.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(100)) {
        // Nobody waits for the rest of a call that has ended.
        if call.isActive { judge(rest, by: policies, for: call, into: collector) }
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
    var items: [BatchItem] = []
    for index in 0..<message.pointee.n_requests {
      let request = message.pointee.requests[index]!.pointee
      do throws(Status) {
        let decoded = try AuthorizationRequest(request)
        items.append(BatchItem(requestID: decoded.requestID, request: .success(decoded)))
      } catch {
        let requestID = try? Text(request.request_id, "request_id")
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

  func receive(_ result: Result<Answer, Status>, at index: Int) {
    results[index] = result
    missing -= 1
    replyIfComplete()
  }

  func replyIfComplete() {
    guard missing == 0 else { return }
    do throws(Status) {
      let arena = try MessageArena()
      let response = try arena.make(countersign__check_batch_response__init)
      let items = try arena.array(of: Countersign__CheckBatchResult.self, count: results.count)
      for (index, result) in results.enumerated() {
        items[index] = try arena.result(result!, requestID: requestIDs[index])
      }
      response.pointee.results = items
      response.pointee.n_results = results.count
      call.reply(packing: response)
    } catch {
      call.finish(error)
    }
  }
}

extension MessageArena {
  fileprivate borrowing func result(
    _ result: Result<Answer, Status>, requestID: Text
  ) throws(Status) -> UnsafeMutablePointer<Countersign__CheckBatchResult> {
    let message = try make(countersign__check_batch_result__init)
    switch result {
    case .success(let answer):
      message.pointee.response = try response(answer.decision, eventID: answer.eventID, requestID: answer.requestID)
      message.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_RESPONSE
    case .failure(let status):
      let error = try make(countersign__check_error__init)
      error.pointee.code = Int32(status.code.rawValue)
      error.pointee.message = try bytes(Array(status.message.utf8))
      error.pointee.request_id = try bytes(requestID.utf8)
      message.pointee.error = error
      message.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_ERROR
    }
    return message
  }
}
