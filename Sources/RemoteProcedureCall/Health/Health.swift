// grpc.health.v1: whether the server, and each of its services, serves.
//
// The state is shared by all event loops and kept behind a lock; each watcher lives on its own loop and is told there. A
// change reaches a loop before anything that is sent to it later, so that at a drain NOT_SERVING arrives before GOAWAY.

import CCountersign
import NIOCore
import Synchronization

/// The health of a server's services.
public final class Health: Sendable {
  public enum Serving: Sendable, Hashable {
    case serving
    case notServing
  }

  struct State {
    /// By the bytes of the service's name; the empty name is the whole server.
    var services: [[UInt8]: Serving] = [:]
    var watchers: [ObjectIdentifier: Registration] = [:]
    var isShutDown = false
  }
  struct Registration {
    var service: [UInt8]
    var watcher: NIOLoopBound<HealthWatcher>
  }
  private let state: Mutex<State>

  /// - Parameter services: names known besides the empty one
  public init(services: [String], _ serving: Serving = .notServing) {
    var state = State()
    for name in [""] + services { state.services[Array(name.utf8)] = serving }
    self.state = Mutex(state)
  }

  /// Changes the state of the whole server and of every service.
  public func set(_ serving: Serving) {
    tell { state in
      guard !state.isShutDown else { return }
      for name in state.services.keys { state.services[name] = serving }
    }
  }

  /// Says NOT_SERVING for good and ends all watches, so that a drain need not wait for them.
  public func shutDown() {
    tell { state in
      state.isShutDown = true
      for name in state.services.keys { state.services[name] = .notServing }
    }
  }

  /// `Check` and `Watch`.
  public var methods: [Method] {
    [
      Method(path: "/grpc.health.v1.Health/Check", kind: .unary { [self] in check($0, $1) }),
      Method(path: "/grpc.health.v1.Health/Watch", kind: .streaming { [self] in HealthWatcher(self, $0) }),
    ]
  }

  // MARK: The methods

  /// What a watcher sends.
  struct News {
    /// Nil for a service that is not known.
    var serving: Serving?
    /// There will be no more.
    var isLast: Bool
  }

  private func check(_ message: UnsafeRawBufferPointer, _ call: Call) {
    do throws(Status) {
      let arena = try MessageArena()
      let name = try Self.service(message, arena)
      guard let serving = state.withLock({ $0.services[name] }) else { throw Status(.notFound, "unknown service") }
      call.reply(packing: try Self.response(serving, arena))
    } catch {
      call.finish(error)
    }
  }

  /// The service that a request asks for.
  static func service(_ message: UnsafeRawBufferPointer, _ arena: borrowing MessageArena) throws(Status) -> [UInt8] {
    let request = try arena.unpack(message, with: grpc_health__health_check_request__unpack)
    return [UInt8](request.pointee.service)
  }

  static func response(
    _ serving: Serving?, _ arena: borrowing MessageArena
  ) throws(Status) -> UnsafeMutablePointer<GrpcHealth__HealthCheckResponse> {
    let response = try arena.make(grpc_health__health_check_response__init)
    response.pointee.status =
      switch serving {
      case .serving: GRPC_HEALTH__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING
      case .notServing: GRPC_HEALTH__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING
      case nil: GRPC_HEALTH__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVICE_UNKNOWN
      }
    return response
  }

  /// Adds a watcher and returns what it has to say first. Called on the watcher's loop.
  func watch(_ service: [UInt8], _ watcher: HealthWatcher, _ eventLoop: any EventLoop) -> News {
    let bound = NIOLoopBound(watcher, eventLoop: eventLoop)
    return state.withLock { state in
      if !state.isShutDown {
        state.watchers[ObjectIdentifier(bound.value)] = Registration(service: service, watcher: bound)
      }
      return News(serving: state.services[service], isLast: state.isShutDown)
    }
  }

  func unwatch(_ watcher: HealthWatcher) {
    let id = ObjectIdentifier(watcher)
    state.withLock { _ = $0.watchers.removeValue(forKey: id) }
  }

  private func tell(_ change: (inout State) -> Void) {
    let told = state.withLock { state -> [(NIOLoopBound<HealthWatcher>, News)] in
      change(&state)
      return state.watchers.values.map {
        ($0.watcher, News(serving: state.services[$0.service], isLast: state.isShutDown))
      }
    }
    for (watcher, news) in told {
      watcher.eventLoop.execute { watcher.value.tell(news) }
    }
  }
}
