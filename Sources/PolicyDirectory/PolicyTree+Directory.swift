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
    var reader = DirectoryReader()
    let snapshot = try reader.snapshot(of: directory) { file, _ in Layout.placement(ofFile: file) != .ignored }
    var errors = snapshot.errors.filter { Layout.placement(ofFile: $0.file) != .ignored }
    for index in errors.indices where errors[index].file.isEmpty { errors[index].file = directory }
    guard errors.isEmpty else { throw PolicySetError(diagnostics: errors) }
    self.init(folders: Set(snapshot.folders))
    for file in snapshot.files {
      if let bytes = file.bytes { files[file.path] = bytes }
    }
  }
}
