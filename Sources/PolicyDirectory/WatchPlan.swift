// Which directories must be watched so that no change of a policy directory goes unseen: every folder of the tree, every
// folder that a symbolic link's resolution goes through, and every folder on the way from `/` to the tree itself, since
// any of them may be moved away and put back.
//
// In folders outside of the tree only the names on the way matter, so that a busy /tmp or /etc wakes nobody.

import Glibc

struct WatchPlan {
  /// Which names in a watched folder matter.
  enum Interest: Equatable {
    case all
    case names(Set<[UInt8]>)

    mutating func join(_ other: Interest) {
      switch (self, other) {
      case (.names(let mine), .names(let others)): self = .names(mine.union(others))
      default: self = .all
      }
    }
  }

  /// Walks the tree as it is now and calls `watch` for each folder **before** the folder is listed, so that what appears
  /// in it after the listing makes an event. A folder may come more than once.
  /// - Parameter path: absolute.
  static func walk(_ path: [UInt8], watch: @escaping (SystemPath, Interest) -> Void) {
    // Paths are absolute, so the directory that relative ones start from is never used.
    var resolver = LinkResolver(base: AT_FDCWD) { folder, name in watch(folder, .names([name])) }
    guard case .folder(let root) = resolver.resolve(path, from: .root) else { return }
    var visited: Set<SystemPath> = []
    var ahead = [(path: root, depth: 0)]
    while let (folder, depth) = ahead.popLast() {
      guard depth < DirectoryLimits.depth, visited.insert(folder).inserted else { continue }
      guard visited.count <= DirectoryLimits.entries else { return }
      watch(folder, .all)
      for (name, type) in entries(of: folder) {
        switch type {
        case .folder: ahead.append((folder.appending(name), depth + 1))
        case .link:
          if case .folder(let target) = resolver.resolve(name, from: folder) { ahead.append((target, depth + 1)) }
        case .other: break
        }
      }
    }
  }

  private enum EntryType {
    case folder
    case link
    case other
  }

  /// Folders and links of a directory; a directory that cannot be read has none, and its own watch tells when it changes.
  private static func entries(of folder: SystemPath) -> [([UInt8], EntryType)] {
    guard let stream = folder.withCString({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var entries: [([UInt8], EntryType)] = []
    while let entry = readdir(stream) {
      var type = Int(entry.pointee.d_type)
      if type == Int(DT_REG) { continue }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: UInt8.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
        }
      }
      guard name.first != UInt8(ascii: ".") else { continue }
      if type == Int(DT_UNKNOWN) {
        var status = stat()
        guard folder.appending(name).withCString({ lstat($0, &status) }) == 0 else { continue }
        switch FileType(status) {
        case .folder: type = Int(DT_DIR)
        case .link: type = Int(DT_LNK)
        case .regular, .other: continue
        }
      }
      entries.append((name, type == Int(DT_DIR) ? .folder : type == Int(DT_LNK) ? .link : .other))
    }
    return entries
  }
}
