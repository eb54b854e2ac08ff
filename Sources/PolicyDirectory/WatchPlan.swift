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
  /// - Parameters:
  ///   - path: absolute.
  ///   - lister: remembers folders from one walk to the next.
  static func walk(
    _ path: [UInt8], lister: inout FolderLister, watch: @escaping (SystemPath, Interest) -> Void
  ) {
    // Paths are absolute, so the directory that relative ones start from is never used.
    var resolver = LinkResolver(base: AT_FDCWD) { folder, name in watch(folder, .names([name])) }
    lister.beginWalk()
    guard case .folder(let root) = resolver.resolve(path, from: .root) else { return }
    var visited: Set<SystemPath> = []
    var ahead = [(path: root, depth: 0)]
    while let (folder, depth) = ahead.popLast() {
      guard depth < DirectoryLimits.depth, visited.insert(folder).inserted else { continue }
      guard visited.count <= DirectoryLimits.entries else { return }
      watch(folder, .all)
      // A folder that cannot be read has nothing to watch; its own watch tells when that changes.
      guard let listing = try? lister.list(folder, below: AT_FDCWD) else { continue }
      for entry in listing.entries {
        switch entry.type {
        case .folder: ahead.append((entry.location, depth + 1))
        case .link:
          if case .folder(let target) = resolver.resolve(entry.name, from: folder) { ahead.append((target, depth + 1)) }
        case .other: break
        }
      }
    }
  }
}
