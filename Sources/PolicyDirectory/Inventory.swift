// All files and folders of one tree, told apart by the layout: what a set is assembled from and its revision is made of.

import PolicyLanguage

struct Inventory: Sendable {
  struct EmptyFolder: Sendable {
    var path: Text
    var kind: FolderKind
    var names: [Text]
  }

  /// In byte order of the path.
  private(set) var files: [SourceFile] = []
  /// Folders that say that something exists although no file lies in them, in byte order of the path.
  private(set) var folders: [EmptyFolder] = []
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
      case .known(let kind, let names): self.folders.append(EmptyFolder(path: path, kind: kind, names: names))
      case .plain: break
      case .stray(let message): remarks.append(.wholeFile(message, file: path))
      case .unknown(let message): self.errors.append(.wholeFile(message, file: path))
      }
    }
  }

  /// What a reader remembers of a directory.
  init(of root: Folder, directory: Text) {
    var files: [SourceFile] = []
    var folders: [Text] = []
    var errors: [Diagnostic] = []
    func report(_ message: Text, _ path: Text) {
      guard Layout.placement(ofFile: path) != .ignored else { return }
      errors.append(.wholeFile("\(message)", file: path.isEmpty ? directory : path))
    }
    root.forEach { finding, place in
      if case .file(let file) = finding, let source = file.source { return files.append(source) }
      let path = Text(utf8: String(decoding: place.path, as: UTF8.self).utf8)
      switch finding {
      case .file(let file):
        if let failure = file.failure {
          report(failure, path)
        } else if case .unknown(let message) = Layout.placement(ofFile: path) {
          report(Text(message), path)
        }
      case .failure(let message): report(message, path)
      case .emptyFolder: folders.append(path)
      }
    } counting: {
      $0.source != nil || $0.failure != nil
    }
    self.init(files: files, folders: folders, errors: errors)
  }

  /// Whether the same objects stand in the same places, so that the same set comes of both.
  func isSame(as other: Inventory) -> Bool {
    errors.isEmpty && other.errors.isEmpty && files.elementsEqual(other.files, by: ===)
      && folders.elementsEqual(other.folders) { $0.path == $1.path }
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
  func revision() -> Text {
    var entries: [(path: Text, digest: SHA256.Digest)] = files.map { ($0.path, $0.parsed.digest) }
    if !folders.isEmpty {
      let nothing = SHA256.digest(of: [])
      entries += folders.map { (Text(utf8: $0.path.utf8 + [UInt8(ascii: "/")]), nothing) }
      entries.sort { $0.path < $1.path }
    }
    var running = SHA256()
    var bytes = Array("countersign policy set 1\n".utf8)
    for entry in entries {
      let count = UInt64(entry.path.count)
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: count >> shift))
      }
      bytes += entry.path.utf8
      bytes += entry.digest.bytes
      if bytes.count > 16_384 {
        running.update(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    running.update(bytes)
    return Text(utf8: running.finish().hexadecimal)
  }
}
