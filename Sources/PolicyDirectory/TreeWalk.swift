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

  private let root: Int32
  private var lister: FolderLister
  private var resolver: LinkResolver
  private var listing = Listing()
  private var entries = 0

  private init(root: Int32, lister: FolderLister) {
    self.root = root
    self.lister = lister
    resolver = LinkResolver(base: root)
  }

  /// - Parameters:
  ///   - root: an open directory, which stays open.
  ///   - lister: remembers the folders from one walk to the next.
  static func listing(of root: Int32, lister: inout FolderLister) -> Listing {
    var walk = TreeWalk(root: root, lister: lister)
    lister = FolderLister()
    walk.lister.beginWalk()
    walk.visit("", at: .start, inside: [])
    lister = walk.lister
    return walk.listing
  }

  private mutating func visit(_ path: Text, at location: SystemPath, inside outer: [Identity]) {
    guard outer.count < DirectoryLimits.depth else {
      return report(path, "more than \(DirectoryLimits.depth) folders inside each other, expected fewer")
    }
    let folder: FolderLister.Listing
    do throws(SystemError) {
      folder = try lister.list(location, below: root)
    } catch {
      return report(path, "folder that cannot be read: \(error.message)")
    }
    let identity = Identity(device: folder.stamp.device, inode: folder.stamp.inode)
    guard !outer.contains(identity) else {
      return report(path, "symbolic link to a folder that it lies in, expected one elsewhere")
    }
    let chain = outer + [identity]
    for entry in folder.entries {
      // Once the limit is reached nothing more is looked at; its message keeps the listing from being used.
      guard entries < DirectoryLimits.entries else {
        if entries == DirectoryLimits.entries {
          entries += 1
          report("", "more than \(DirectoryLimits.entries) files and folders, expected fewer")
        }
        return
      }
      entries += 1
      look(at: entry, in: path, at: location, chain)
    }
  }

  private mutating func look(
    at entry: FolderLister.Entry, in folder: Text, at location: SystemPath, _ chain: [Identity]
  ) {
    guard String(validating: entry.name, as: UTF8.self) != nil else {
      return report(
        Self.join(folder, Array(String(decoding: entry.name, as: UTF8.self).utf8)),
        "name that is not UTF-8, expected UTF-8")
    }
    let path = Self.join(folder, entry.name)
    switch entry.type {
    case .folder:
      addFolder(path, at: entry.location, chain)
    case .link:
      switch resolver.resolve(entry.name, from: location) {
      case .folder(let location): addFolder(path, at: location, chain)
      case .file(let location, let status): addFile(path, at: location, status, via: "symbolic link to ")
      case .failure(let message): report(path, message)
      }
    case .other:
      var status = stat()
      if entry.location.withCString({ fstatat(root, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 {
        addFile(path, at: entry.location, status)
      } else {
        report(path, "file that cannot be read: \(SystemPath.message(errno))")
      }
    }
  }

  private mutating func addFolder(_ path: Text, at location: SystemPath, _ chain: [Identity]) {
    listing.folders.append(path)
    visit(path, at: location, inside: chain)
  }

  private mutating func addFile(_ path: Text, at location: SystemPath, _ status: stat, via link: String = "") {
    switch FileType(status) {
    case .regular: listing.files.append(File(path: path, location: location, stamp: FileStamp(status)))
    case .other(let what): report(path, "\(link)\(what), expected a file or folder")
    // It has changed since its folder was listed, so the next walk will differ.
    case .folder, .link: report(path, "\(link)a file that was replaced, expected it to rest")
    }
  }

  private mutating func report(_ path: Text, _ message: String) {
    listing.errors.append(.wholeFile(message, file: path))
  }

  private static func join(_ path: Text, _ name: [UInt8]) -> Text {
    path.isEmpty ? Text(utf8: name) : Text(utf8: path.utf8 + [UInt8(ascii: "/")] + name)
  }
}
