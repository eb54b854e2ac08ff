// The names in folders, listed once and remembered for as long as the folder rests.
//
// Adding, removing or renaming in a folder changes its stamp; so for a folder whose stamp is old enough to be relied on,
// one look at the stamp takes the place of opening and reading it. That is most of the cost of looking at a large tree
// again after one file has changed.

import Glibc

struct FolderLister {
  enum EntryType {
    case folder
    case link
    /// A regular file, or something that only a look at it tells.
    case other
  }

  struct Entry {
    var name: [UInt8]
    var location: SystemPath
    var type: EntryType
  }

  struct Listing {
    var stamp: FileStamp
    /// In byte order of the names, without those that begin with `.`.
    var entries: [Entry]
  }

  private struct Remembered {
    var listing: Listing
    var isSettled: Bool
  }

  private var remembered: [SystemPath: Remembered] = [:]
  private var earlier: [SystemPath: Remembered] = [:]
  private var now = FileStamp.Moment.now

  /// To be called before each walk: what the last walk did not come to is forgotten.
  mutating func beginWalk() {
    (earlier, remembered) = (remembered, [:])
    remembered.reserveCapacity(earlier.count)
    now = .now
  }

  /// What the folder at `location`, a path without links, holds.
  /// - Parameter base: the directory that relative paths start from.
  /// - Throws: the number of the system's error.
  mutating func list(_ location: SystemPath, below base: Int32) throws(SystemError) -> Listing {
    if let known = remembered[location] ?? earlier[location], known.isSettled {
      var status = stat()
      if location.withCString({ fstatat(base, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0,
        FileStamp(status) == known.listing.stamp
      {
        remembered[location] = known
        return known.listing
      }
    }
    let listing = try read(location, below: base)
    remembered[location] = Remembered(listing: listing, isSettled: listing.stamp.isSettled(at: now))
    return listing
  }

  private func read(_ location: SystemPath, below base: Int32) throws(SystemError) -> Listing {
    let descriptor = location.withCString {
      openat(base, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw SystemError(code: errno) }
    guard let stream = fdopendir(descriptor) else {
      defer { close(descriptor) }
      throw SystemError(code: errno)
    }
    defer { closedir(stream) }
    // The stamp first: what is added while the names are read makes it an old one.
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError(code: errno) }
    var entries: [Entry] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: UInt8.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
        }
      }
      guard name.first != UInt8(ascii: ".") else { continue }
      let path = location.appending(name)
      entries.append(Entry(name: name, location: path, type: type(of: entry.pointee.d_type, path, base)))
      // A walk over more than the limit ends with an error, so there is no use in going on.
      if entries.count > DirectoryLimits.entries { break }
      errno = 0
    }
    guard errno == 0 else { throw SystemError(code: errno) }
    entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
    return Listing(stamp: FileStamp(status), entries: entries)
  }

  private func type(of type: UInt8, _ path: SystemPath, _ base: Int32) -> EntryType {
    switch Int(type) {
    case Int(DT_DIR): return .folder
    case Int(DT_LNK): return .link
    case Int(DT_UNKNOWN): break
    default: return .other
    }
    // Some file systems do not say.
    var status = stat()
    guard path.withCString({ fstatat(base, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { return .other }
    switch FileType(status) {
    case .folder: return .folder
    case .link: return .link
    case .regular, .other: return .other
    }
  }
}

/// An `errno`.
struct SystemError: Error {
  var code: Int32
  var message: String { SystemPath.message(code) }
}
