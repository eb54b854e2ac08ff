// Follows symbolic links by hand, hop by hop, and reads each link once.
//
// One walk resolves hundreds of names through the same link (a ConfigMap's `..data`). If the kernel did it, a swap in the
// middle would send some of them to the old files and some to the new; here all go where the link pointed when it was
// first met. The hops are also what a watcher has to watch.

import Glibc

struct LinkResolver {
  enum Destination {
    /// `path` has no links in it.
    case folder(path: SystemPath)
    case file(path: SystemPath, status: stat)
    /// What is wrong with the link.
    case failure(String)
  }

  private enum Node {
    case link([UInt8])
    case folder
    case file(stat)
    case failure(Int32)
  }

  /// Relative paths are below this directory.
  let base: Int32
  /// Called for each name that is looked up, also for one that is missing.
  var onHop: ((_ folder: SystemPath, _ name: [UInt8]) -> Void)?
  private var remembered: [SystemPath: Node] = [:]

  init(base: Int32, onHop: ((SystemPath, [UInt8]) -> Void)? = nil) {
    self.base = base
    self.onHop = onHop
  }

  /// Where `target` leads, seen from `folder`, which must have no links in it.
  mutating func resolve(_ target: [UInt8], from folder: SystemPath) -> Destination {
    var current = target.first == UInt8(ascii: "/") ? SystemPath.root : folder
    var ahead: [[UInt8]] = Self.names(in: target).reversed()
    var hops = 0
    while let name = ahead.popLast() {
      if name == [UInt8(ascii: ".")] { continue }
      if name == Array("..".utf8) {
        current = current.parent
        continue
      }
      onHop?(current, name)
      let path = current.appending(name)
      switch node(at: path) {
      case .link(let target):
        hops += 1
        guard hops <= DirectoryLimits.linkHops else {
          return .failure("symbolic links that lead to each other, expected a file or folder at their end")
        }
        if target.first == UInt8(ascii: "/") { current = .root }
        ahead += Self.names(in: target).reversed()
      case .folder:
        current = path
      case .file(let status):
        guard ahead.isEmpty else { return .failure(Self.message(ENOTDIR)) }
        return .file(path: path, status: status)
      case .failure(let code):
        return .failure(Self.message(code))
      }
    }
    return .folder(path: current)
  }

  private mutating func node(at path: SystemPath) -> Node {
    if let known = remembered[path] { return known }
    let node = examine(path)
    remembered[path] = node
    return node
  }

  private func examine(_ path: SystemPath) -> Node {
    var status = stat()
    guard path.withCString({ fstatat(base, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { return .failure(errno) }
    switch FileType(status) {
    case .regular, .other: return .file(status)
    case .folder: return .folder
    case .link: break
    }
    var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = path.withCString { path in
      target.withUnsafeMutableBytes { readlinkat(base, path, $0.bindMemory(to: CChar.self).baseAddress!, $0.count) }
    }
    return count < 0 ? .failure(errno) : .link(Array(target.prefix(count)))
  }

  private static func names(in path: [UInt8]) -> [[UInt8]] { path.split(separator: UInt8(ascii: "/")).map(Array.init) }

  private static func message(_ code: Int32) -> String {
    code == ENOENT
      ? "symbolic link to nothing, expected a file or folder at its end"
      : "symbolic link that cannot be followed: \(SystemPath.message(code))"
  }
}
