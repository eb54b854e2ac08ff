// What one event loop knows: the policies that it decides by, its way into the journal, and what it has decided.
//
// Loops share nothing but the immutable index. So a decision takes no lock, uses one revision whole, and no loop counts where
// another one counts.

import Authorization
import DecisionJournal

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
  /// Nil until the journal is open.
  var recorder: DecisionRecorder?
  var counts = DecisionCounts()
  /// That are open.
  var streams: [ObjectIdentifier: CheckStream] = [:]
}
