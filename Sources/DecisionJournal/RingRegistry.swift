// The rings of all threads that record. It grows while the journal is open and is closed once.

import Synchronization

final class RingRegistry: Sendable {
  private struct State {
    var rings: [RecordRing] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  /// How many rings there are and whether the registry is closed, so that the writer looks behind the lock only then.
  private let version = Atomic<UInt64>(0)

  func add(_ ring: RecordRing) {
    state.withLock { state in
      if state.isClosed { ring.close() }
      state.rings.append(ring)
    }
    version.wrappingAdd(1, ordering: .sequentiallyConsistent)
  }

  /// From the return on no ring takes a record.
  func close() {
    state.withLock { state in
      state.isClosed = true
      for ring in state.rings { ring.close() }
    }
    version.wrappingAdd(1, ordering: .sequentiallyConsistent)
  }

  var currentVersion: UInt64 { version.load(ordering: .sequentiallyConsistent) }

  /// The rings in the order of their coming, and whether they are all that will ever take records.
  var snapshot: (rings: [RecordRing], isClosed: Bool) { state.withLock { ($0.rings, $0.isClosed) } }
}
