// Makes the Unix socket that a server listens on when systemd does not hand one over.
//
// The socket is bound and given its permissions before anyone can connect: until `listen`, which comes later, a connect is
// refused. A socket file left behind by a process that is gone is told from one in use by connecting to it.

import CCountersign
import Glibc

enum ListeningSocket {
  /// A bound Unix stream socket at `path`.
  static func bind(path: String, mode: UInt32) throws(ServerError) -> CInt {
    guard path.utf8.count <= 107, !path.utf8.contains(0) else { throw .socketPathTooLong(path: path) }
    try removeAbandoned(path)
    let descriptor = try open(path)
    guard withAddress(path, { Glibc.bind(descriptor, $0, $1) }) == 0, chmod(path, mode_t(mode)) == 0 else {
      let error = errno
      close(descriptor)
      throw .system(call: "bind", path: path, errno: error)
    }
    return descriptor
  }

  private static func removeAbandoned(_ path: String) throws(ServerError) {
    var info = stat()
    guard lstat(path, &info) == 0 else { return }
    guard info.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    let probe = try open(path)
    defer { close(probe) }
    if withAddress(path, { connect(probe, $0, $1) }) == 0 || errno == EAGAIN { throw .socketInUse(path: path) }
    guard errno == ECONNREFUSED else { throw .system(call: "connect", path: path, errno: errno) }
    unlink(path)
  }

  private static func open(_ path: String) throws(ServerError) -> CInt {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw .system(call: "socket", path: path, errno: errno) }
    return descriptor
  }

  private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}

extension PeerCredentials {
  /// Those of the process that connected, as the kernel kept them; nil when the descriptor is no Unix socket.
  static func of(_ descriptor: CInt) -> PeerCredentials? {
    var credentials = PeerCredentials(processID: 0, userID: 0, groupID: 0)
    let result = countersign_peer_credentials(
      descriptor, &credentials.processID, &credentials.userID, &credentials.groupID)
    return result == 0 ? credentials : nil
  }
}
