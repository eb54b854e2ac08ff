// A directory on disk as a tree in memory, so that a test suite can lay files of its own over it.
//
// Nothing is parsed here: the tree is loaded like any other, and what is wrong in its files is told then. Files that the
// layout passes over are left out; unknown ones stay in, because loading must refuse them.

import PolicyLanguage

extension PolicyTree {
  /// Reads the directory at `path`, as it was at one moment.
  /// - Throws: what cannot be read.
  public init(directory path: String) throws(PolicySetError) {
    let directory = Text(path)
    let reader = DirectoryReader { $0 != .ignored }
    var contents: [Text: [UInt8]] = [:]
    _ = try reader.update(from: directory) { readings in
      for reading in readings { contents[reading.path] = reading.bytes }
    }
    var errors: [Diagnostic] = []
    var (files, folders): ([Text: [UInt8]], Set<Text>) = ([:], [])
    reader.root.forEach { finding, place in
      let path = Text(utf8: String(decoding: place.path, as: UTF8.self).utf8)
      switch finding {
      case .file(let file) where file.failure == nil:
        files[path] = contents[path]
        // They are still there when the file is taken out of the tree.
        folders.formUnion(path.foldersAbove)
      case .file(let file): errors.append(.wholeFile("\(file.failure ?? "")", file: path))
      case .emptyFolder: folders.insert(path)
      case .failure(let message): errors.append(.wholeFile("\(message)", file: path))
      }
    } counting: { _ in
      true
    }
    errors.removeAll { Layout.placement(ofFile: $0.file) == .ignored }
    for index in errors.indices where errors[index].file.isEmpty { errors[index].file = directory }
    guard errors.isEmpty else { throw PolicySetError(diagnostics: errors) }
    self.init(files: files, folders: folders)
  }
}
