// Policy directories on a real file system: links, what cannot be read, and trees that change under the reader.

import Glibc
import PolicyLanguage
import Testing

@testable import PolicyDirectory

extension OnDisk {
  struct DirectoryReaderTests {
    private func errors(_ directory: TemporaryDirectory, _ name: String = "") -> [String] {
      do throws(PolicySetError) {
        _ = try PolicyLoader().load(directory: name.isEmpty ? directory.path : "\(directory.path)/\(name)")
        return []
      } catch {
        return error.diagnostics.map(\.description)
      }
    }

    @Test("a ConfigMap's layout: links through `..data` into a folder with a date")
    func configMap() throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.small, below: "..2026_01_01")
      directory.link("..data", to: "..2026_01_01")
      directory.link("accounts", to: "..data/accounts")
      let loader = PolicyLoader()
      let revision = try loader.load(Sample.tree(Sample.small)).revision
      #expect(try loader.load(directory: directory.path).revision == revision)

      directory.write(Sample.whole, below: "..2026_01_02")
      directory.link("..data_tmp", to: "..2026_01_02")
      directory.move("..data_tmp", to: "..data")
      directory.delete("..2026_01_01")
      for name in [
        "organization.json", "aws-managed-policies", "service-control-policies", "resource-control-policies",
      ] {
        directory.link(name, to: "..data/\(name)")
      }
      #expect(
        try loader.load(directory: directory.path).revision == (try loader.load(Sample.tree(Sample.whole))).revision)
    }

    @Test("links to files and folders elsewhere are followed, absolute ones too")
    func linksElsewhere() throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.small, below: "elsewhere")
      directory.makeFolder("set/accounts")
      directory.link("set/\(Sample.owner)", to: "../../elsewhere/\(Sample.owner)")
      directory.link("set/\(Sample.caller)", to: "\(directory.path)/elsewhere/\(Sample.caller)")
      let set = try PolicyLoader().load(directory: "\(directory.path)/set")
      #expect(set.revision == (try PolicyLoader().load(Sample.tree(Sample.small))).revision)
    }

    @Test("links that lead nowhere, to each other or around are errors")
    func badLinks() {
      let directory = TemporaryDirectory()
      directory.write(Sample.small)
      directory.makeFolder("\(Sample.caller)/users/U")
      directory.link("\(Sample.caller)/users/U/user.json", to: "missing.json")
      directory.link("\(Sample.key)/key.json", to: "grants.json")
      directory.link("\(Sample.key)/grants.json", to: "key.json")
      directory.link("\(Sample.caller)/policies", to: "..")
      #expect(
        errors(directory) == [
          "\(Sample.key)/grants.json:1:1: symbolic links that lead to each other, expected a file or folder at their end",
          "\(Sample.key)/key.json:1:1: symbolic links that lead to each other, expected a file or folder at their end",
          "\(Sample.caller)/policies:1:1: symbolic link to a folder that it lies in, expected one elsewhere",
          "\(Sample.caller)/users/U/user.json:1:1: symbolic link to nothing, expected a file or folder at its end",
        ])
    }

    @Test("a broken link of a name that is skipped is skipped")
    func skippedLink() {
      let directory = TemporaryDirectory()
      directory.write(Sample.small)
      directory.link(".#policy.json", to: "user@host.1234")
      directory.link("README", to: "missing")
      #expect(errors(directory) == [])
    }

    @Test("a named pipe is an error and is not waited for", .timeLimit(.minutes(1)))
    func pipe() {
      let directory = TemporaryDirectory()
      directory.write(Sample.small)
      mkfifo("\(directory.path)/\(Sample.key)/key.json", 0o644)
      mkfifo("\(directory.path)/\(Sample.key)/pipe", 0o644)
      directory.link("\(Sample.key)/grants.json", to: "pipe")
      #expect(
        errors(directory) == [
          "\(Sample.key)/grants.json:1:1: symbolic link to a named pipe, expected a file or folder",
          "\(Sample.key)/key.json:1:1: a named pipe, expected a file or folder",
          "\(Sample.key)/pipe:1:1: a named pipe, expected a file or folder",
        ])
    }

    @Test("a file of more than 16 MiB is refused without being read, an unknown one is just unknown")
    func large() {
      let directory = TemporaryDirectory()
      directory.write(Sample.small)
      directory.write("\(Sample.key)/key.json", "")
      truncate("\(directory.path)/\(Sample.key)/key.json", 1 << 40)
      directory.write("dump.bin", "")
      truncate("\(directory.path)/dump.bin", 1 << 40)
      #expect(
        errors(directory) == [
          "\(Sample.key)/key.json:1:1: file of more than 16 MiB, expected a document of at most 16 MiB",
          "dump.bin:1:1: unknown file `dump.bin`, expected `organization.json`",
        ])
    }

    @Test("a name that is not UTF-8 is an error")
    func notUTF8() {
      let directory = TemporaryDirectory()
      directory.write(Sample.small)
      let path = Array(directory.path.utf8CString.dropLast()) + [CChar(UInt8(ascii: "/")), CChar(bitPattern: 0xFF), 0]
      close(open(path, O_WRONLY | O_CREAT, 0o644))
      #expect(errors(directory) == ["\u{FFFD}:1:1: name that is not UTF-8, expected UTF-8"])
    }

    @Test("folders beyond the limit of depth are an error")
    func depth() {
      let directory = TemporaryDirectory()
      directory.write(Sample.small)
      directory.makeFolder("\(Sample.caller)/policies/" + Array(repeating: "d", count: 40).joined(separator: "/"))
      let errors = errors(directory)
      #expect(errors.count == 1)
      #expect(errors.first?.hasSuffix("more than 32 folders inside each other, expected fewer") == true)
    }

    @Test("files and folders without permission are errors")
    func unreadable() throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.small)
      directory.write("\(Sample.key)/key.json", "{}")
      chmod("\(directory.path)/\(Sample.key)/key.json", 0)
      chmod("\(directory.path)/\(Sample.caller)/roles", 0)
      chmod(directory.path, 0o755)
      // To root everything is readable, so the reader runs in a process of another user then.
      let found = try asUnprivileged { errors(directory).joined(separator: "\n") }
      chmod("\(directory.path)/\(Sample.caller)/roles", 0o755)
      #expect(
        found == """
          \(Sample.key)/key.json:1:1: file that cannot be read: permission denied
          \(Sample.caller)/roles:1:1: folder that cannot be read: permission denied
          """)
    }

    /// Runs `body` on a thread without root's rights over files.
    private func asUnprivileged(_ body: () -> String) throws -> String {
      guard geteuid() == 0 else { return body() }
      // The user that file access is checked for belongs to the thread alone; <sys/fsuid.h> is not in the module map.
      let symbol = try #require(dlsym(nil, "setfsuid"))
      let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
      _ = setfsuid(65_534)
      defer { _ = setfsuid(0) }
      return body()
    }

    @Test("a directory that is not there, or is a file, is an error with its name")
    func noDirectory() {
      let directory = TemporaryDirectory()
      directory.write("file", "")
      #expect(
        errors(directory, "none")
          == ["\(directory.path)/none:1:1: policy directory that cannot be read: no such file or directory"])
      #expect(
        errors(directory, "file") == [
          "\(directory.path)/file:1:1: policy directory that cannot be read: not a directory"
        ]
      )
    }

    @Test("folders without files exist on disk as in memory")
    func folders() throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.small)
      directory.makeFolder("\(Sample.caller)/users/Eve/policies")
      var tree = Sample.tree(Sample.small)
      tree.folders = [Text("\(Sample.caller)/users/Eve/policies")]
      let set = try PolicyLoader().load(directory: directory.path)
      #expect(set.accounts["444455556666"]?.users["Eve"] != nil)
      #expect(set.revision == (try PolicyLoader().load(tree)).revision)
    }

    @Test("in a directory that has rested, every kind of change is seen")
    func restedDirectory() async throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.whole)
      try await Task.sleep(for: .milliseconds(3_100))
      let loader = PolicyLoader()
      let user = "\(Sample.caller)/users/Bob/user.json"
      var last = try loader.load(directory: directory.path)
      #expect(try loader.load(directory: directory.path).revision == last.revision)
      let changes: [(String, () -> Void)] = [
        (
          "written in place, same length",
          {
            directory.write(user, "[]"); directory.write(user, "{}");
            directory.write("\(Sample.owner)/account.json", #"{"Name": "OWNER", "EnabledRegions": ["af-south-1"]}"#)
          }
        ),
        (
          "renamed over",
          {
            directory.write(".new", "{ }"); directory.move(".new", to: user)
          }
        ),
        ("added", { directory.write("\(Sample.caller)/users/Bob/policies/p.json", Sample.allowDecrypt) }),
        ("folder renamed", { directory.move("\(Sample.caller)/users/Bob", to: "\(Sample.caller)/users/Rob") }),
        ("folder added", { directory.makeFolder("\(Sample.caller)/users/Zoe") }),
        ("removed", { directory.delete("\(Sample.caller)/users/Rob") }),
      ]
      for (what, change) in changes {
        change()
        let set = try loader.load(directory: directory.path)
        #expect(set.revision != last.revision, "\(what)")
        #expect(set.revision == (try PolicyLoader().load(directory: directory.path)).revision, "\(what)")
        last = set
      }
    }

    @Test("a directory read into memory is the same set, and refuses the same unknown file")
    func treeOfDirectory() throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.whole)
      directory.write("README.md", "x")
      directory.makeFolder("\(Sample.caller)/users/Eve")
      let loader = PolicyLoader()
      let tree = try PolicyTree(directory: directory.path)
      #expect(try loader.load(tree).revision == (try loader.load(directory: directory.path)).revision)
      directory.write("\(Sample.key)/polcy.json", "{}")
      let refused = loader.lint(try PolicyTree(directory: directory.path)).errors
      #expect(refused == loader.lint(directory: directory.path).errors)
      #expect(refused.map(\.file) == [Text("\(Sample.key)/polcy.json")])
    }

    @Test("a folder stays when the file in it is taken out of the tree: its role exists still")
    func folderOutlivesItsFile() throws {
      let directory = TemporaryDirectory()
      let file = "\(Sample.caller)/roles/Alone/policies/p.json"
      directory.write(file, Sample.allowDecrypt)
      var tree = try PolicyTree(directory: directory.path)
      tree.files[Text(file)] = nil
      let account = try #require(try PolicyLoader().load(tree).accounts.values.first)
      #expect(account.roles.keys.sorted() == ["Alone"])
    }

    // MARK: - Races

    /// Two sets that differ in every file, so that a mixture would have a third revision.
    private func pair() -> (PolicyTreeFiles, PolicyTreeFiles) {
      var (one, two): (PolicyTreeFiles, PolicyTreeFiles) = ([:], [:])
      for number in 0..<12 {
        let path = "\(Sample.caller)/roles/R\(number)/policies/p.json"
        one[path] = Sample.allowDecrypt + " "
        two[path] = Sample.allowDecrypt + "\n"
      }
      return (one, two)
    }

    @Test(
      "a link swapped 200 times while loading: each set is one of the two, never a mixture",
      .timeLimit(.minutes(2)), arguments: [true, false])
    func swappedLink(isRoot: Bool) throws {
      let directory = TemporaryDirectory()
      let (one, two) = pair()
      directory.write(one, below: "..one")
      directory.write(two, below: "..two")
      directory.link("..data", to: "..one")
      if !isRoot { directory.link("accounts", to: "..data/accounts") }
      let path = isRoot ? "\(directory.path)/..data" : directory.path
      let revisions = Set(try [one, two].map { try PolicyLoader().load(Sample.tree($0)).revision })
      #expect(revisions.count == 2)

      let swapping = BackgroundThread {
        for number in 0..<200 {
          directory.link("..next", to: number % 2 == 0 ? "..two" : "..one")
          directory.move("..next", to: "..data")
          usleep(2_000)
        }
      }
      // Whatever happens, the directory must outlive the thread that works in it.
      defer { swapping.wait() }
      let loader = PolicyLoader()
      var seen: [Text] = []
      while swapping.isRunning {
        let revision = try loader.load(directory: path).revision
        if seen.last != revision { seen.append(revision) }
      }
      #expect(Set(seen) == revisions)
      // The files of a set are all alike, so a swap is one file to parse.
      #expect(loader.parsedFiles <= seen.count)
    }

    @Test("folders renamed over and over while loading: whole sets, or an error that says so", .timeLimit(.minutes(2)))
    func renamedFolders() throws {
      let directory = TemporaryDirectory()
      let (one, two) = pair()
      directory.write(one, below: "one")
      directory.write(two, below: "two")
      let revisions = Set(try [one, two].map { try PolicyLoader().load(Sample.tree($0)).revision })
      directory.move("one", to: "current")
      let renaming = BackgroundThread {
        for number in 0..<100 {
          directory.move("current", to: number % 2 == 0 ? "one" : "two")
          directory.move(number % 2 == 0 ? "two" : "one", to: "current")
          usleep(3_000)
        }
      }
      defer { renaming.wait() }
      let loader = PolicyLoader()
      var loaded = 0
      while renaming.isRunning {
        do throws(PolicySetError) {
          #expect(revisions.contains(try loader.load(directory: "\(directory.path)/current").revision))
          loaded += 1
        } catch {
          #expect(error.diagnostics.count == 1)
          #expect(error.diagnostics.first?.message.hasPrefix("policy directory that ") == true)
        }
      }
      #expect(loaded > 0)
    }
  }
}
