// Loads that are asked for at once: each request is answered by a load that began after it, and few loads are made.

import Glibc
import NIOPosix
import Synchronization
import Testing

@testable import AuthorizationService

@Suite("Policy reloader")
struct PolicyReloaderTests {
  @Test("a storm of requests during a load costs one load more")
  func storm() async throws {
    let directory = "/tmp/countersign-reloader-\(getpid())"
    try #require(mkdir(directory, 0o700) == 0)
    defer { rmdir(directory) }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loads = Mutex(0)
    let reloader = PolicyReloader(directory: directory, states: try await LoopStates(group: group)) { _ in
      let count = loads.withLock { count in
        count += 1
        return count
      }
      // The first load takes so long that all other requests come before its end.
      if count == 1 { usleep(300_000) }
    }
    await withTaskGroup(of: Bool.self) { tasks in
      for _ in 0..<200 {
        tasks.addTask {
          if case .loaded = await reloader.reload() { true } else { false }
        }
      }
      for await isLoaded in tasks { #expect(isLoaded) }
    }
    #expect(loads.withLock { $0 } < 10)
    #expect(await reloader.report.inForce != nil)
    try await group.shutdownGracefully()
  }
}
