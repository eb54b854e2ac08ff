// Paths to meanings: which file of the layout a path is, or what was expected in its place.
//
// Pure: it reads no disk and no contents. Names that begin with `.` are skipped wherever they stand, also where a name
// of the layout would be allowed (`.#policy.json` is an editor's lock, `..data` a ConfigMap's); `README*`, `*~`, `*.swp`
// and `#*#` are skipped only where the layout does not know the path, so that no policy is lost by being called README.

import PolicyLanguage

enum Layout {
  /// What a file's path means.
  enum Placement: Sendable, Hashable {
    case known(FileKind, names: [Text])
    case ignored
    /// An error, and its message.
    case unknown(String)
  }

  /// What a folder's path means.
  enum FolderPlacement: Sendable, Hashable {
    case known(FolderKind, names: [Text])
    /// Skipped, or a folder that only holds others.
    case plain
    /// Not of the layout; harmless as long as no file lies below.
    case stray(String)
    case unknown(String)
  }

  static func placement(ofFile path: Text) -> Placement {
    let components = components(of: path)
    if let message = mistake(in: components, of: path) { return .unknown(message) }
    if components.contains(where: isHidden) { return .ignored }
    switch descend(components.dropLast()) {
    case .stopped(let index, let message):
      return components[index...].contains(where: isLeftover) ? .ignored : .unknown(message)
    case .reached(let folder, var names, let prefix, _):
      let name = components[components.count - 1]
      if prefix.isEmpty, let file = folder.files.first(where: { $0.name == name }) {
        return .known(file.kind, names: names)
      }
      if let any = folder.anyFile, name.hasSuffix(".json") {
        let stem = Text(utf8: name.utf8.dropLast(5))
        if let expectation = any.rule.expectation(brokenBy: stem) {
          return .unknown("file name \(name.quoted), expected \(expectation) before `.json`")
        }
        names.append(Text(utf8: prefix + stem.utf8))
        return .known(any.kind, names: names)
      }
      return isLeftover(name) ? .ignored : .unknown(unknownFile(name, in: folder))
    }
  }

  static func placement(ofFolder path: Text) -> FolderPlacement {
    let components = components(of: path)
    if let message = mistake(in: components, of: path) { return .unknown(message) }
    if components.contains(where: isHidden) { return .plain }
    switch descend(components[...]) {
    case .reached(_, let names, _, let kind):
      return kind.map { .known($0, names: names) } ?? .plain
    case .stopped(let index, let message):
      // What stands in a wrong place is told once, of the outermost wrong folder.
      if index < components.count - 1 || isLeftover(components[index]) { return .plain }
      // A name that breaks a rule, or that of a file, would have been something; any other folder is nobody's.
      let isMeant = message.hasPrefix("folder name") || components[index].hasSuffix(".json")
      return isMeant ? .unknown(message) : .stray(message)
    }
  }

  // MARK: -

  private enum Descent {
    /// `prefix` is the path so far inside a folder of managed policies, with a final `/`.
    case reached(LayoutFolder, names: [Text], prefix: [UInt8], kind: FolderKind?)
    case stopped(index: Int, message: String)
  }

  private static func descend(_ components: ArraySlice<Text>) -> Descent {
    var folder = LayoutFolder.root
    var names: [Text] = []
    var prefix: [UInt8] = []
    var kind: FolderKind?
    for (index, component) in zip(components.indices, components) {
      kind = nil
      if let next = folder.folders.first(where: { $0.name == component }) {
        folder = next.folder
      } else if let any = folder.anyFolder {
        if let expectation = any.rule.expectation(brokenBy: component) {
          return .stopped(index: index, message: "folder name \(component.quoted), expected \(expectation)")
        }
        names.append(component)
        (folder, kind) = (any.folder[0], any.kind)
      } else if let file = folder.anyFile, file.hasPath, !component.hasSuffix(".json") {
        if let expectation = file.rule.expectation(brokenBy: component) {
          return .stopped(index: index, message: "folder name \(component.quoted), expected \(expectation)")
        }
        prefix += component.utf8 + [UInt8(ascii: "/")]
      } else {
        return .stopped(index: index, message: unknownFolder(component, in: folder))
      }
    }
    return .reached(folder, names: names, prefix: prefix, kind: kind)
  }

  private static func components(of path: Text) -> [Text] {
    path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Text(utf8: $0) }
  }

  private static func mistake(in components: [Text], of path: Text) -> String? {
    if components.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      return "not a path below the policy directory, expected names divided by single `/`"
    }
    let hasControls = path.withUnsafeBufferPointer { $0.contains { $0 < 0x20 || $0 == 0x7F } }
    return hasControls ? "name with a control character, expected visible characters" : nil
  }

  private static func isHidden(_ name: Text) -> Bool { name.utf8.first == UInt8(ascii: ".") }

  private static func isLeftover(_ name: Text) -> Bool {
    name.hasPrefix("README") || name.hasSuffix("~") || name.hasSuffix(".swp")
      || (name.count > 1 && name.hasPrefix("#") && name.hasSuffix("#"))
  }

  private static func unknownFile(_ name: Text, in folder: LayoutFolder) -> String {
    var expected = folder.files.map { "`\($0.name)`" }
    if folder.anyFile != nil { expected.append("a name that ends in `.json`") }
    if expected.isEmpty { expected = folderNames(folder) }
    return "unknown file \(name.quoted), expected \(Spelling.alternatives(expected))"
      + hint(name, among: folder.files.map(\.name))
  }

  private static func unknownFolder(_ name: Text, in folder: LayoutFolder) -> String {
    let names = folderNames(folder)
    let expected = names.isEmpty ? "no folder here" : Spelling.alternatives(names)
    return "unknown folder \(name.quoted), expected \(expected)" + hint(name, among: folder.folders.map(\.name))
  }

  private static func folderNames(_ folder: LayoutFolder) -> [String] {
    folder.folders.map { "`\($0.name)/`" } + (folder.anyFolder == nil ? [] : ["a folder for each name"])
  }

  private static func hint(_ name: Text, among known: [Text]) -> String {
    Spelling.intended(by: name, among: known).map { " (did you mean `\($0)`)" } ?? ""
  }
}
