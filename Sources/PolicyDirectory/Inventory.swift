// All files and folders of one tree, told apart by the layout: what a set is assembled from and its revision is made of.

import PolicyLanguage

struct Inventory: Sendable {
  struct Folder: Sendable {
    var path: Text
    var kind: FolderKind
    var names: [Text]
  }

  /// In byte order of the path.
  private(set) var files: [SourceFile] = []
  /// Folders that say that something exists although no file lies in them, in byte order of the path.
  private(set) var folders: [Folder] = []
  private(set) var errors: [Diagnostic] = []
  private(set) var remarks: [Diagnostic] = []

  /// - Parameters:
  ///   - files: those that the layout knows.
  ///   - folders: all that are there, or at least those without files.
  ///   - errors: what was found wrong so far, unknown files among it.
  init(files: [SourceFile], folders: some Sequence<Text>, errors: [Diagnostic]) {
    self.files = files.sorted { $0.path < $1.path }
    self.errors = errors
    var paths = self.files.map(\.path)
    if !errors.isEmpty { paths = (paths + errors.map(\.file)).sorted() }
    for path in Self.emptyFolders(folders, paths: paths) {
      switch Layout.placement(ofFolder: path) {
      case .known(let kind, let names): self.folders.append(Folder(path: path, kind: kind, names: names))
      case .plain: break
      case .stray(let message): remarks.append(.wholeFile(message, file: path))
      case .unknown(let message): self.errors.append(.wholeFile(message, file: path))
      }
    }
  }

  /// The folders, each once, that none of the sorted paths lies below, in byte order.
  private static func emptyFolders(_ folders: some Sequence<Text>, paths: [Text]) -> [Text] {
    // With a final `/` folders and what lies below them sort alike, so one pass over both is enough.
    let below = folders.map { Text(utf8: $0.utf8 + [UInt8(ascii: "/")]) }.sorted()
    var empty: [Text] = []
    var next = 0
    for prefix in below where prefix != empty.last {
      while next < paths.count, paths[next] < prefix { next += 1 }
      if next == paths.count || !paths[next].hasPrefix(prefix) { empty.append(prefix) }
    }
    return empty.map { Text(utf8: $0.utf8.dropLast()) }.sorted()
  }

  /// The digest of paths and contents. It is taken over the contents' digests, so that a reload reads only what changed;
  /// lengths stand before paths, so that no two trees give the same bytes.
  var revision: Text {
    var entries: [(path: Text, digest: SHA256.Digest)] = files.map { ($0.path, $0.parsed.digest) }
    if !folders.isEmpty {
      let nothing = SHA256.digest(of: [])
      entries += folders.map { (Text(utf8: $0.path.utf8 + [UInt8(ascii: "/")]), nothing) }
      entries.sort { $0.path < $1.path }
    }
    var bytes = Array("countersign policy set 1\n".utf8)
    bytes.reserveCapacity(entries.count * 128)
    for entry in entries {
      let count = UInt64(entry.path.count)
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: count >> shift))
      }
      bytes += entry.path.utf8
      bytes += entry.digest.bytes
    }
    return Text(utf8: SHA256.digest(of: bytes).hexadecimal)
  }
}
