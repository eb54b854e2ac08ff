// Bytes that all connections of a server may buffer together, beyond a little that each has for itself.
//
// What one connection may hold is bounded, but a thousand connections times that is more than a small machine has. Most hold
// nothing: a request that arrives in one piece is read where it arrived. So each connection may buffer `allowance` bytes
// without asking, enough for any number of such requests, and draws what it needs beyond that from the pool, in chunks, so
// that loops seldom meet here. When the pool is empty those who want more are refused, not those who have: who is refused
// tries again, and who holds has `SessionLimits.requestTimeout` to use it.

import Synchronization

/// What is left of a number of bytes, for all threads.
final class BufferPool: Sendable {
  /// Bytes of a connection that are not drawn from the pool.
  static let allowance = 64 << 10
  /// Bytes drawn at a time.
  static let chunk = 64 << 10

  private let left: Atomic<Int>

  /// - Parameter bytes: for all connections, the allowances of `connections` included
  init(bytes: Int, connections: Int) {
    left = Atomic(max(0, bytes - connections * Self.allowance))
  }

  fileprivate func draw(_ bytes: Int) -> Bool {
    guard left.subtract(bytes, ordering: .relaxed).newValue < 0 else { return true }
    giveBack(bytes)
    return false
  }

  fileprivate func giveBack(_ bytes: Int) { left.add(bytes, ordering: .relaxed) }
}

/// One connection's share of the pool. Confined to its event loop.
struct BufferShare: ~Copyable {
  private let pool: BufferPool
  private var drawn = 0

  init(of pool: BufferPool) { self.pool = pool }

  deinit { pool.giveBack(drawn) }

  /// Draws or gives back so that `held` bytes are covered.
  /// - Returns: false when the pool does not have them
  mutating func cover(_ held: Int) -> Bool {
    let missing = held - BufferPool.allowance - drawn
    if missing > 0 {
      let bytes = (missing + BufferPool.chunk - 1) / BufferPool.chunk * BufferPool.chunk
      guard pool.draw(bytes) else { return false }
      drawn += bytes
    } else if drawn > 0, held <= BufferPool.allowance || -missing >= 4 * BufferPool.chunk {
      let bytes = min(drawn, -missing / BufferPool.chunk * BufferPool.chunk)
      pool.giveBack(bytes)
      drawn -= bytes
    }
    return true
  }
}
