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
  ///   - watch: called from several threads at a time.
  /// - Returns: the directory without links, when it is there, and whether there are links in it.
  static func walk(
    _ path: [UInt8], watch: @escaping (SystemPath, Interest) -> Void
  ) -> (root: SystemPath?, hasLinks: Bool) {
    // Paths are absolute, so the directory that relative ones start from is never used.
    var resolver = LinkResolver(base: AT_FDCWD) { folder, name in watch(folder, .names([name])) }
    guard case .folder(let root) = resolver.resolve(path, from: .root) else { return (nil, false) }
    var visited: Set<SystemPath> = [root]
    var level = [root]
    var depth = 0
    var hasLinks = false
    while !level.isEmpty, depth < DirectoryLimits.depth, visited.count <= DirectoryLimits.entries {
      let lists = Parallel.map(level.count, by: 16) { place -> [Folder.Entry] in
        watch(level[place], .all)
        // A folder that cannot be read has nothing to watch; its own watch tells when that changes.
        let names = try? FolderNames(at: PathStack(level[place]), below: AT_FDCWD)
        return names?.entries.filter { $0.type == .folder || $0.type == .link } ?? []
      }
      var next: [SystemPath] = []
      for (folder, entries) in zip(level, lists) {
        for entry in entries {
          if entry.type == .folder {
            next.append(folder.appending(entry.name))
          } else {
            hasLinks = true
            if case .folder(let target) = resolver.resolve(entry.name, from: folder) { next.append(target) }
          }
        }
      }
      level = next.filter { visited.insert($0).inserted }
      depth += 1
    }
    return (root, hasLinks)
  }
}
