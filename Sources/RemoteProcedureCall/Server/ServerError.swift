// Why a server could not start.

import Glibc

/// A reason not to start.
public enum ServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Two methods have the same path.
  case duplicateMethod(path: String)
  /// The path is longer than a socket's name may be (107 bytes).
  case socketPathTooLong(path: String)
  /// Something that is no socket lies at the path.
  case notASocket(path: String)
  /// Another process listens there.
  case socketInUse(path: String)
  /// A system call failed.
  case system(call: String, path: String, errno: Int32)

  public var description: String {
    switch self {
    case .duplicateMethod(let path): "two methods have the path `\(path)`"
    case .socketPathTooLong(let path): "socket path `\(path)` is longer than 107 bytes"
    case .notASocket(let path): "`\(path)` exists and is not a socket"
    case .socketInUse(let path): "another process listens on `\(path)`"
    case .system(let call, let path, let errno): "\(call) for `\(path)` failed: \(String(cString: strerror(errno)))"
    }
  }
}
