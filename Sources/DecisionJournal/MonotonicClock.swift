// Time for deadlines: nanoseconds that never jump.

import Glibc

enum MonotonicClock {
  static var nanoseconds: UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
  }

  /// Whole milliseconds until `deadline`, rounded up so that a wait never ends before it; 0 when it has passed.
  static func milliseconds(until deadline: UInt64) -> Int32 {
    let now = nanoseconds
    guard deadline > now else { return 0 }
    return Int32(clamping: (deadline - now + 999_999) / 1_000_000)
  }
}
