// One inotify instance: the set of watches, brought into line with a plan, and the events that matter.
//
// The watcher's thread lays the watches and takes the events; the thread that reads the directory asks what they were.

import Glibc
import Synchronization

final class InotifyQueue: Sendable {
  fileprivate struct State {
    var watches = WatchTable()
    /// The directory itself, without links; nil while it is not there.
    var root: SystemPath?
    /// Whether the tree holds links, so that a folder may be reached by other names than its own.
    var hasLinks = false
    /// Whether there may be folders to watch that are not watched. A file that is written, replaced or removed makes none,
    /// and that is nearly every change; so the walk over all folders is spared then.
    var isOutOfLine = true
    /// Since the reader last asked, or since `listing`.
    var changes = DirectoryChanges.everything
    /// Until the reader takes it, or asks for changes.
    var listing: WatchPlan.Listing?
  }

  let descriptor: Int32
  private let state = Mutex(State())

  private static let mask = UInt32(
    IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB | IN_DELETE_SELF
      | IN_MOVE_SELF
      | IN_ONLYDIR)

  /// Nil, with `errno`, when the system has no instance left.
  init?() {
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  // MARK: - Watches

  var isOutOfLine: Bool { state.withLock { $0.isOutOfLine } }

  /// Watches what the tree at `path` needs now and nothing else; everything counts as changed then.
  /// - Parameter keepsListing: whether what was listed on the way is kept for the reader.
  /// - Returns: the error of the first folder that could not be watched for want of watches; nil when none was.
  func follow(_ path: [UInt8], keepsListing: Bool) -> Int32? {
    struct Plan {
      var wanted: [Int32: (folder: SystemPath, interest: WatchPlan.Interest)] = [:]
      var failure: Int32?
    }
    let plan = Mutex(Plan())
    let walk = WatchPlan.walk(path) { [descriptor] folder, interest in
      let watch = folder.withCString { inotify_add_watch(descriptor, $0, Self.mask) }
      // A folder that is gone again, or not ours to read, is told of by the watch on the one above it.
      let code = watch < 0 ? errno : 0
      plan.withLock { plan in
        if watch >= 0 {
          if plan.wanted[watch]?.interest.join(interest) == nil { plan.wanted[watch] = (folder, interest) }
        } else if code == ENOSPC || code == ENOMEM, plan.failure == nil {
          plan.failure = code
        }
      }
    }
    let (wanted, failure) = plan.withLock { ($0.wanted, $0.failure) }
    state.withLock { state in
      for watch in state.watches.numbers where wanted[watch] == nil { inotify_rm_watch(descriptor, watch) }
      state.watches = WatchTable(wanted)
      state.root = walk.root
      state.hasLinks = walk.hasLinks
      // What has no watch makes no events.
      state.isOutOfLine = failure != nil
      state.listing = keepsListing && failure == nil ? walk.listing : nil
      state.changes = state.listing == nil ? .everything : .nothing
    }
    return failure
  }

  // MARK: - Events

  /// Makes everything count as changed.
  func doubt() {
    state.withLock {
      $0.listing = nil
      $0.changes = .everything
    }
  }

  /// What was listed after its watches were laid; from then on changes are those since.
  func takeListing() -> WatchPlan.Listing? {
    state.withLock { state in
      defer { state.listing = nil }
      return state.isOutOfLine ? nil : state.listing
    }
  }

  /// What may have changed since the last call, or since the listing that was taken.
  func takeChanges() -> DirectoryChanges {
    // Events that are still in the kernel are the watcher's to take, which it does at once unless it is laying watches.
    for _ in 0..<20 where hasEvents { usleep(500) }
    return state.withLock { state in
      defer { state.listing = nil }
      guard !state.isOutOfLine, !hasEvents, state.listing == nil else { return .everything }
      defer { state.changes = .nothing }
      return state.changes
    }
  }

  private var hasEvents: Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, 0) > 0
  }

  /// Takes all waiting events.
  /// - Returns: whether any of them may mean a change.
  func drain() -> Bool {
    state.withLock { state in
      var isChange = false
      withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 8) { buffer in
        while true {
          let count = read(descriptor, buffer.baseAddress, buffer.count)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { return }
          let header = MemoryLayout<inotify_event>.size
          var offset = 0
          while offset + header <= count {
            let watch = buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self)
            let mask = buffer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
            let length = Int(buffer.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
            let name = buffer[(offset + header)..<(offset + header + length)].prefix { $0 != 0 }
            if state.note(watch, mask, Array(name)) { isChange = true }
            offset += header + length
          }
        }
      }
      return isChange
    }
  }
}

extension InotifyQueue.State {
  /// Returns whether the event may mean a change.
  fileprivate mutating func note(_ number: Int32, _ mask: UInt32, _ name: [UInt8]) -> Bool {
    // Events were lost: anything may have changed.
    guard mask & UInt32(IN_Q_OVERFLOW) == 0 else {
      isOutOfLine = true
      return true
    }
    guard let watch = watches[number] else { return false }
    if mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED) != 0 {
      isOutOfLine = true
      return true
    }
    switch watch.interest {
    case .all:
      if mask & UInt32(IN_ISDIR) != 0 || leadsOn(name, in: watch.folder) {
        isOutOfLine = true
      } else {
        add(watch.folder)
      }
      // A file that is still being written is read by whoever looks, but nobody looks for that before it is closed.
      return mask & UInt32(IN_MODIFY) == 0
    case .names(let names):
      // Without a name it is the folder's own attributes.
      guard name.isEmpty || names.contains(name) else { return false }
      if mask & UInt32(IN_MODIFY) != 0 {
        changes = .everything
        return false
      }
      isOutOfLine = true
      return true
    }
  }

  private mutating func add(_ folder: SystemPath) {
    guard let root, !hasLinks, let path = folder.path(below: root) else {
      changes = .everything
      return
    }
    switch changes {
    case .nothing: changes = .folders([path])
    case .folders(var folders):
      changes = .nothing
      folders.insert(path)
      // So many that a look at everything costs no more.
      changes = folders.count > 4_096 ? .everything : .folders(folders)
    case .everything: break
    }
  }

  /// Whether the name is now that of a link or a folder. Whatever becomes of it later makes another event.
  private func leadsOn(_ name: [UInt8], in folder: SystemPath) -> Bool {
    var status = stat()
    guard folder.appending(name).withCString({ lstat($0, &status) }) == 0 else { return false }
    switch FileType(status) {
    case .regular, .other: return false
    case .folder, .link: return true
    }
  }
}
