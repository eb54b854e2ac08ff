// The bytes of one file that belong to one stamp of it, and to no other.

import Glibc
import PolicyLanguage

enum FileContents {
  enum Failure: Error {
    /// Somebody is at work in the tree.
    case changed
    case unreadable(String)
  }

  /// - Parameters:
  ///   - path: without links.
  ///   - base: the directory that relative paths start from.
  ///   - expected: nil for the stamp that the file has by now.
  static func read(
    _ path: SystemPath, below base: Int32, expecting expected: FileStamp?
  ) throws(Failure) -> (bytes: [UInt8], stamp: FileStamp) {
    let descriptor = path.withCString {
      openat(base, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    }
    guard descriptor >= 0 else {
      // Not there, or a link by now.
      let code = errno
      if [ENOENT, ELOOP, ENOTDIR].contains(code) { throw .changed }
      throw .unreadable("file that cannot be read: \(SystemPath.message(code))")
    }
    defer { close(descriptor) }
    let stamp = if let expected { expected } else { try Self.stamp(of: descriptor) }
    guard stamp.size <= DirectoryLimits.fileBytes else { throw .unreadable(DirectoryLimits.tooLarge) }
    let size = Int(stamp.size)
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
    // A file whose stamp is the expected one after the reading had it before, too.
    guard bytes.count == size, try Self.stamp(of: descriptor) == stamp else { throw .changed }
    return (bytes, stamp)
  }

  private static func stamp(of descriptor: Int32) throws(Failure) -> FileStamp {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable("file that cannot be read: \(SystemPath.message(errno))")
    }
    // When it was listed it was a regular file.
    guard case .regular = FileType(status) else { throw .changed }
    return FileStamp(status)
  }
}
