// CheckStream: questions as they come, each judged by the policies then in force and answered as soon as it is recorded.
//
// Answers that wait for journald are packed at once and kept here. So few may wait at a time that a stream holds little: no
// more questions are taken until enough answers have left, and the client cannot send more than its window. While the client
// does not read, the server itself hands over no more.

import Authorization
import CCountersign
import PolicyLanguage
import RemoteProcedureCall

/// The handler of one `CheckStream` call. Confined to the call's loop.
final class CheckStream: StreamHandler {
  /// Most answers that wait to be recorded, in number and in bytes.
  static let mostWaiting = 256
  static let mostWaitingBytes = 1 << 20

  private let service: AuthorizationService
  fileprivate let call: Call
  private var waiting = 0
  private var waitingBytes = 0
  /// The client sends no more.
  private var hasEnded = false
  /// The daemon shuts down.
  private var isStopping = false

  init(_ service: AuthorizationService, _ call: Call) {
    self.service = service
    self.call = call
    guard let state = service.states.current else { return }
    state.streams[ObjectIdentifier(self)] = self
    if state.isStopping { stop() }
  }

  func received(_ message: UnsafeRawBufferPointer) {
    do throws(Status) {
      let arena = try MessageArena()
      let request = try arena.unpack(message, with: countersign__check_request__unpack)
      judge(request, arena)
    } catch {
      // Whose answer this would be is not known.
      service.states.current?.counts.failed += 1
      end(error)
    }
  }

  private func judge(_ message: UnsafePointer<Countersign__CheckRequest>, _ arena: borrowing MessageArena) {
    let reader = FieldReader(copies: false)
    let place = StreamPlace(stream: self, requestID: (try? reader.text(message.pointee.request_id, "request_id")) ?? "")
    do throws(Status) {
      let (state, policies) = try service.stateWithPolicies()
      let request = try state.request(of: message)
      service.judge(request, by: policies, in: state, for: call.peer, arena, answerTo: place)
    } catch {
      service.states.current?.counts.failed += 1
      place.fail(error)
    }
  }

  func receivedEnd() {
    hasEnded = true
    finishIfDone()
  }

  func cancelled() { forget() }
  func writable() {}

  /// Takes no more questions, and ends when those that were taken have their answers.
  func stop() {
    isStopping = true
    call.isPaused = true
    finishIfDone()
  }

  // MARK: Answers

  fileprivate func send(_ packed: [UInt8]) {
    // When the client reads too slowly the server hands over no more messages; those that were taken are answered.
    _ = call.send(size: packed.count) { $0.copyBytes(from: packed) }
  }

  fileprivate func beginWaiting(_ bytes: Int) {
    waiting += 1
    waitingBytes += bytes
    if waiting >= Self.mostWaiting || waitingBytes >= Self.mostWaitingBytes || isCrowded { call.isPaused = true }
  }

  fileprivate func endWaiting(_ bytes: Int) {
    waiting -= 1
    waitingBytes -= bytes
    if !isStopping, waiting == 0 || mayGoOn { call.isPaused = false }
    finishIfDone()
  }

  private var mayGoOn: Bool {
    waiting <= Self.mostWaiting / 2 && waitingBytes <= Self.mostWaitingBytes / 2 && !isCrowded
  }

  /// One question at a time is enough then, for the sake of those who have but one.
  private var isCrowded: Bool { service.states.current?.isCrowded ?? false }

  private func finishIfDone() {
    guard waiting == 0 else { return }
    if hasEnded { end(.ok) } else if isStopping { end(Status(.unavailable, "the daemon is shutting down")) }
  }

  fileprivate func end(_ status: Status) {
    forget()
    call.finish(status)
  }

  private func forget() { service.states.current?.streams[ObjectIdentifier(self)] = nil }
}

/// One answer's place on a stream.
private final class StreamPlace: AnswerPlace {
  static let keepsAnswers = false

  private let stream: CheckStream
  private var requestID: Text
  /// The answer, packed, while it waits.
  private var held: [UInt8]?

  init(stream: CheckStream, requestID: Text) {
    self.stream = stream
    self.requestID = requestID
  }

  func give(_ answer: borrowing Answer, _ arena: borrowing MessageArena) {
    do throws(Status) {
      _ = stream.call.send(packing: try arena.result(answer))
    } catch {
      stream.end(error)
    }
  }

  func hold(_ answer: borrowing Answer, _ arena: borrowing MessageArena) {
    requestID = Text(copying: requestID)
    held = (try? arena.result(answer)).map { [UInt8](packing: $0) } ?? []
    stream.beginWaiting(held?.count ?? 0)
  }

  func giveHeld() {
    guard let held else { return }
    if held.isEmpty { stream.end(Status(.resourceExhausted, "out of memory for an answer")) } else { stream.send(held) }
    stream.endWaiting(held.count)
  }

  func fail(_ status: Status) {
    // It may lie in the arena, which the next message has for itself.
    let requestID = Text(copying: requestID)
    do throws(Status) {
      let arena = try MessageArena()
      _ = stream.call.send(packing: try arena.result(status, requestID: requestID))
    } catch {
      stream.end(error)
    }
    withExtendedLifetime(requestID) {}
    if let held { stream.endWaiting(held.count) }
  }
}
