// What the server tells its operator: limits that were reached, counted all and told at most once a second for each kind.

import NIOCore
import Synchronization

/// A limit that was reached.
public struct Incident: Sendable, Hashable {
  public var limit: Limit
  /// More about it; often empty.
  public var detail: String
  public var peer: PeerCredentials
  /// Others of its kind since the last one told.
  public var suppressed: Int
}

/// What happened on a server since it started.
public struct ServerCounters: Sendable, Hashable {
  public var connectionsAccepted = 0
  public var connectionsOpen = 0
  public var callsStarted = 0
  public var limitsReached: [Limit: Int] = [:]
  public init() {}
}

/// Counts and passes incidents on.
final class IncidentLog: Sendable {
  private struct State {
    var counters = ServerCounters()
    var calls: [ObjectIdentifier: CallCounter] = [:]
    var told: [Limit: (at: NIODeadline, suppressed: Int)] = [:]
  }
  private let state = Mutex(State())
  private let tell: @Sendable (Incident) -> Void

  init(_ tell: @escaping @Sendable (Incident) -> Void) {
    self.tell = tell
  }

  var counters: ServerCounters {
    state.withLock { state in
      var counters = state.counters
      counters.callsStarted = state.calls.values.reduce(0) { $0 + $1.value }
      return counters
    }
  }

  /// Where the connections of a loop count their calls.
  func calls(on eventLoop: any EventLoop) -> CallCounter {
    state.withLock { state in
      if let counter = state.calls[ObjectIdentifier(eventLoop)] { return counter }
      let counter = CallCounter()
      state.calls[ObjectIdentifier(eventLoop)] = counter
      return counter
    }
  }

  func update(_ change: (inout ServerCounters) -> Void) {
    state.withLock { change(&$0.counters) }
  }

  func report(_ limit: Limit, _ detail: String, _ peer: PeerCredentials, now: NIODeadline) {
    let suppressed: Int? = state.withLock { state in
      state.counters.limitsReached[limit, default: 0] += 1
      if let last = state.told[limit], now < last.at + .seconds(1) {
        state.told[limit] = (last.at, last.suppressed + 1)
        return nil
      }
      let suppressed = state.told[limit]?.suppressed ?? 0
      state.told[limit] = (now, 0)
      return suppressed
    }
    guard let suppressed else { return }
    tell(Incident(limit: limit, detail: detail, peer: peer, suppressed: suppressed))
  }
}
