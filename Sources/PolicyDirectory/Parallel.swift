// One piece of work divided among the cores: a loop whose rounds know nothing of each other.
//
// Reading a large directory is thousands of short system calls and parses, so it is cut into chunks that threads take one
// after the other; a task for each file would cost more than the file. The threads live for one loop: making them costs
// tens of microseconds, and between loads there are none.

import Glibc
import Synchronization

enum Parallel {
  private static let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// Calls `body` with each range of `0..<count`, `chunk` long but for the last, on all cores; returns after the last call.
  ///
  /// INVARIANT: `body` is called from several threads at once; it writes to nothing but what belongs to its range.
  static func forEachChunk(of count: Int, by chunk: Int, _ body: (Range<Int>) -> Void) {
    let chunks = (count + chunk - 1) / chunk
    let helpers = min(cores, chunks) - 1
    guard helpers > 0 else {
      if count > 0 { body(0..<count) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let loop = Loop(count: count, chunk: chunk, body: body)
      let threads = (0..<helpers).compactMap { _ in start(loop) }
      loop.run()
      for thread in threads { pthread_join(thread, nil) }
    }
  }

  /// The results of `body` for each place of `0..<count`, in order.
  ///
  /// INVARIANT: as for `forEachChunk`.
  static func map<Result>(_ count: Int, by chunk: Int, _ body: (Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, initialized in
      guard let base = results.baseAddress else { return }
      forEachChunk(of: count, by: chunk) { range in
        for place in range { (base + place).initialize(to: body(place)) }
      }
      initialized = count
    }
  }

  /// Nil when the system gives no thread: the others then do its work.
  private static func start(_ loop: Loop) -> pthread_t? {
    let context = Unmanaged.passRetained(loop)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Loop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      return nil
    }
    return thread
  }

  // INVARIANT: `body` bears to be called from several threads, as `forEachChunk` asks; `next` gives each range once.
  private final class Loop: @unchecked Sendable {
    private let count: Int
    private let chunk: Int
    private let body: (Range<Int>) -> Void
    private let next = Atomic(0)

    init(count: Int, chunk: Int, body: @escaping (Range<Int>) -> Void) {
      self.count = count
      self.chunk = chunk
      self.body = body
    }

    func run() {
      while true {
        let start = next.wrappingAdd(chunk, ordering: .relaxed).oldValue
        guard start < count else { return }
        body(start..<min(start + chunk, count))
      }
    }
  }
}
