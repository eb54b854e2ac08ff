// A policy directory on disk to bytes, as one consistent picture of it.
//
// Writers do not stop for a reader, so the tree is walked, its changed files are read, and it is walked again: when both
// walks saw the same stamps, there was a moment between them at which all that was read stood there together. When they
// differ, everything starts anew; a directory that never rests is a named error, not a mixture.

import Glibc
import PolicyLanguage

struct DirectoryReader {
  struct File {
    var path: Text
    var stamp: FileStamp
    /// Nil for a file that the caller did not want read.
    var bytes: [UInt8]?
    /// Whether the stamp can be relied on from now on.
    var isSettled: Bool
  }

  struct Snapshot {
    /// In byte order of the folders' names, not of whole paths.
    var files: [File] = []
    var folders: [Text] = []
    var errors: [Diagnostic] = []
  }

  private enum Failure: Error {
    case changed
    case unreadable(String)
  }

  /// Folders of the last tree that was read.
  private var lister = FolderLister()

  /// - Parameter wants: whether a file's bytes are needed.
  /// - Throws: when the directory itself cannot be read or does not come to rest.
  mutating func snapshot(
    of directory: Text, wants: (Text, FileStamp) -> Bool
  ) throws(PolicySetError) -> Snapshot {
    let path = SystemPath(bytes: Array(directory.utf8))
    for attempt in 0..<DirectoryLimits.attempts {
      let root = path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK) }
      guard root >= 0 else {
        let message = "policy directory that cannot be read: \(SystemPath.message(errno))"
        throw PolicySetError(diagnostics: [.wholeFile(message, file: directory)])
      }
      let snapshot = read(root, wants: wants)
      close(root)
      if let snapshot { return snapshot }
      usleep(UInt32(1_000 * (attempt + 1)))
    }
    let message =
      "policy directory that changed each of \(DirectoryLimits.attempts) times it was read, expected it to rest"
    throw PolicySetError(diagnostics: [.wholeFile(message, file: directory)])
  }

  /// Nil when the tree changed meanwhile.
  private mutating func read(_ root: Int32, wants: (Text, FileStamp) -> Bool) -> Snapshot? {
    let listing = TreeWalk.listing(of: root, lister: &lister)
    let now = FileStamp.Moment.now
    var snapshot = Snapshot(folders: listing.folders, errors: listing.errors)
    snapshot.files.reserveCapacity(listing.files.count)
    for file in listing.files {
      var read = File(path: file.path, stamp: file.stamp, isSettled: file.stamp.isSettled(at: now))
      if wants(file.path, file.stamp) {
        do throws(Failure) {
          read.bytes = try Self.contents(of: file, below: root)
        } catch {
          guard case .unreadable(let message) = error else { return nil }
          snapshot.errors.append(.wholeFile(message, file: file.path))
          continue
        }
      }
      snapshot.files.append(read)
    }
    guard TreeWalk.listing(of: root, lister: &lister) == listing else { return nil }
    // A directory that was removed is empty, but not a set without accounts.
    var status = stat()
    return fstat(root, &status) == 0 && status.st_nlink > 0 ? snapshot : nil
  }

  /// The bytes that belong to the stamp of `file`, and to no other.
  private static func contents(of file: TreeWalk.File, below root: Int32) throws(Failure) -> [UInt8] {
    guard file.stamp.size <= DirectoryLimits.fileBytes else { throw .unreadable(DirectoryLimits.tooLarge) }
    let descriptor = file.location.withCString {
      openat(root, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    }
    guard descriptor >= 0 else {
      // Not there, or a link by now: somebody is at work in the tree.
      let code = errno
      if [ENOENT, ELOOP, ENOTDIR].contains(code) { throw .changed }
      throw .unreadable("file that cannot be read: \(SystemPath.message(code))")
    }
    defer { close(descriptor) }
    guard try stamp(of: descriptor) == file.stamp else { throw .changed }
    let size = Int(file.stamp.size)
    // One byte more than the file should have, so that a longer one is noticed.
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      while count <= size {
        let taken = Glibc.read(descriptor, buffer.baseAddress! + count, size + 1 - count)
        if taken < 0, errno == EINTR { continue }
        if taken < 0 { code = errno }
        if taken <= 0 { return }
        count += taken
        // Shorter than asked for is the end of a regular file; the stamp below tells if it went on growing.
        if count == size { return }
      }
    }
    guard code == 0 else { throw .unreadable("file that cannot be read: \(SystemPath.message(code))") }
    guard bytes.count == size, try stamp(of: descriptor) == file.stamp else { throw .changed }
    return bytes
  }

  private static func stamp(of descriptor: Int32) throws(Failure) -> FileStamp {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable("file that cannot be read: \(SystemPath.message(errno))")
    }
    return FileStamp(status)
  }
}
