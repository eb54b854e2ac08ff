// The files of one policy directory as bytes, from a disk or from a test suite: what a set is loaded from.

import PolicyLanguage

/// Path below the policy directory to the file's bytes.
public struct PolicyTree: Sendable {
  public var files: [Text: [UInt8]]
  /// Folders that are there although no file lies in them: a user, role, group or account exists when its folder does.
  public var folders: Set<Text>

  public init(files: [Text: [UInt8]] = [:], folders: Set<Text> = []) {
    self.files = files
    self.folders = folders
  }
}

/// Everything that is wrong with a set: never empty, in order of file, line and column.
public struct PolicySetError: Error, Sendable, CustomStringConvertible {
  public var diagnostics: [Diagnostic]
  public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// One line for each mistake: `file:line:column: message`.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
