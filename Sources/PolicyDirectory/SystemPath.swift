// Paths as the kernel knows them: bytes, not necessarily UTF-8.

import Glibc

struct SystemPath: Hashable {
  /// With a NUL at the end, ready for a system call.
  private let terminated: [UInt8]

  /// - Parameter bytes: without NUL; empty for the directory that relative paths start from.
  init(bytes: some Collection<UInt8>) { terminated = bytes + [0] }

  static let root = SystemPath(bytes: [UInt8(ascii: "/")])
  static let start = SystemPath(bytes: [])

  var bytes: ArraySlice<UInt8> { terminated.dropLast() }

  func appending(_ name: [UInt8]) -> SystemPath {
    if bytes.isEmpty { return SystemPath(bytes: name) }
    var path: [UInt8] = []
    path.reserveCapacity(terminated.count + name.count + 1)
    path += bytes
    if path.last != UInt8(ascii: "/") { path.append(UInt8(ascii: "/")) }
    path += name
    return SystemPath(bytes: path)
  }

  /// A path that starts from this folder.
  func appending(_ path: SystemPath) -> SystemPath { path == .start ? self : appending(Array(path.bytes)) }

  /// This path as one that starts from `folder`, when it lies in it; both without links.
  func path(below folder: SystemPath) -> SystemPath? {
    guard self != folder else { return .start }
    let prefix = folder == .root ? folder.bytes[...] : (folder.bytes + [UInt8(ascii: "/")])[...]
    return bytes.starts(with: prefix) ? SystemPath(bytes: bytes.dropFirst(prefix.count)) : nil
  }

  /// The names that the path consists of.
  var names: [[UInt8]] { bytes.split(separator: UInt8(ascii: "/")).map(Array.init) }

  /// The folder above; right only for a path without links.
  var parent: SystemPath {
    let up = Array("..".utf8)
    if self == .root { return self }
    guard !bytes.isEmpty, !bytes.elementsEqual(up), !bytes.suffix(3).elementsEqual("/..".utf8) else {
      return appending(up)
    }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return .start }
    return slash == 0 ? .root : SystemPath(bytes: Array(bytes[..<slash]))
  }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    guard terminated.count > 1 else { return body(".") }
    return terminated.withUnsafeBytes { body($0.bindMemory(to: CChar.self).baseAddress!) }
  }

  /// `no such file or directory` and the like.
  static func message(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  static func == (left: SystemPath, right: SystemPath) -> Bool { left.terminated == right.terminated }

  func hash(into hasher: inout Hasher) { terminated.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
