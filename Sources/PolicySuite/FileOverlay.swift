// Files laid over a policy tree: how a case changes a little of what its suite shares.

import PolicyDirectory
import PolicyLanguage

/// Paths with their new contents.
public struct FileOverlay: Sendable, Hashable {
  /// Nil removes the file; removing one that is not there is no error, so that a case may insist on its absence.
  public var files: [Text: [UInt8]?]

  public init(files: [Text: [UInt8]?] = [:]) { self.files = files }

  public var isEmpty: Bool { files.isEmpty }

  public func laid(over tree: PolicyTree) -> PolicyTree {
    var result = tree
    for (path, contents) in files { result.files[path] = contents }
    return result
  }
}
