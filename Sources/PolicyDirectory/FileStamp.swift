// What the kernel says of a file without its contents being read: two equal stamps of a settled file mean the same bytes.

import Glibc

struct FileStamp: Sendable, Hashable {
  var device: UInt64
  var inode: UInt64
  var size: Int64
  var modified: Moment
  /// Of inode and contents; unlike `modified` no program can set it back.
  var changed: Moment

  /// Nanoseconds since 1970. Times that no file has but by a mistake wrap around: they are compared with themselves.
  struct Moment: Sendable, Hashable {
    private let nanoseconds: Int64

    init(_ time: timespec) { nanoseconds = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec) }

    var seconds: Int64 { nanoseconds / 1_000_000_000 }

    static var now: Moment {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Moment(time)
    }
  }

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modified = Moment(status.st_mtim)
    changed = Moment(status.st_ctim)
  }

  /// Whether contents read at `moment` can be told from any later ones by their stamp. The kernel's clock ticks every few
  /// milliseconds and some file systems count in seconds, so a write right after the reading could leave the stamp as
  /// it is.
  func isSettled(at moment: Moment) -> Bool {
    max(modified.seconds, changed.seconds) < moment.seconds - 2
  }
}

/// The kind of a file, from its mode.
enum FileType {
  case regular
  case folder
  case link
  case other(String)

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    case S_IFIFO: self = .other("a named pipe")
    case S_IFSOCK: self = .other("a socket")
    case S_IFCHR, S_IFBLK: self = .other("a device")
    default: self = .other("a special file")
    }
  }
}
