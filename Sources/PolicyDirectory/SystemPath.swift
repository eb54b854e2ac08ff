// Paths as the kernel knows them: bytes, not necessarily UTF-8.

import Glibc

struct SystemPath: Hashable {
  /// Empty for the directory that relative paths start from.
  var bytes: [UInt8]

  static let root = SystemPath(bytes: [UInt8(ascii: "/")])
  static let start = SystemPath(bytes: [])

  func appending(_ name: [UInt8]) -> SystemPath {
    if bytes.isEmpty { return SystemPath(bytes: name) }
    return SystemPath(bytes: bytes.last == UInt8(ascii: "/") ? bytes + name : bytes + [UInt8(ascii: "/")] + name)
  }

  /// The folder above; right only for a path without links.
  var parent: SystemPath {
    let up = Array("..".utf8)
    if self == .root { return self }
    guard !bytes.isEmpty, bytes != up, !bytes.reversed().starts(with: "../".utf8) else { return appending(up) }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return .start }
    return slash == 0 ? .root : SystemPath(bytes: Array(bytes[..<slash]))
  }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    var terminated = bytes.isEmpty ? [UInt8(ascii: ".")] : bytes
    terminated.append(0)
    return terminated.withUnsafeBytes { body($0.bindMemory(to: CChar.self).baseAddress!) }
  }

  /// `No such file or directory` and the like, in lower case.
  static func message(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
