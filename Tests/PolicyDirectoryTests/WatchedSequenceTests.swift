// Random sequences of what people and programs do to a directory: after each burst of them a loader that looks only where
// its watcher has seen something happen must find what a look at everything finds, mistakes and their order included.

import Glibc
import PolicyLanguage
import Testing

@testable import PolicyDirectory

extension OnDisk {
  struct WatchedSequenceTests {
    /// A new one for each sequence, so that one number is enough to repeat it.
    private static let seeds = 1...(environmentNumber("COUNTERSIGN_SEQUENCES") ?? 8)

    private static func environmentNumber(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

    @Test("any sequence of changes to files: the partial look finds what the whole one finds", arguments: seeds)
    func files(seed: Int) throws {
      let (looks, loads) = try follow(seed, changes: Disorder.Change.ofFiles)
      // Else nothing was compared. A load that comes while events wait looks at everything.
      #expect(looks < loads)
    }

    @Test("any sequence of changes, folders and links too: the same", arguments: seeds)
    func everything(seed: Int) throws { _ = try follow(seed, changes: Disorder.Change.allCases) }

    @Test("a tree behind links, as a ConfigMap's: the same", arguments: seeds)
    func linked(seed: Int) throws { _ = try follow(seed, changes: Disorder.Change.allCases, isLinked: true) }

    @Test("changes between the first watches and the first load: the same", arguments: seeds)
    func beforeFirstLoad(seed: Int) throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.whole)
      let watcher = try PolicyWatcher(directory: directory.path) {}
      defer { watcher.stop() }
      var disorder = Disorder(directory, seed: UInt64(seed))
      let said = (0..<disorder.below(6)).map { _ in disorder.change(among: Disorder.Change.allCases) }
      let loader = PolicyLoader()
      for _ in 0..<2 {
        #expect(Found(loader, directory.path, watcher) == Found(PolicyLoader(), directory.path), "\(said)")
      }
    }

    @Test("lost events: everything is looked at")
    func overflow() throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.whole)
      let (isHeld, isInCall) = (Flag(), Flag())
      var configuration = PolicyWatcher.Configuration()
      configuration.quietMilliseconds = 1
      // The watcher's thread takes no events as long as the call lasts.
      let watcher = try PolicyWatcher(directory: directory.path, configuration: configuration) {
        isInCall.set()
        while !isHeld.isSet { usleep(500) }
      }
      defer { watcher.stop() }
      let loader = PolicyLoader()
      _ = try loader.load(directory: directory.path, watchedBy: watcher)
      let file = "\(Sample.key)/policy.json"
      while !isInCall.isSet {
        chmod("\(directory.path)/\(file)", 0o600)
        usleep(1_000)
      }
      let limit = try #require(Self.longestQueue)
      // Equal events in a row are one.
      for number in 0...limit { chmod("\(directory.path)/\(number % 2 == 0 ? file : "organization.json")", 0o644) }
      directory.write("\(Sample.owner)/account.json", #"{"Name": "lost"}"#)
      isHeld.set()
      let looks = loader.wholeLooks
      for _ in 0..<3 {
        #expect(try loader.load(directory: directory.path, watchedBy: watcher).accounts["111122223333"]?.name == "lost")
      }
      #expect(loader.wholeLooks > looks)
    }

    private static var longestQueue: Int? {
      guard let file = fopen("/proc/sys/fs/inotify/max_queued_events", "r") else { return nil }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 32)
      guard fgets(&line, 32, file) != nil else { return nil }
      return Int(atol(line))
    }

    // MARK: -

    /// What one load found.
    private struct Found: Equatable {
      var revision: Text?
      var counts: PolicySetCounts?
      var mistakes: [String] = []

      init(_ loader: PolicyLoader, _ path: String, _ watcher: PolicyWatcher? = nil) {
        do throws(PolicySetError) {
          let set = try loader.load(directory: path, watchedBy: watcher)
          (revision, counts) = (set.revision, set.counts)
        } catch {
          mistakes = error.diagnostics.map(\.description)
        }
      }
    }

    /// - Returns: how many of how many loads looked at everything.
    private func follow(
      _ seed: Int, changes: [Disorder.Change], isLinked: Bool = false
    ) throws -> (looks: Int, loads: Int) {
      let directory = TemporaryDirectory()
      if isLinked {
        for version in ["..one", "..two"] { directory.write(Sample.whole, below: version) }
        directory.link("..data", to: "..one")
        for name in ["accounts", "organization.json", "service-control-policies", "resource-control-policies"] {
          directory.link(name, to: "..data/\(name)")
        }
      } else {
        directory.write(Sample.whole)
      }
      var configuration = PolicyWatcher.Configuration()
      configuration.quietMilliseconds = 2
      let watcher = try PolicyWatcher(directory: directory.path, configuration: configuration) {}
      defer { watcher.stop() }
      let loader = PolicyLoader()
      _ = Found(loader, directory.path, watcher)
      let before = loader.wholeLooks
      var disorder = Disorder(directory, seed: UInt64(seed))
      var said: [String] = []
      var loads = 0
      for _ in 0..<20 {
        for _ in 0..<disorder.below(disorder.below(4) == 0 ? 12 : 3) { said.append(disorder.change(among: changes)) }
        // Sometimes at once, sometimes when the watches are laid anew.
        if disorder.below(3) > 0 { usleep(5_000) }
        let partial = Found(loader, directory.path, watcher)
        let whole = Found(PolicyLoader(), directory.path)
        loads += 1
        guard partial == whole else {
          Issue.record("seed \(seed), after \(said.joined(separator: "; ")): \(partial), expected \(whole)")
          break
        }
      }
      return (loader.wholeLooks - before, loads)
    }
  }
}

/// Changes a directory at random. What cannot be done, as giving a folder's name to a file, is left undone.
private struct Disorder {
  enum Change: CaseIterable {
    case write, replace, mend, spoil, remove, unreadable, truncate, hidden
    case folder, removeFolder, move, link, swap, pipe

    static let ofFiles: [Change] = [.write, .replace, .mend, .mend, .spoil, .remove, .unreadable, .truncate, .hidden]
  }

  private let directory: TemporaryDirectory
  private var state: UInt64

  init(_ directory: TemporaryDirectory, seed: UInt64) {
    self.directory = directory
    state = seed
  }

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }

  private mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  private static let files = Sample.whole.keys.sorted()
  private static let folders = Array(
    Set(
      files.flatMap { file in
        let names = file.split(separator: "/")
        return (1..<max(names.count, 2)).map { names.prefix($0).joined(separator: "/") }
      })
  ).sorted()
  /// Links to higher ones that lie in each other would give a tree of a million names.
  private static let lowFolders = folders.filter { $0.split(separator: "/").count > 3 }
  private static let strays = ["README", "notes.txt", "copy.json", "copy~", "policy.json", "user.json", "t\u{1}b.json"]
  private static let spoilt = ["", "{", "[]", #"{"Statement": []}"#, "\u{FEFF}{}", #"{"Tags": 1}"#, "{} {}"]

  private mutating func file() -> String {
    below(5) == 0 ? "\(pick(Self.folders))/\(pick(Self.strays))" : pick(Self.files)
  }

  /// Below the version that is not in force, too, where there is one.
  private mutating func path(_ name: String) -> String {
    let version = pick(["..one/", "..two/", ""])
    let path = "\(directory.path)/\(version)"
    return access(path, F_OK) == 0 ? path + name : "\(directory.path)/\(name)"
  }

  /// - Returns: what was done, for people.
  mutating func change(among changes: [Change]) -> String {
    let change = pick(changes)
    let name = file()
    let path = path(name)
    switch change {
    case .write:
      write(path, pick(Self.files.map { Sample.whole[$0] ?? "" }))
    case .replace:
      let text = (Sample.whole[name] ?? "{}") + String(repeating: " ", count: below(4))
      let draft = "\(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])/.draft"
      write(draft, text)
      rename(draft, path)
    case .mend:
      if let text = Sample.whole[name] { write(path, text) } else { unlink(path) }
    case .spoil:
      write(path, pick(Self.spoilt))
    case .remove:
      unlink(path)
    case .unreadable:
      // For tests that do not run as root.
      chmod(path, pick([0, 0o644, 0o600]))
    case .truncate:
      Glibc.truncate(path, off_t(below(40)))
    case .hidden:
      write("\(path).\(below(3))~", "{")
    case .folder:
      let folder = self.path(pick(Self.folders)) + pick(["", "/more", "/policies", "/Eve"])
      mkdir(folder, 0o755)
      return "\(change) \(folder)"
    case .removeFolder:
      let folder = pick(Self.lowFolders)
      directory.delete(folder)
      return "\(change) \(folder)"
    case .move:
      let target = self.path(pick(Self.folders + Self.files))
      let source = self.path(pick(Self.folders + Self.files))
      rename(source, target)
      return "\(change) \(source) to \(target)"
    case .link:
      let target = pick([
        "nothing", "../\(Sample.small.keys.sorted()[0])", "\(directory.path)/\(pick(Self.files))", ".",
        "\(directory.path)/\(pick(Self.lowFolders))", name,
      ])
      if below(2) == 0 { unlink(path) }
      symlink(target, path)
      return "\(change) \(path) to \(target)"
    case .swap:
      let version = pick(["..one", "..two"])
      symlink(version, "\(directory.path)/..next")
      rename("\(directory.path)/..next", "\(directory.path)/..data")
      return "\(change) to \(version)"
    case .pipe:
      unlink(path)
      mkfifo(path, 0o644)
    }
    return "\(change) \(path)"
  }

  private func write(_ path: String, _ text: String) {
    // Never waits for the reader of a pipe.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else { return }
    _ = text.utf8.withContiguousStorageIfAvailable { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }
}
