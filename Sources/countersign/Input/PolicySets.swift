// Policy directories that arguments name.

import Glibc
import PolicyDirectory
import PolicyLanguage

enum PolicySets {
  /// - Throws: `Failure` with everything that is wrong.
  static func load(_ path: String) throws(Failure) -> PolicySet {
    try requireDirectory(path)
    do {
      return try PolicyLoader().load(directory: path)
    } catch {
      throw Failure(.unusable, error.diagnostics.map { inside(path, $0) })
    }
  }

  /// A path that is no directory is a wrong argument, not a wrong policy set.
  static func requireDirectory(_ path: String) throws(Failure) {
    guard let directory = opendir(path) else {
      throw Failure(.unusable, "cannot read the directory `\(path)`: \(String(cString: strerror(errno)))")
    }
    closedir(directory)
  }

  /// The diagnostic with a path that an editor can open.
  static func inside(_ directory: String, _ diagnostic: Diagnostic) -> Diagnostic {
    var diagnostic = diagnostic
    guard !diagnostic.file.isEmpty else {
      diagnostic.file = Text(directory)
      return diagnostic
    }
    let separator = directory.utf8.last == UInt8(ascii: "/") ? "" : "/"
    diagnostic.file = Text(utf8: Array("\(directory)\(separator)".utf8) + diagnostic.file.utf8)
    return diagnostic
  }
}
