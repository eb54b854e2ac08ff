// The connection to journald's datagram socket. It never waits unless told to, and for how long.
//
// A connected socket tells more than sendto: a journald that went away answers ECONNREFUSED, and poll says when its
// queue has room again. When journald comes back its socket is another file, so connecting anew is part of sending.

import CCountersign
import Glibc

struct JournalSocket: ~Copyable {
  let path: String
  private var descriptor: Int32 = -1

  init(path: String) { self.path = path }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  var isConnected: Bool { descriptor >= 0 }

  /// - Returns: 0, or the errno.
  mutating func connect() -> Int32 {
    if descriptor >= 0 { return 0 }
    let opened = countersign_datagram_connect(path)
    guard opened >= 0 else { return -opened }
    descriptor = opened
    return 0
  }

  mutating func disconnect() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  /// One entry's bytes as the kernel takes them. It only reads them; iovec has no const form.
  static func part(_ bytes: UnsafeRawBufferPointer) -> iovec {
    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
  }

  /// Sends each part as one datagram.
  /// - Returns: how many the kernel took, or -errno when it did not take the first.
  func send(_ entries: UnsafeBufferPointer<iovec>) -> Int {
    Int(countersign_datagram_send(descriptor, entries.baseAddress, UInt32(entries.count)))
  }

  /// Sends one entry too large for a datagram, as a sealed memory file.
  /// - Returns: 0 or -errno.
  func sendSealed(_ entry: iovec) -> Int {
    Int(countersign_datagram_send_sealed(descriptor, entry))
  }

  /// Waits until journald's queue has room, or something is wrong with the connection.
  /// - Returns: false when the time ran out.
  func waitUntilWritable(milliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&request, 1, milliseconds) != 0
  }

  /// Whether a later attempt on a new connection may succeed where this one cannot.
  static func isConnectionLost(_ code: Int32) -> Bool {
    switch code {
    case ECONNREFUSED, ENOTCONN, ECONNRESET, EPIPE, ENOENT, EDESTADDRREQ, EBADF: true
    default: false
    }
  }
}
