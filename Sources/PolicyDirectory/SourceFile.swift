// One file of a set: where it stands in the layout and what it says.

import PolicyLanguage

struct SourceFile: Sendable {
  var path: Text
  var kind: FileKind
  /// The names in its path, as `FileKind` lists them.
  var names: [Text]
  var parsed: ParsedFile
}
