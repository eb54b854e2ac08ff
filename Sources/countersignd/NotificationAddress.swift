// The datagram socket that a service manager listens on, by its name in $NOTIFY_SOCKET: a path, or `@` and an abstract name.

import Glibc

struct NotificationAddress {
  private var address = sockaddr_un()
  private let length: socklen_t

  /// Nil for a name of another kind (a virtual machine's `vsock:`), or one that is too long.
  init?(_ name: String) {
    let room = MemoryLayout.size(ofValue: address.sun_path)
    let isAbstract = name.hasPrefix("@")
    // A path ends with a NUL, an abstract name begins with one.
    guard isAbstract || name.hasPrefix("/"), name.utf8.count < room else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      path.copyBytes(from: name.utf8)
      if isAbstract { path[0] = 0 }
    }
    length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count + (isAbstract ? 0 : 1))
  }

  /// Sends one datagram, or gives it up when the manager takes none for so long.
  /// - Parameter milliseconds: 0 not to wait at all.
  @discardableResult func send(_ message: [UInt8], within milliseconds: Int) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    if milliseconds > 0 {
      var patience = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
      setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    let flags = Int32(MSG_NOSIGNAL) | (milliseconds > 0 ? 0 : Int32(MSG_DONTWAIT))
    var address = address
    while true {
      let count = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(descriptor, message, message.count, flags, $0, length)
        }
      }
      if count < 0, errno == EINTR { continue }
      return count == message.count
    }
  }
}
