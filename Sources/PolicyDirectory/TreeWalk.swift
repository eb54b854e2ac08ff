// One walk over a policy directory: which files and folders are there, told by their stamps, without reading contents.
//
// Everything is reached from one open directory, so the walk stays in one tree when the name that led to it is given to
// another. Names that begin with `.` are not looked at, but links may lead into folders of such names, as those of a
// ConfigMap do.

import Glibc
import PolicyLanguage

struct TreeWalk {
  struct File: Sendable, Equatable {
    /// Below the policy directory, by the names that lead there.
    var path: Text
    /// The same file by a path without links.
    var location: SystemPath
    var stamp: FileStamp

    static func == (left: File, right: File) -> Bool { left.stamp == right.stamp && left.path == right.path }
  }

  /// Two walks with equal listings saw the same tree.
  struct Listing: Sendable, Equatable {
    var files: [File] = []
    var folders: [Text] = []
    var errors: [Diagnostic] = []
  }

  private struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private enum Child {
    case file(stat, SystemPath)
    case folder(SystemPath)
  }

  private let root: Int32
  private var resolver: LinkResolver
  private var listing = Listing()
  private var entries = 0

  private init(root: Int32) {
    self.root = root
    resolver = LinkResolver(base: root)
  }

  /// - Parameter root: an open directory, which stays open.
  static func listing(of root: Int32) -> Listing {
    var walk = TreeWalk(root: root)
    walk.visit("", at: .start, inside: [])
    return walk.listing
  }

  private mutating func visit(_ path: Text, at location: SystemPath, inside outer: [Identity]) {
    guard outer.count < DirectoryLimits.depth else {
      return report(path, "more than \(DirectoryLimits.depth) folders inside each other, expected fewer")
    }
    let descriptor = location.withCString {
      openat(root, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    }
    guard descriptor >= 0 else { return report(path, Self.unreadable("folder", errno)) }
    guard let stream = fdopendir(descriptor) else {
      let code = errno
      close(descriptor)
      return report(path, Self.unreadable("folder", code))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      closedir(stream)
      return report(path, Self.unreadable("folder", code))
    }
    let identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    guard !outer.contains(identity) else {
      closedir(stream)
      return report(path, "symbolic link to a folder that it lies in, expected one elsewhere")
    }
    let children = children(of: path, at: location, stream: stream, descriptor: descriptor)
    closedir(stream)
    for (path, child) in children {
      switch child {
      case .file(let status, let location):
        listing.files.append(File(path: path, location: location, stamp: FileStamp(status)))
      case .folder(let location):
        listing.folders.append(path)
        visit(path, at: location, inside: outer + [identity])
      }
    }
  }

  /// What lies in a folder, in byte order of the names, so that the file system's own order is of no consequence.
  private mutating func children(
    of path: Text, at location: SystemPath, stream: OpaquePointer, descriptor: Int32
  ) -> [(path: Text, child: Child)] {
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: UInt8.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
        }
      }
      guard name.first != UInt8(ascii: ".") else { continue }
      entries += 1
      guard entries <= DirectoryLimits.entries else {
        if entries == DirectoryLimits.entries + 1 {
          report("", "more than \(DirectoryLimits.entries) files and folders, expected fewer")
        }
        return []
      }
      names.append(name)
      errno = 0
    }
    if errno != 0 { report(path, Self.unreadable("folder", errno)) }
    names.sort { $0.lexicographicallyPrecedes($1) }
    var children: [(path: Text, child: Child)] = []
    children.reserveCapacity(names.count)
    for name in names {
      let childLocation = location.appending(name)
      guard String(validating: name, as: UTF8.self) != nil else {
        report(Self.join(path, Text(String(decoding: name, as: UTF8.self))), "name that is not UTF-8, expected UTF-8")
        continue
      }
      let childPath = Self.join(path, Text(utf8: name))
      var status = stat()
      guard SystemPath(bytes: name).withCString({ fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
        report(childPath, Self.unreadable("file", errno))
        continue
      }
      switch FileType(status) {
      case .regular: children.append((childPath, .file(status, childLocation)))
      case .folder: children.append((childPath, .folder(childLocation)))
      case .other(let what): report(childPath, "\(what), expected a file or folder")
      case .link:
        switch resolver.resolve(name, from: location) {
        case .folder(let location): children.append((childPath, .folder(location)))
        case .file(let location, let status):
          if case .other(let what) = FileType(status) {
            report(childPath, "symbolic link to \(what), expected a file or folder")
          } else {
            children.append((childPath, .file(status, location)))
          }
        case .failure(let message): report(childPath, message)
        }
      }
    }
    return children
  }

  private mutating func report(_ path: Text, _ message: String) {
    listing.errors.append(.wholeFile(message, file: path))
  }

  private static func join(_ path: Text, _ name: Text) -> Text {
    path.isEmpty ? name : Text(utf8: path.utf8 + [UInt8(ascii: "/")] + name.utf8)
  }

  private static func unreadable(_ what: String, _ code: Int32) -> String {
    "\(what) that cannot be read: \(SystemPath.message(code))"
  }
}
