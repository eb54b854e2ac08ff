// Large pages: what many small pieces of memory lie on, so that the processor need not look up so many addresses.
//
// Policies are compiled one by one and live as long as any index has them, so their memory is asked for one by one, too. It
// lies side by side all the same, and a question jumps about in it. Where pieces lie densely, the kernel is asked to lay
// what is there on one large page. That changes no address and no life-time, and where the kernel cannot, nothing is lost.

import CLinux
import Glibc

struct LargePages {
  private static let shift: UInt = 21
  private static let size = 1 << shift

  /// Bytes of pieces by the number of the large page that they begin on.
  private var bytes: [UInt: Int] = [:]

  mutating func add(_ piece: UnsafeRawPointer, size: Int) {
    bytes[UInt(bitPattern: piece) >> Self.shift, default: 0] += size
  }

  /// Lays pages on which there are hardly any other things on large ones; those that are already are left alone.
  func gather() {
    for (page, bytes) in bytes where bytes >= Self.size / 2 {
      let start = UnsafeMutableRawPointer(bitPattern: page << Self.shift)
      // At once from Linux 6.1 on, before by and by.
      if madvise(start, Self.size, MADV_COLLAPSE) != 0 { _ = madvise(start, Self.size, MADV_HUGEPAGE) }
    }
  }
}
