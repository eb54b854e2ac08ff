// Feeds systemd's watchdog while the daemon can answer, and only then.
//
// The proof of life is a task run by every event loop that serves requests. A loop that hangs leaves the watchdog unfed,
// and systemd restarts the daemon. Journal work has a thread of its own: a stalled journald makes required audit answer
// UNAVAILABLE, which is an answer, and a restart would not mend it.

import NIOCore

struct Watchdog {
  let loops: [any EventLoop]

  /// Runs until cancelled; returns at once where no watchdog asks.
  func run() async {
    guard let period = SystemdNotification.watchdogPeriodNanoseconds else { return }
    while !Task.isCancelled {
      for loop in loops {
        do { try await loop.submit {}.get() } catch { return }
      }
      SystemdNotification.aliveNow()
      try? await Task.sleep(nanoseconds: period)
    }
  }
}
