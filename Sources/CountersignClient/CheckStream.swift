// Many questions on one call: asked as they come, answered as soon as each is known.

import CCountersign
import CProtobufC
import NIOCore
import RemoteProcedureCall

/// A stream of questions and their answers.
///
/// One task asks and another reads the answers, which come in any order: give each question a `requestID` to tell them apart.
/// Every question is judged by the policies then in force, and recorded, by itself.
///
/// ```swift
/// let stream = client.checkStream()
/// async let asking: Void = {
///   for request in requests { try await stream.ask(request) }
///   stream.finish()
/// }()
/// for try await answer in stream.answers { take(answer.requestID, answer.result) }
/// try await asking
/// ```
///
/// **Fail closed**, as with `Client`: a question without an answer, or with an error for its answer, is not allowed.
public struct CheckStream: Sendable {
  /// Questions whose answers have not been read; who asks one more waits.
  public static let mostUnanswered = 1_000

  /// The answer to one question.
  public struct Answer: Sendable, Hashable {
    public var requestID: String
    /// An error where the question could not be judged, or its decision not recorded.
    public var result: Result<CheckResponse, ClientError>
  }

  private let stream: ClientStream
  private let unanswered = UnansweredQuestions(most: mostUnanswered)

  init(_ stream: ClientStream) { self.stream = stream }

  /// Asks one question.
  /// - Throws: CANCELLED when the task is, UNAVAILABLE when the stream has ended; `answers` tells why.
  public func ask(_ request: CheckRequest) async throws(ClientError) {
    let message = try Client.pack { arena throws(Status) in try request.message(in: arena) }
    guard await unanswered.add(request.requestID) else {
      if Task.isCancelled { throw ClientError(.cancelled, "the task was cancelled") }
      throw ClientError(.unavailable, "the stream has ended")
    }
    stream.send(message)
  }

  /// Says that there are no more questions. `answers` ends when the last one is answered.
  public func finish() { stream.finish() }

  /// Gives up the questions that have no answer yet. The daemon may have judged and recorded them all the same.
  public func cancel() {
    stream.cancel()
    unanswered.close()
  }

  /// The answers, for one reader. Throws a `ClientError` when the stream ends without all of them.
  public var answers: Answers { Answers(base: stream.answers, unanswered: unanswered) }

  public struct Answers: AsyncSequence, Sendable {
    public typealias Element = Answer
    public typealias Failure = any Error
    fileprivate let base: AsyncThrowingStream<ByteBuffer, any Error>
    fileprivate let unanswered: UnansweredQuestions

    public func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), unanswered: unanswered) }

    public struct Iterator: AsyncIteratorProtocol {
      fileprivate var base: AsyncThrowingStream<ByteBuffer, any Error>.Iterator
      fileprivate let unanswered: UnansweredQuestions

      public mutating func next() async throws -> Answer? {
        do {
          guard let bytes = try await base.next() else {
            // A task that was cancelled is told nothing by its stream.
            guard unanswered.close() else { throw ClientError(.cancelled, "the stream ended before all its answers") }
            return nil
          }
          let answer = try Answer(bytes)
          guard unanswered.remove(answer.requestID) else {
            throw ClientError(.internal, "the daemon answered the request `\(answer.requestID)`, which nobody asked")
          }
          return answer
        } catch {
          unanswered.close()
          if let status = error as? Status { throw ClientError(status) }
          throw error
        }
      }
    }
  }
}

extension CheckStream.Answer {
  fileprivate init(_ bytes: ByteBuffer) throws(ClientError) {
    self = try Client.unpack(bytes, countersign__check_batch_result__unpack) { message throws(ClientError) in
      // The two share their place in the message: what is there, the case tells.
      let id =
        switch message.result_case {
        case COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_RESPONSE: message.response?.pointee.request_id
        case COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_ERROR: message.error?.pointee.request_id
        default: nil as ProtobufCBinaryData?
        }
      return CheckStream.Answer(requestID: id.map { String($0) } ?? "", result: Client.result(message))
    }
  }
}
