// The text of an errno, without Foundation and without a shared buffer.

import Glibc

enum SystemError {
  /// `Connection refused` for ECONNREFUSED.
  static func text(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else { return "error \(code)" }
      return String(cString: base)
    }
  }
}
