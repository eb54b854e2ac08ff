// Signals as an asynchronous sequence: SIGTERM and SIGINT end the daemon, SIGHUP reloads.

@preconcurrency import Dispatch
import Glibc

enum Signals {
  /// The signals that arrive from now on. Their default actions are switched off.
  static func stream(_ signals: [Int32]) -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let queue = DispatchQueue(label: "countersignd.signals")
    let sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      // Without @Sendable the closure is taken to belong to the main actor, and traps on the queue.
      source.setEventHandler { @Sendable in continuation.yield(number) }
      source.resume()
      return source
    }
    continuation.onTermination = { @Sendable _ in
      for source in sources { source.cancel() }
    }
    return stream
  }
}
