// The names in one folder, read from the disk.

import CLinux
import Glibc

struct FolderNames {
  var stamp: FileStamp
  /// In byte order of the names, without those that begin with `.`.
  var entries: [Folder.Entry]

  /// - Parameters:
  ///   - path: of a folder, the last name no link.
  ///   - base: the directory that relative paths start from.
  /// - Throws: the number of the system's error.
  init(at path: PathStack, below base: Int32) throws(SystemError) {
    let descriptor = path.withCString {
      openat(base, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw SystemError(code: errno) }
    defer { close(descriptor) }
    // The stamp first: what is added while the names are read makes it an old one.
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError(code: errno) }
    stamp = FileStamp(status)
    entries = []
    try withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 8) { (buffer) throws(SystemError) in
      // A walk over more than the limit ends with an error, so there is no use in going on.
      while entries.count <= DirectoryLimits.entries {
        let count = getdents64(descriptor, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw SystemError(code: errno) }
        guard count > 0 else { break }
        append(UnsafeRawBufferPointer(rebasing: buffer[..<count]), in: descriptor)
      }
    }
    entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Records of `struct linux_dirent64`: inode and offset, then 16 bits of length, 8 of type, the name and a NUL.
  private mutating func append(_ records: UnsafeRawBufferPointer, in folder: Int32) {
    var start = 0
    while start < records.count {
      let length = Int(records.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
      let type = records[start + 18]
      let name = records[(start + 19)..<(start + length)].prefix { $0 != 0 }
      start += length
      guard name.first != UInt8(ascii: ".") else { continue }
      let bytes = Self.common.first { $0.elementsEqual(name) } ?? Array(name)
      entries.append(Folder.Entry(name: bytes, type: Self.type(of: type, bytes, in: folder)))
    }
  }

  /// Names that are in folder after folder, so that each is there once.
  private static let common = [
    "policy.json", "policies", "role.json", "trust-policy.json", "key.json", "grants.json", "user.json", "group.json",
  ].map { Array($0.utf8) }

  private static func type(of type: UInt8, _ name: [UInt8], in folder: Int32) -> Folder.EntryType {
    guard String(validating: name, as: UTF8.self) != nil else { return .unreadable }
    switch Int(type) {
    case Int(DT_DIR): return .folder
    case Int(DT_LNK): return .link
    case Int(DT_REG): return .file
    case Int(DT_UNKNOWN): break
    default: return .other
    }
    // Some file systems do not say.
    var status = stat()
    guard SystemPath(bytes: name).withCString({ fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
      return .other
    }
    switch FileType(status) {
    case .folder: return .folder
    case .link: return .link
    case .regular: return .file
    case .other: return .other
    }
  }
}

/// An `errno`.
struct SystemError: Error {
  var code: Int32
  var message: String { SystemPath.message(code) }
}
