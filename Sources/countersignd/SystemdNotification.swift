// What systemd hands over and wants to hear: the listening socket, readiness, status, and the watchdog.
//
// Without systemd all of it does nothing. The notifications are datagrams of our own, since sd_notify(3) waits for as long
// as the manager does not read its socket: nothing here may hold up a load, a signal or an answer for that.

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

  /// A unit is not started without it, so it waits for the manager.
  static func ready() { send("READY=1", within: 30_000) }
  /// For people: lost when the manager is busy.
  static func status(_ status: String) { send("STATUS=\(status)", within: 0) }
  static func stopping() { send("STOPPING=1\nSTATUS=answering the calls in progress", within: 2_000) }
  static func aliveNow() { send("WATCHDOG=1", within: 2_000) }

  /// How often the watchdog wants to hear, halved as sd_watchdog_enabled(3) advises; nil without a watchdog.
  static var watchdogPeriodNanoseconds: UInt64? {
    var microseconds: UInt64 = 0
    guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return microseconds * 1_000 / 2
  }

  private static func send(_ text: String, within milliseconds: Int) {
    guard let address = environment("NOTIFY_SOCKET").flatMap(NotificationAddress.init) else { return }
    address.send(Array(text.utf8), within: milliseconds)
  }
}

struct SocketError: Error, CustomStringConvertible {
  var message: String
  var description: String { message }
}
