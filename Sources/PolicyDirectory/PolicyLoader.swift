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
  /// Makes of a policy what its reader needs. Called on several threads at a time.
  public typealias Compilation = @Sendable (PolicyDocument) -> any AnyObject & Sendable

  private var cache: FileCache
  private let reader = DirectoryReader { if case .known = $0 { true } else { false } }
  /// What the last load found, good or bad.
  private var inventory: Inventory?
  /// The last good set that came from a directory, and what it was assembled from.
  private var last: SetAssembly.Assembled?

  /// - Parameter compile: for loaders whose sets serve one purpose: what it returns is kept in place of the documents,
  ///   which are most of a set, and is the same object for as long as the document is the same. Such a loader cannot
  ///   remark on policies.
  public init(compile: Compilation? = nil) { cache = FileCache(compile: compile) }

  /// Loads a tree held in memory: the same set, and the same revision, as from a directory with these files.
  /// - Throws: everything that is wrong, in order of file, line and column.
  public func load(_ tree: PolicyTree) throws(PolicySetError) -> PolicySet {
    try SetAssembly(inventory(of: tree)).result()
  }

  /// Reads and loads the directory at `path`, as it was at one moment. Keys, principals and policies that are as in the
  /// last set are the same objects in this one.
  /// - Parameter watcher: one that watches this directory for this loader alone; a load after the first then looks only
  ///   where something has happened. Nil to look at everything.
  /// - Throws: everything that is wrong, in order of file, line and column.
  public func load(
    directory path: String, watchedBy watcher: PolicyWatcher? = nil
  ) throws(PolicySetError) -> PolicySet {
    let inventory = try inventory(ofDirectory: Text(path), watchedBy: watcher)
    if let last, last.inventory.isSame(as: inventory) { return last.set }
    let set = try SetAssembly(inventory, after: last).result()
    last = SetAssembly.Assembled(set: set, inventory: inventory)
    return set
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

  /// How many loads of a directory looked at all of it.
  var wholeLooks: Int { reader.wholeLooks }

  // MARK: -

  private func inventory(of tree: PolicyTree) -> Inventory {
    var files: [SourceFile] = []
    var folders: Set<Text> = []
    var errors: [Diagnostic] = []
    for (path, bytes) in tree.files {
      switch Layout.placement(ofFile: path) {
      case .known(let kind, _):
        let parsed = cache.memoryFile(bytes, as: kind)
        files.append(SourceFile(path: path, kind: kind, parsed: parsed))
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

  private func inventory(
    ofDirectory directory: Text, watchedBy watcher: PolicyWatcher? = nil
  ) throws(PolicySetError) -> Inventory {
    var contents = FileCache.Contents(of: inventory?.files ?? [])
    let isChanged = try reader.update(from: directory, watchedBy: watcher) { readings in
      cache.take(readings, contents: &contents)
    }
    if !isChanged, let inventory { return inventory }
    let found = Inventory(of: reader.root, directory: directory)
    inventory = found
    return found
  }
}

extension Text {
  /// The paths of all folders that this path lies in.
  var foldersAbove: [Text] {
    utf8.indices.filter { utf8[$0] == UInt8(ascii: "/") }.map { Text(utf8: utf8[..<$0]) }
  }
}
