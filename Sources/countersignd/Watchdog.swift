// Feeds systemd's watchdog while the daemon can answer, and only then.
//
// The proof of life is a task run by every event loop that serves requests, and a listener that still listens. A loop that
// hangs leaves the watchdog unfed, and systemd restarts the daemon. Journal work has a thread of its own: a stalled
// journald makes required audit answer UNAVAILABLE, which is an answer, and a restart would not mend it. Nor does a long
// load of policies count: this runs on a queue of its own, since on a small machine a load may take every thread that Swift
// has for tasks while the loops go on answering.

@preconcurrency import Dispatch
import NIOCore

struct Watchdog {
  private let timer: any DispatchSourceTimer

  /// Begins at once; nil where no watchdog asks.
  init?(loops: [any EventLoop], isListening: @escaping @Sendable () -> Bool) {
    guard let period = SystemdNotification.watchdogPeriodNanoseconds else { return nil }
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "countersignd.watchdog"))
    timer.schedule(deadline: .now(), repeating: .nanoseconds(Int(clamping: period)))
    timer.setEventHandler { @Sendable in
      guard isListening() else { return }
      for loop in loops {
        do { try loop.submit {}.wait() } catch { return }
      }
      SystemdNotification.aliveNow()
    }
    timer.resume()
  }

  func stop() { timer.cancel() }
}
