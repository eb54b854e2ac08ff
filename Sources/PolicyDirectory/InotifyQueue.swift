// One inotify instance: the set of watches, brought into line with a plan, and the events that matter.

import Glibc

/// Used by one thread.
final class InotifyQueue {
  let descriptor: Int32
  private var lister = FolderLister()
  private var watches: [Int32: WatchPlan.Interest] = [:]
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  private static let mask = UInt32(
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
      | IN_ONLYDIR)

  /// Nil, with `errno`, when the system has no instance left.
  init?() {
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Watches what the tree at `path` needs now and nothing else.
  /// - Returns: the error of the first folder that could not be watched for want of watches; nil when none was.
  func follow(_ path: [UInt8]) -> Int32? {
    var wanted: [Int32: WatchPlan.Interest] = [:]
    var seen: [SystemPath: Int32] = [:]
    var failure: Int32?
    WatchPlan.walk(path, lister: &lister) { [descriptor] folder, interest in
      let watch: Int32
      if let known = seen[folder] {
        watch = known
      } else {
        watch = folder.withCString { inotify_add_watch(descriptor, $0, Self.mask) }
        // A folder that is gone again, or not ours to read, is told of by the watch on the one above it.
        if watch < 0 {
          if errno == ENOSPC || errno == ENOMEM, failure == nil { failure = errno }
          return
        }
        seen[folder] = watch
      }
      if wanted[watch]?.join(interest) == nil { wanted[watch] = interest }
    }
    for watch in watches.keys where wanted[watch] == nil { inotify_rm_watch(descriptor, watch) }
    watches = wanted
    return failure
  }

  /// Takes all waiting events.
  /// - Returns: whether any of them may mean a change.
  func drain() -> Bool {
    var isChange = false
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return isChange }
      buffer.withUnsafeBytes { bytes in
        let header = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + header <= count {
          let watch = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
          let mask = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
          let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
          let name = bytes[(offset + header)..<(offset + header + length)].prefix { $0 != 0 }
          if matters(watch, mask, Array(name)) { isChange = true }
          offset += header + length
        }
      }
    }
  }

  private func matters(_ watch: Int32, _ mask: UInt32, _ name: [UInt8]) -> Bool {
    // Events were lost: anything may have changed.
    if mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
    guard let interest = watches[watch] else { return false }
    if mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED) != 0 { return true }
    switch interest {
    case .all: return true
    // Without a name it is the folder's own attributes.
    case .names(let names): return name.isEmpty || names.contains(name)
    }
  }
}
