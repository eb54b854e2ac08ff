// One file of a set: where it stands in the layout and what it says.
//
// It stays the same object for as long as the file says the same, and so does its policy: that is how an unchanged part of
// a set is known as such.

import PolicyLanguage

final class SourceFile: Sendable {
  let path: Text
  let kind: FileKind
  let parsed: ParsedFile
  /// Nil for a record, and for a policy with mistakes.
  let policy: PolicyFile?

  init(path: Text, kind: FileKind, parsed: ParsedFile) {
    self.path = path
    self.kind = kind
    self.parsed = parsed
    if case .policy(let content)? = parsed.content {
      policy = PolicyFile(path: path, content: content)
    } else {
      policy = nil
    }
  }

  /// The names in its path, as `FileKind` lists them.
  var names: [Text] {
    guard case .known(_, let names) = Layout.placement(ofFile: path) else { return [] }
    return names
  }
}
