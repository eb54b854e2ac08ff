// The policies in force, and how every loop comes to decide by them.
//
// A new set is handed to the loops one after the other; a reload is answered when the last one has it.

import Authorization
import DecisionJournal
import NIOCore
import NIOPosix
import PolicyDirectory
import PolicyLanguage

/// One loaded policy set, ready for questions.
public struct PoliciesInForce: Sendable {
  public var index: PolicyIndex
  public var loadedAt: Instant
  public var counts: PolicySetCounts

  public init(index: PolicyIndex, loadedAt: Instant, counts: PolicySetCounts) {
    self.index = index
    self.loadedAt = loadedAt
    self.counts = counts
  }
}

/// The loops' states, reachable from any thread.
public final class LoopStates: Sendable {
  private let loops: [any EventLoop]
  private let ofThisThread: ThreadSpecificVariable<LoopState>

  /// - Parameter group: the loops that serve requests.
  public init(group: any EventLoopGroup) async throws {
    let variable = ThreadSpecificVariable<LoopState>()
    loops = Array(group.makeIterator())
    ofThisThread = variable
    for loop in loops {
      try await loop.submit { variable.currentValue = LoopState() }.get()
    }
  }

  /// The state of the calling loop; nil on any other thread.
  var current: LoopState? { ofThisThread.currentValue }

  /// Puts a set in force on every loop; returns when the last one decides by it.
  public func publish(_ policies: PoliciesInForce) async throws {
    for loop in loops {
      try await loop.submit { [ofThisThread] in ofThisThread.currentValue?.policies = LoopPolicies(policies.index) }
        .get()
    }
  }

  /// Gives every loop its way into the journal, which tells it there what became of records.
  public func record(in journal: DecisionJournal) async throws {
    for loop in loops {
      try await loop.submit { [ofThisThread] in
        // What a loop is given to execute it does after it has read from all its connections, before it waits again.
        let deliver: @Sendable () -> Void = { loop.execute { ofThisThread.currentValue?.deliver() } }
        ofThisThread.currentValue?.recorder = journal.makeRecorder(soon: deliver, notify: deliver)
      }.get()
    }
  }

  /// Ends every `CheckStream`, those still to be opened included, when what it was asked is answered, so that a drain need
  /// not wait for its client.
  public func stopStreams() {
    for loop in loops {
      loop.execute { [ofThisThread] in ofThisThread.currentValue?.stopStreams() }
    }
  }

  /// The sum over all loops.
  func counts() async throws -> DecisionCounts {
    var sum = DecisionCounts()
    for loop in loops {
      sum += try await loop.submit { [ofThisThread] in ofThisThread.currentValue?.counts ?? DecisionCounts() }.get()
    }
    return sum
  }
}
