// Files to policy set, all or nothing.
//
// The way is: paths and bytes (DirectoryReader or a tree in memory) → Inventory (the layout, each file parsed) →
// SetAssembly (one set, references checked). Everything that is wrong on the way is told at once; a set with a mistake
// anywhere does not come out.

import PolicyLanguage

/// Loads sets and remembers parsed files, so that a file whose bytes did not change is not parsed again.
///
/// Not thread-safe: one loader belongs to one thread or actor.
public final class PolicyLoader {
  private var cache = FileCache()
  private var reader = DirectoryReader()

  public init() {}

  /// Loads a tree held in memory: the same set, and the same revision, as from a directory with these files.
  /// - Throws: everything that is wrong, in order of file, line and column.
  public func load(_ tree: PolicyTree) throws(PolicySetError) -> PolicySet {
    try SetAssembly(inventory(of: tree)).result()
  }

  /// Reads and loads the directory at `path`, as it was at one moment.
  /// - Throws: everything that is wrong, in order of file, line and column.
  public func load(directory path: String) throws(PolicySetError) -> PolicySet {
    try SetAssembly(inventory(ofDirectory: Text(path))).result()
  }

  /// Judges a tree held in memory without making a set of it.
  public func lint(_ tree: PolicyTree) -> LintReport { LintReport(inventory(of: tree)) }

  /// Judges the directory at `path`.
  public func lint(directory path: String) -> LintReport {
    do throws(PolicySetError) {
      return LintReport(try inventory(ofDirectory: Text(path)))
    } catch {
      return LintReport(errors: error.diagnostics)
    }
  }

  /// How many files have been parsed so far; a reload adds only those that changed.
  var parsedFiles: Int { cache.parsed }

  // MARK: -

  private func inventory(of tree: PolicyTree) -> Inventory {
    var files: [SourceFile] = []
    var folders: Set<Text> = []
    var errors: [Diagnostic] = []
    for (path, bytes) in tree.files {
      switch Layout.placement(ofFile: path) {
      case .known(let kind, let names):
        let parsed = cache.memoryFile(bytes, as: kind)
        files.append(SourceFile(path: path, kind: kind, names: names, parsed: parsed))
      case .ignored:
        // On a disk the folders around such a file exist.
        folders.formUnion(path.foldersAbove)
      case .unknown(let message):
        errors.append(.wholeFile(message, file: path))
      }
    }
    for folder in tree.folders {
      folders.insert(folder)
      folders.formUnion(folder.foldersAbove)
    }
    return Inventory(files: files, folders: folders, errors: errors)
  }

  private func inventory(ofDirectory directory: Text) throws(PolicySetError) -> Inventory {
    var placements: [Text: Layout.Placement] = [:]
    let known = cache.directory
    let snapshot = try reader.snapshot(of: directory) { path, stamp in
      if let remembered = known[path] { return !remembered.isSettled || remembered.stamp != stamp }
      let placement = placements[path] ?? Layout.placement(ofFile: path)
      placements[path] = placement
      if case .known = placement { return true }
      return false
    }
    var files: [SourceFile] = []
    files.reserveCapacity(snapshot.files.count)
    var kept: [Text: FileCache.Remembered] = [:]
    kept.reserveCapacity(snapshot.files.count)
    var errors = snapshot.errors.filter { Layout.placement(ofFile: $0.file) != .ignored }
    for index in errors.indices where errors[index].file.isEmpty { errors[index].file = directory }
    for file in snapshot.files {
      var source: SourceFile
      if let remembered = known[file.path] {
        source = remembered.source
        if let bytes = file.bytes { source.parsed = cache.directoryFile(bytes, as: source.kind) }
      } else {
        switch placements[file.path] ?? .ignored {
        case .known(let kind, let names):
          source = SourceFile(
            path: file.path, kind: kind, names: names, parsed: cache.directoryFile(file.bytes ?? [], as: kind))
        case .ignored:
          continue
        case .unknown(let message):
          errors.append(.wholeFile(message, file: file.path))
          continue
        }
      }
      files.append(source)
      kept[file.path] = FileCache.Remembered(stamp: file.stamp, isSettled: file.isSettled, source: source)
    }
    cache.keep(kept)
    return Inventory(files: files, folders: snapshot.folders, errors: errors)
  }
}

extension Text {
  /// The paths of all folders that this path lies in.
  fileprivate var foldersAbove: [Text] {
    utf8.indices.filter { utf8[$0] == UInt8(ascii: "/") }.map { Text(utf8: utf8[..<$0]) }
  }
}
