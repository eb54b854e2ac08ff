// What systemd hands over and wants to hear: the listening socket, readiness, status, and the watchdog.
//
// Without systemd all of it does nothing.

import CSystemd
import Glibc

enum SystemdNotification {
  /// The stream socket that systemd passed, if it passed one.
  /// - Throws: when something was passed that is no listening Unix stream socket, or more than one.
  static func inheritedSocket() throws(SocketError) -> Int32? {
    let count = sd_listen_fds(1)
    guard count >= 0 else { throw SocketError(message: "LISTEN_FDS or LISTEN_PID cannot be read: errno \(-count)") }
    guard count > 0 else { return nil }
    guard count == 1 else { throw SocketError(message: "systemd passed \(count) sockets, expected one") }
    let descriptor = Int32(SD_LISTEN_FDS_START)
    guard sd_is_socket_unix(descriptor, Int32(SOCK_STREAM.rawValue), 1, nil, 0) > 0 else {
      throw SocketError(message: "systemd passed a descriptor that is no listening Unix stream socket")
    }
    return descriptor
  }

  static func ready() { sd_notify(0, "READY=1") }
  static func status(_ status: String) { sd_notify(0, "STATUS=\(status)") }
  static func stopping() { sd_notify(0, "STOPPING=1\nSTATUS=answering the calls in progress") }
  static func aliveNow() { sd_notify(0, "WATCHDOG=1") }

  /// How often the watchdog wants to hear, halved as sd_watchdog_enabled(3) advises; nil without a watchdog.
  static var watchdogPeriodNanoseconds: UInt64? {
    var microseconds: UInt64 = 0
    guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return microseconds * 1_000 / 2
  }
}

struct SocketError: Error, CustomStringConvertible {
  var message: String
  var description: String { message }
}
