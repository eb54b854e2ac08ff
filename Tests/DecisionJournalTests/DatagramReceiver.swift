// A socket in journald's place: what a real kernel does when its owner reads, does not read, or goes away.

import Glibc

final class DatagramReceiver {
  let path: String
  private let descriptor: Int32

  init(at path: String) throws {
    self.path = path
    unlink(path)
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw SystemFailure(code: errno) }
  }

  deinit { close(descriptor) }

  /// The next entry's bytes, from the datagram or from the memory file that came with it; nil when none comes in time.
  func receive(milliseconds: Int32 = 5_000) throws -> (bytes: [UInt8], seals: Int32?)? {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, milliseconds) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    var control = [UInt64](repeating: 0, count: 8)
    let count = bytes.withUnsafeMutableBytes { bytes in
      control.withUnsafeMutableBytes { control in
        var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          return recvmsg(descriptor, &message, 0)
        }
      }
    }
    guard count >= 0 else { throw SystemFailure(code: errno) }
    guard count == 0 else { return (Array(bytes[..<count]), nil) }
    // A control message: length (8 bytes), level, type, then the descriptor.
    let passed = control.withUnsafeBytes { $0.load(fromByteOffset: 16, as: Int32.self) }
    defer { close(passed) }
    let size = lseek(passed, 0, SEEK_END)
    var file = [UInt8](repeating: 0, count: Int(size))
    let read = file.withUnsafeMutableBytes { pread(passed, $0.baseAddress, $0.count, 0) }
    guard read == file.count else { throw SystemFailure(code: errno) }
    let getSeals: Int32 = 1034
    return (file, fcntl(passed, getSeals))
  }

  func entry(milliseconds: Int32 = 5_000) throws -> ParsedEntry? {
    guard let received = try receive(milliseconds: milliseconds) else { return nil }
    let entries = try NativeProtocol.parse(received.bytes)
    return entries.count == 1 ? entries[0] : nil
  }

  /// All entries that come until none comes for a moment.
  func drain() throws -> [ParsedEntry] {
    var entries: [ParsedEntry] = []
    while let received = try receive(milliseconds: 200) { entries += try NativeProtocol.parse(received.bytes) }
    return entries
  }
}

struct SystemFailure: Error {
  var code: Int32
}

/// A directory that goes away with its owner.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/countersign-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw SystemFailure(code: errno) }
    path = String(cString: made)
  }

  deinit { _ = try? run("rm -rf -- '\(path)'") }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}
