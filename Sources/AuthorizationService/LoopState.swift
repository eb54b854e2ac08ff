// What one event loop knows: the policies that it decides by, its way into the journal, and what it has decided.
//
// Loops share nothing but the immutable index. So a decision takes no lock, uses one revision whole, and no loop counts where
// another one counts.

import Authorization
import CCountersign
import DecisionJournal
import RemoteProcedureCall

/// The set that a loop decides by. A loop has an object of its own, so that holding it during a decision touches no reference
/// count that other loops touch.
final class LoopPolicies {
  let index: PolicyIndex
  init(_ index: PolicyIndex) { self.index = index }
}

/// Decisions since the start.
public struct DecisionCounts: Sendable, Hashable {
  public var allowed: UInt64 = 0
  public var denied: UInt64 = 0
  /// Answered with an error.
  public var failed: UInt64 = 0
  public init() {}

  static func += (left: inout DecisionCounts, right: DecisionCounts) {
    left.allowed += right.allowed
    left.denied += right.denied
    left.failed += right.failed
  }
}

/// What one event loop knows.
// INVARIANT: only the thread of its loop reaches a LoopState, by the thread-specific variable that alone holds it.
final class LoopState: @unchecked Sendable {
  /// Nil until a set is in force.
  var policies: LoopPolicies?
  /// What the loop judges in. A decision is packed and recorded before the next one is made.
  let workspace = DecisionWorkspace()
  /// What is judged, used again for the next one so that its arrays keep their room. Its texts lie in a message's arena.
  private let request: UnsafeMutablePointer<AuthorizationRequest>
  /// Nil until the journal is open.
  var recorder: DecisionRecorder?
  var counts = DecisionCounts()
  /// That are open.
  var streams: [ObjectIdentifier: CheckStream] = [:]
  /// The daemon shuts down: a stream ends when what it was asked is answered.
  private(set) var isStopping = false
  let batches = BatchQueue()

  /// The journal has enough to do: who has more than one question waits with the next.
  var isCrowded: Bool { recorder?.isCrowded ?? false }

  init() {
    request = .allocate(capacity: 1)
    request.initialize(to: AuthorizationRequest(principal: "", operation: ""))
  }

  deinit {
    request.deinitialize(count: 1)
    request.deallocate()
  }

  /// The request of a message, which is held as long as the request is used: until the next one.
  /// - Throws: INVALID_ARGUMENT naming the field.
  func request(
    of message: UnsafePointer<Countersign__CheckRequest>
  ) throws(Status) -> UnsafePointer<AuthorizationRequest> {
    request.pointee.reset()
    try FieldReader(copies: false).read(message, into: &request.pointee)
    return UnsafePointer(request)
  }

  /// Tells who waits what became of records, and goes on with what waited for room in the journal.
  func deliver() {
    recorder?.deliver()
    batches.resume(in: self)
  }

  /// Ends every stream, now and later, when what it was asked is answered.
  func stopStreams() {
    isStopping = true
    for stream in streams.values { stream.stop() }
  }
}
