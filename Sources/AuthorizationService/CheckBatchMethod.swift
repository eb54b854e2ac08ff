// CheckBatch: many questions, judged by one revision, answered in their order when the last one is recorded.
//
// A batch can cost a thousand times what a question does, so it is judged in turns (see BatchQueue): between two of them the
// loop serves its other calls. Its requests therefore have texts of their own, which outlive the thread's arena.

import Authorization
import CCountersign
import DecisionJournal
import NIOCore
import PolicyLanguage
import RemoteProcedureCall

extension AuthorizationService {
  /// Most questions in one batch: about what a message holds.
  static let largestBatch = 1_000

  func checkBatch(_ bytes: UnsafeRawBufferPointer, _ call: Call) {
    do throws(Status) {
      let (state, policies) = try stateWithPolicies()
      let batch = try decodeBatch(bytes, by: policies, in: state, for: call)
      state.batches.add(batch, in: state)
    } catch {
      states.current?.counts.failed += 1
      call.finish(error)
    }
  }

  private func decodeBatch(
    _ bytes: UnsafeRawBufferPointer, by policies: LoopPolicies, in state: LoopState, for call: Call
  ) throws(Status) -> Batch {
    let arena = try MessageArena()
    let message = try arena.unpack(bytes, with: countersign__check_batch_request__unpack)
    guard message.pointee.n_requests <= Self.largestBatch else {
      throw Status(
        .invalidArgument,
        "requests holds \(message.pointee.n_requests) requests, expected at most \(Self.largestBatch)")
    }
    let weight = Batch.weight(bytes: bytes.count, requests: message.pointee.n_requests)
    guard state.batches.hasRoom(for: weight) else {
      throw Status(.resourceExhausted, "too many batches wait to be judged")
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
    return Batch(self, items, by: policies, for: call, weight: weight)
  }
}

struct BatchItem {
  var requestID: Text
  var request: Result<AuthorizationRequest, Status>
}

/// A batch that is under way. Confined to the call's loop.
final class Batch {
  /// Most questions that are judged before it is another batch's turn.
  private static let longestTurn = 100

  /// Bytes of memory, roughly.
  let weight: Int
  var eventLoop: any EventLoop { call.eventLoop }
  private let service: AuthorizationService
  private let call: Call
  private let policies: LoopPolicies
  private let collector: BatchCollector
  private var items: ArraySlice<BatchItem>

  init(
    _ service: AuthorizationService, _ items: [BatchItem], by policies: LoopPolicies, for call: Call, weight: Int
  ) {
    self.service = service
    self.items = items[...]
    self.policies = policies
    self.call = call
    self.weight = weight
    collector = BatchCollector(call: call, requestIDs: items.map(\.requestID))
    if items.isEmpty { collector.reply() }
  }

  /// What a batch will take with its answers.
  static func weight(bytes: Int, requests: Int) -> Int { 4_096 + 2 * bytes + 1_024 * requests }

  /// Judges some of the questions, one at least.
  /// - Returns: false when none is left, or nobody waits for them
  func takeTurn(until end: NIODeadline, in state: LoopState) -> Bool {
    for _ in 0..<Self.longestTurn {
      guard call.isActive, let item = items.first else { return false }
      let place = BatchPlace(collector: collector, index: items.startIndex)
      items.removeFirst()
      do throws(Status) {
        let request = try item.request.get()
        let arena = try MessageArena()
        withUnsafePointer(to: request) {
          service.judge($0, by: policies, in: state, for: call.peer, arena, answerTo: place)
        }
      } catch {
        state.counts.failed += 1
        place.fail(error)
      }
      if NIODeadline.now() >= end || state.isCrowded { break }
    }
    return !items.isEmpty
  }
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
    error.pointee.request_id = lend(BorrowedText(requestID))
    message.pointee.error = error
    message.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_ERROR
    return message
  }
}
