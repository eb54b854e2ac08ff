// A thread of its own for work that must never sit on an event loop.
//
// No executor, no dispatch queue: the journal has to make progress, and to give up in time, whatever else the process
// is busy with. Signals are blocked in it; they belong to the main thread.

import CCountersign
import Glibc

struct JournalThread: Sendable {
  private let handle: pthread_t

  /// Carries the body across the C function pointer.
  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void
    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  init(name: String, run: @escaping @Sendable () -> Void) throws(JournalError) {
    let body = Unmanaged.passRetained(Body(name: name, run: run))
    var handle = pthread_t()
    let failure = pthread_create(&handle, nil, Self.start, body.toOpaque())
    guard failure == 0 else {
      body.release()
      throw JournalError("cannot start the thread `\(name)`: \(SystemError.text(failure))")
    }
    self.handle = handle
  }

  private static let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    guard let argument else { return nil }
    let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
    countersign_thread_prepare(body.name)
    body.run()
    return nil
  }

  /// Waits for the end; on the thread itself, only gives up the right to wait.
  func join() {
    if pthread_equal(pthread_self(), handle) != 0 {
      pthread_detach(handle)
    } else {
      pthread_join(handle, nil)
    }
  }
}
