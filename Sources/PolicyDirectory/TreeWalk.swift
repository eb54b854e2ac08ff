// One walk over a policy directory: brings the reader's memory of folders and stamps into line with the disk, without
// reading contents, and tells whether anything differed.
//
// Everything is reached from one open directory, so the walk stays in one tree when the name that led to it is given to
// another. Names that begin with `.` are not looked at, but links may lead into folders of such names, as those of a
// ConfigMap do. The entries of a large folder are looked at on all cores.

import Glibc
import PolicyLanguage
import Synchronization

struct TreeWalk {
  private struct Identity: Equatable {
    var device: UInt64
    var inode: UInt64

    init(_ stamp: FileStamp) { (device, inode) = (stamp.device, stamp.inode) }
  }

  /// Where a walk is.
  private struct Place {
    /// Without links.
    var location = PathStack()
    /// The folders around it.
    var folders: [Identity] = []
    /// Whether a link to a folder led here; without one no folder lies in itself.
    var isBeyondLink = false
    /// Whether this is one of several threads already.
    var isDivided = false
  }

  /// What all threads of a walk share.
  private final class Shared: Sendable {
    let resolver: Mutex<LinkResolver>
    let entries = Atomic(0)
    let isDifferent = Atomic(false)

    init(root: Int32) { resolver = Mutex(LinkResolver(base: root)) }
  }

  private let root: Int32
  private let now: FileStamp.Moment
  private let shared: Shared

  enum Outcome {
    case same
    case different
    /// More entries than the limit; the rest was not looked at.
    case tooMany
  }

  /// - Parameters:
  ///   - folder: what is remembered of the directory.
  ///   - root: the open directory, which stays open.
  ///   - now: a moment before the walk.
  static func update(_ folder: Folder, from root: Int32, now: FileStamp.Moment) -> Outcome {
    let walk = TreeWalk(root: root, now: now, shared: Shared(root: root))
    var place = Place()
    walk.visit(folder, &place)
    if walk.shared.entries.load(ordering: .relaxed) > DirectoryLimits.entries { return .tooMany }
    return walk.shared.isDifferent.load(ordering: .relaxed) ? .different : .same
  }

  /// Looks at the names and files of one folder alone.
  /// - Parameter location: of the folder, below `root` and without links.
  /// - Returns: whether it held no folder or link that has not been walked over; if not, all has to be.
  static func update(
    _ folder: Folder, at location: SystemPath, from root: Int32, now: FileStamp.Moment
  ) -> Bool {
    let walk = TreeWalk(root: root, now: now, shared: Shared(root: root))
    var place = Place(location: PathStack(location), isDivided: true)
    do throws(SystemError) {
      try walk.refresh(folder, at: place.location)
    } catch {
      return false
    }
    for index in folder.entries.indices {
      switch (folder.entries[index].type, folder.entries[index].state) {
      case (.folder, .folder): continue
      case (.file, _), (.other, _), (.unreadable, _): walk.look(at: &folder.entries[index], &place)
      case (.link, _), (.folder, _): return false
      }
    }
    return true
  }

  // MARK: - Folders

  private func visit(_ folder: Folder, _ place: inout Place) {
    guard place.folders.count < DirectoryLimits.depth else {
      return fail(folder, "more than \(DirectoryLimits.depth) folders inside each other, expected fewer")
    }
    if place.isBeyondLink, let status = Self.status(of: place.location, below: root),
      place.folders.contains(Identity(FileStamp(status)))
    {
      return fail(folder, "symbolic link to a folder that it lies in, expected one elsewhere")
    }
    do throws(SystemError) {
      try refresh(folder, at: place.location)
    } catch {
      return fail(folder, "folder that cannot be read: \(error.message)")
    }
    guard let stamp = folder.stamp else { return }
    if folder.failure != nil {
      folder.failure = nil
      differ()
    }
    let count = folder.entries.count
    // Once the limit is reached nothing more is looked at.
    guard shared.entries.wrappingAdd(count, ordering: .relaxed).newValue <= DirectoryLimits.entries else { return }
    place.folders.append(Identity(stamp))
    folder.entries.withUnsafeMutableBufferPointer { entries in
      if count < 64 || place.isDivided {
        for index in 0..<count { look(at: &entries[index], &place) }
      } else {
        // INVARIANT: each thread has entries, and so folders and files below them, of its own.
        nonisolated(unsafe) let entries = entries
        let outer = place
        Parallel.forEachChunk(of: count, by: 8) { range in
          var place = outer
          place.isDivided = true
          for index in range { look(at: &entries[index], &place) }
        }
      }
    }
    place.folders.removeLast()
  }

  /// Adding, removing or renaming in a folder changes its stamp; so where a stamp can be relied on, one look at it takes
  /// the place of reading the names.
  private func refresh(_ folder: Folder, at location: PathStack) throws(SystemError) {
    if folder.isSettled, let stamp = folder.stamp, let status = Self.status(of: location, below: root),
      FileStamp(status) == stamp
    {
      return
    }
    let names = try FolderNames(at: location, below: root)
    folder.stamp = names.stamp
    folder.isSettled = names.stamp.isSettled(at: now)
    let known = folder.entries
    if known.elementsEqual(names.entries, by: { $0.type == $1.type && $0.name == $1.name }) { return }
    differ()
    folder.entries = names.entries
    var index = 0
    for entry in known {
      while index < names.entries.count, names.entries[index].name.lexicographicallyPrecedes(entry.name) { index += 1 }
      guard index < names.entries.count else { break }
      if names.entries[index].name == entry.name, names.entries[index].type == entry.type {
        folder.entries[index].state = entry.state
      }
    }
  }

  private func fail(_ folder: Folder, _ message: String) {
    let message = Text(message)
    if folder.failure != message { differ() }
    folder.failure = message
    folder.stamp = nil
    folder.isSettled = false
    folder.entries = []
  }

  // MARK: - Entries

  private func look(at entry: inout Folder.Entry, _ place: inout Place) {
    if entry.type == .unreadable {
      return update(&entry.state, failure: "name that is not UTF-8, expected UTF-8")
    }
    guard entry.type == .link else {
      let mark = place.location.push(entry.name)
      defer { place.location.pop(to: mark) }
      return look(at: &entry.state, isFolder: entry.type == .folder, &place)
    }
    let folder = place.location.systemPath
    switch shared.resolver.withLock({ $0.resolve(entry.name, from: folder) }) {
    case .folder(let target):
      var beyond = Place(
        location: PathStack(target), folders: place.folders, isBeyondLink: true,
        isDivided: place.isDivided)
      look(at: &entry.state, isFolder: true, &beyond)
      if case .folder(let folder) = entry.state { folder.target = target }
    case .file(let target, let status):
      update(&entry.state, status, link: target)
    case .failure(let message):
      update(&entry.state, failure: message)
    }
  }

  private func look(at state: inout Folder.State, isFolder: Bool, _ place: inout Place) {
    if isFolder {
      if case .folder(let folder) = state { return visit(folder, &place) }
      let folder = Folder()
      state = .folder(folder)
      differ()
      visit(folder, &place)
    } else if let status = Self.status(of: place.location, below: root) {
      update(&state, status)
    } else {
      update(&state, failure: "file that cannot be read: \(SystemPath.message(errno))")
    }
  }

  private func update(_ state: inout Folder.State, _ status: stat, link target: SystemPath? = nil) {
    let link = target == nil ? "" : "symbolic link to "
    switch FileType(status) {
    case .regular: break
    case .other(let what): return update(&state, failure: "\(link)\(what), expected a file or folder")
    // It has changed since its folder was listed, so the next walk will differ.
    case .folder, .link: return update(&state, failure: "\(link)a file that was replaced, expected it to rest")
    }
    let stamp = FileStamp(status)
    guard case .file(let file) = state else {
      state = .file(File(stamp, target: target))
      return differ()
    }
    file.target = target
    guard file.stamp != stamp else { return }
    file.stamp = stamp
    file.isToBeRead = true
    differ()
  }

  private func update(_ state: inout Folder.State, failure message: String) {
    let message = Text(message)
    if case .failure(message) = state { return }
    state = .failure(message)
    differ()
  }

  private func differ() { shared.isDifferent.store(true, ordering: .relaxed) }

  private static func status(of path: PathStack, below root: Int32) -> stat? {
    var status = stat()
    return path.withCString { fstatat(root, $0, &status, AT_SYMLINK_NOFOLLOW) } == 0 ? status : nil
  }
}
