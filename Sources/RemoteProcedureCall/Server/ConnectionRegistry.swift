// Which connections a server has: to limit them and to end them.

import NIOCore
import Synchronization

/// The open connections of a server.
final class ConnectionRegistry: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: (channel: any Channel, user: UInt32)] = [:]
    var perUser: [UInt32: Int] = [:]
    var isClosed = false
    var whenEmpty: EventLoopPromise<Void>?
  }
  private let state = Mutex(State())
  private let maximum: Int
  private let maximumPerUser: Int

  init(maximum: Int, maximumPerUser: Int) {
    self.maximum = maximum
    self.maximumPerUser = maximumPerUser
  }

  enum Admission {
    case admitted
    case refused(Limit)
    case closed
  }

  func admit(_ channel: any Channel, user: UInt32) -> Admission {
    state.withLock { state in
      if state.isClosed { return .closed }
      if state.channels.count >= maximum { return .refused(.connections) }
      if state.perUser[user, default: 0] >= maximumPerUser { return .refused(.connectionsOfOneUser) }
      state.perUser[user, default: 0] += 1
      state.channels[ObjectIdentifier(channel)] = (channel, user)
      return .admitted
    }
  }

  func remove(_ channel: any Channel) {
    let empty = state.withLock { state -> EventLoopPromise<Void>? in
      guard let entry = state.channels.removeValue(forKey: ObjectIdentifier(channel)) else { return nil }
      let left = state.perUser[entry.user, default: 1] - 1
      state.perUser[entry.user] = left > 0 ? left : nil
      guard state.channels.isEmpty else { return nil }
      defer { state.whenEmpty = nil }
      return state.whenEmpty
    }
    empty?.succeed()
  }

  /// Admits no more.
  /// - Returns: the connections open now; the promise is fulfilled when the last of them has gone, at once if there is none
  func close(whenEmpty: EventLoopPromise<Void>) -> [any Channel] {
    let channels = state.withLock { state -> [any Channel] in
      state.isClosed = true
      let channels = state.channels.values.map(\.channel)
      if !channels.isEmpty {
        if let earlier = state.whenEmpty {
          earlier.futureResult.cascade(to: whenEmpty)
        } else {
          state.whenEmpty = whenEmpty
        }
      }
      return channels
    }
    if channels.isEmpty { whenEmpty.succeed() }
    return channels
  }
}
