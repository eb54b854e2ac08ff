// When a connection as a whole is too slow, too quiet or too old.
//
// Pure: it is told what happened and when, and asked what is due. The handler keeps one timer of the event loop for the
// earliest of these times and of the session's.

import NIOCore

/// The timers of one connection. Nil: never.
public struct ConnectionTimes: Sendable {
  /// From accept to the client's SETTINGS.
  public var handshakeTimeout: TimeAmount = .seconds(10)
  /// Without a call, after which the client is asked to leave.
  public var idleTimeout: TimeAmount? = .minutes(30)
  /// After which the client is asked to leave, calls or not.
  public var maximumAge: TimeAmount?
  /// From asking a client to leave (for idleness or age) to cutting its connection.
  public var drainTimeout: TimeAmount = .seconds(30)
  /// Without a byte from the client, after which it is asked for a sign of life.
  public var keepaliveInterval: TimeAmount? = .minutes(5)
  /// For that sign.
  public var keepaliveTimeout: TimeAmount = .seconds(20)
  /// How long the socket may stay full.
  public var writeStallTimeout: TimeAmount = .seconds(30)
  /// How long the client may take to acknowledge that it should leave, before calls that it opens are refused.
  public var noticeTimeout: TimeAmount = .seconds(1)

  public init() {}
}

/// Says what is due on a connection.
struct ConnectionClock: Sendable {
  enum Event: Equatable {
    case cut(Limit)
    /// Begin a graceful end.
    case drain
    /// Take a notice as acknowledged.
    case announce
    case ping
  }

  private let times: ConnectionTimes
  private var handshakeBy: NIODeadline?
  private var idleBy: NIODeadline?
  private var ageBy: NIODeadline?
  private var pingAt: NIODeadline?
  private var pongBy: NIODeadline?
  private var stalledBy: NIODeadline?
  private var announceBy: NIODeadline?
  private var drainBy: NIODeadline?

  init(_ times: ConnectionTimes, now: NIODeadline) {
    self.times = times
    handshakeBy = now + times.handshakeTimeout
    ageBy = times.maximumAge.map { now + $0 }
    pingAt = times.keepaliveInterval.map { now + $0 }
  }

  mutating func established(_ now: NIODeadline) {
    guard handshakeBy != nil else { return }
    handshakeBy = nil
    idleBy = times.idleTimeout.map { now + $0 }
  }

  mutating func received(_ now: NIODeadline) {
    pingAt = times.keepaliveInterval.map { now + $0 }
    pongBy = nil
  }

  /// - Parameter hadCalls: there was a call, now or since the last time
  mutating func worked(_ now: NIODeadline, openCalls: Int, hadCalls: Bool) {
    guard handshakeBy == nil, drainBy == nil else { return }
    if openCalls > 0 {
      idleBy = nil
    } else if hadCalls || idleBy == nil {
      idleBy = times.idleTimeout.map { now + $0 }
    }
  }

  mutating func writable(_ isWritable: Bool, _ now: NIODeadline) {
    if isWritable { stalledBy = nil } else if stalledBy == nil { stalledBy = now + times.writeStallTimeout }
  }

  /// A graceful end began; it must be over `by` then.
  mutating func draining(_ now: NIODeadline, by end: NIODeadline) {
    idleBy = nil
    ageBy = nil
    if drainBy == nil { announceBy = now + times.noticeTimeout }
    drainBy = drainBy.map { min($0, end) } ?? end
  }

  /// The earliest time at which `next` returns something.
  var due: NIODeadline {
    var due = NIODeadline.distantFuture
    for time in [handshakeBy, idleBy, ageBy, pongBy ?? pingAt, stalledBy, announceBy, drainBy] {
      if let time, time < due { due = time }
    }
    return due
  }

  /// What is due; call again until nil.
  mutating func next(_ now: NIODeadline) -> Event? {
    if take(&handshakeBy, now) { return .cut(.handshakeTime) }
    if take(&drainBy, now) { return .cut(.drainTime) }
    if take(&stalledBy, now) { return .cut(.writeStall) }
    if take(&pongBy, now) { return .cut(.keepalive) }
    if take(&announceBy, now) { return .announce }
    if take(&idleBy, now) || take(&ageBy, now) {
      draining(now, by: now + times.drainTimeout)
      return .drain
    }
    if pongBy == nil, take(&pingAt, now) {
      pongBy = now + times.keepaliveTimeout
      return .ping
    }
    return nil
  }

  private func take(_ time: inout NIODeadline?, _ now: NIODeadline) -> Bool {
    guard let due = time, due <= now else { return false }
    time = nil
    return true
  }
}
