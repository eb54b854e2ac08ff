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

  /// All folders of a tree with their names; the files have not been looked at.
  // INVARIANT: the walk hands it over, and whoever takes it is its only user.
  struct Listing: @unchecked Sendable {
    let root: Folder
  }

  /// What a walk found.
  struct Walk {
    /// The directory without links; nil when it is not there.
    var root: SystemPath?
    var hasLinks = false
    /// Nil when there is more in the tree than plain folders and files that can be read.
    var listing: Listing?
  }

  private struct Place {
    let path: SystemPath
    let folder: Folder
  }

  /// Walks the tree as it is now and calls `watch` for each folder **before** the folder is listed, so that what appears
  /// in it after the listing makes an event. A folder may come more than once.
  /// - Parameters:
  ///   - path: absolute.
  ///   - watch: called from several threads at a time.
  static func walk(_ path: [UInt8], watch: @escaping (SystemPath, Interest) -> Void) -> Walk {
    // Paths are absolute, so the directory that relative ones start from is never used.
    var resolver = LinkResolver(base: AT_FDCWD) { folder, name in watch(folder, .names([name])) }
    guard case .folder(let root) = resolver.resolve(path, from: .root) else { return Walk() }
    let now = FileStamp.Moment.now
    var walk = Walk(root: root, listing: Listing(root: Folder()))
    var visited: Set<SystemPath> = [root]
    var level = [Place(path: root, folder: walk.listing?.root ?? Folder())]
    var depth = 0
    var names = 0
    while !level.isEmpty {
      guard depth < DirectoryLimits.depth, names <= DirectoryLimits.entries else {
        walk.listing = nil
        break
      }
      Parallel.forEachChunk(of: level.count, by: 16) { range in
        for place in level[range] {
          watch(place.path, .all)
          place.folder.list(at: place.path, now: now)
        }
      }
      var next: [Place] = []
      for place in level {
        // A folder that cannot be read has nothing to watch; its own watch tells when that changes.
        if place.folder.stamp == nil { walk.listing = nil }
        names += place.folder.entries.count
        for entry in place.folder.entries {
          switch entry.type {
          case .file: break
          case .folder:
            if case .folder(let folder) = entry.state {
              next.append(Place(path: place.path.appending(entry.name), folder: folder))
            }
          case .link:
            walk.hasLinks = true
            walk.listing = nil
            if case .folder(let target) = resolver.resolve(entry.name, from: place.path) {
              next.append(Place(path: target, folder: Folder()))
            }
          case .other, .unreadable: walk.listing = nil
          }
        }
      }
      level = next.filter { visited.insert($0.path).inserted }
      depth += 1
    }
    return walk
  }
}

extension Folder {
  /// Takes the names in from the disk; leaves the stamp nil where they cannot be read.
  fileprivate func list(at path: SystemPath, now: FileStamp.Moment) {
    guard let names = try? FolderNames(at: PathStack(path), below: AT_FDCWD) else { return }
    stamp = names.stamp
    isSettled = names.stamp.isSettled(at: now)
    entries = names.entries
    for place in entries.indices {
      switch entries[place].type {
      case .folder: entries[place].state = .folder(Folder())
      case .file: entries[place].state = .file(File())
      case .link, .other, .unreadable: break
      }
    }
  }
}
