// A loader that looks only where its watcher has seen something happen must find what a look at everything finds.

import Glibc
import PolicyLanguage
import Testing

@testable import PolicyDirectory

extension OnDisk {
  struct WatchedLoadTests {
    /// A watched directory and the loader that follows the watcher.
    private final class Followed {
      let directory = TemporaryDirectory()
      let loader = PolicyLoader()
      let calls = Counter()
      private let watcher: PolicyWatcher

      init(_ files: PolicyTreeFiles = Sample.whole, in folder: String = "") throws {
        directory.write(files, below: folder)
        var configuration = PolicyWatcher.Configuration()
        configuration.quietMilliseconds = 20
        watcher = try PolicyWatcher(directory: directory.path, configuration: configuration) { [calls] in
          calls.increment()
        }
        _ = try load()
      }

      func load() throws -> PolicySet { try loader.load(directory: directory.path, watchedBy: watcher) }

      /// The revision once the watcher has called for a change.
      func revision(after change: () -> Void) async throws -> Text {
        let before = calls.count
        change()
        for _ in 0..<200 where calls.count == before { try await Task.sleep(for: .milliseconds(10)) }
        return try load().revision
      }

      /// The revision that a look at everything gives.
      func wholeRevision() throws -> Text { try PolicyLoader().load(directory: directory.path).revision }

      func stop() { watcher.stop() }
    }

    @Test("files written, replaced, added and removed, folders and links: the same set as of a look at everything")
    func everyChange() async throws {
      let followed = try Followed()
      defer { followed.stop() }
      let directory = followed.directory
      let user = "\(Sample.caller)/users/Bob"
      let changes: [(String, () -> Void)] = [
        ("written in place", { directory.write("\(user)/user.json", "{ }") }),
        (
          "renamed over",
          {
            directory.write("\(user)/.new", "{  }")
            directory.move("\(user)/.new", to: "\(user)/user.json")
          }
        ),
        ("folder added", { directory.makeFolder("\(Sample.caller)/users/Eve") }),
        ("file added", { directory.write("\(user)/policies/p.json", Sample.allowDecrypt) }),
        ("file of equal bytes added", { directory.write("\(user)/policies/q.json", Sample.allowDecrypt) }),
        ("file removed", { directory.delete("\(user)/policies/p.json") }),
        ("folder renamed", { directory.move(user, to: "\(Sample.caller)/users/Rob") }),
        ("file in it written", { directory.write("\(Sample.caller)/users/Rob/user.json", "{}") }),
        ("folder removed", { directory.delete("\(Sample.caller)/users/Rob") }),
        ("link added", { directory.link("\(Sample.caller)/users/Zoe", to: "../roles/ExampleRole/policies") }),
        ("link removed", { directory.delete("\(Sample.caller)/users/Zoe") }),
        ("written after the link", { directory.write("\(Sample.key)/policy.json", Sample.keyPolicy + " ") }),
      ]
      var last = try followed.load().revision
      for (what, change) in changes where what != "link added" && what != "link removed" {
        let revision = try await followed.revision(after: change)
        #expect(revision != last, "\(what)")
        #expect(revision == (try followed.wholeRevision()), "\(what)")
        last = revision
      }
      for (what, change) in changes where what == "link added" || what == "link removed" {
        let before = followed.calls.count
        change()
        for _ in 0..<200 where followed.calls.count == before { try await Task.sleep(for: .milliseconds(10)) }
        #expect((try? followed.load().revision) == (try? followed.wholeRevision()), "\(what)")
      }
    }

    @Test("a load right after a change, before the quiet time is over, sees it")
    func noQuietTime() throws {
      let followed = try Followed()
      defer { followed.stop() }
      for number in 0..<50 {
        followed.directory.write("\(Sample.owner)/account.json", #"{"Name": "\#(number)"}"#)
        #expect(try followed.load().accounts["111122223333"]?.name == Text("\(number)"))
      }
    }

    @Test("a mistake is told as long as it is there, and mended where it was")
    func mistake() async throws {
      let followed = try Followed()
      defer { followed.stop() }
      let file = "\(Sample.key)/policy.json"
      followed.directory.write(file, "{")
      for _ in 0..<2 {
        #expect(throws: PolicySetError.self) { try followed.load() }
      }
      followed.directory.write(file, Sample.keyPolicy)
      #expect(try followed.load().revision == (try followed.wholeRevision()))
    }

    @Test("behind links, too, a load sees what changed", arguments: ["..one", "..two"])
    func links(changed: String) async throws {
      let directory = TemporaryDirectory()
      for folder in ["..one", "..two"] {
        directory.write(Sample.small, below: folder)
      }
      directory.link("..data", to: "..one")
      directory.link("accounts", to: "..data/accounts")
      let watcher = try PolicyWatcher(directory: directory.path) {}
      defer { watcher.stop() }
      let loader = PolicyLoader()
      _ = try loader.load(directory: directory.path, watchedBy: watcher)
      directory.write("\(changed)/\(Sample.key)/policy.json", Sample.keyPolicy + " ")
      directory.link("..next", to: changed)
      directory.move("..next", to: "..data")
      #expect(
        try loader.load(directory: directory.path, watchedBy: watcher).revision
          == (try PolicyLoader().load(directory: directory.path).revision))
    }

    @Test("after doubt everything is looked at")
    func doubt() throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.whole)
      let watcher = try PolicyWatcher(directory: directory.path) {}
      defer { watcher.stop() }
      #expect(watcher.takeChanges() == .everything)
      #expect(watcher.takeChanges() == .nothing)
      watcher.doubt()
      #expect(watcher.takeChanges() == .everything)
      directory.write("\(Sample.key)/policy.json", Sample.keyPolicy + " ")
      #expect(watcher.takeChanges() == .folders([SystemPath(bytes: "\(Sample.key)".utf8)]))
      directory.makeFolder("\(Sample.caller)/users/Zoe")
      #expect(watcher.takeChanges() == .everything)
    }
  }
}

struct SharedObjectsTests {
  private let role = "\(Sample.caller)/roles/ExampleRole"

  @Test("what did not change is the same object in the next set, what did is another")
  func identity() throws {
    let directory = TemporaryDirectory()
    directory.write(Sample.whole)
    let loader = PolicyLoader()
    let first = try loader.load(directory: directory.path)
    directory.write("\(role)/policies/use-key.json", Sample.allowDecrypt + " ")
    let second = try loader.load(directory: directory.path)
    #expect(first.revision != second.revision)
    let keys = (first.accounts["111122223333"]?.keys ?? [:], second.accounts["111122223333"]?.keys ?? [:])
    #expect(!keys.0.isEmpty && keys.0.keys == keys.1.keys)
    for (name, key) in keys.0 { #expect(keys.1[name] === key) }
    let roles = (first.accounts["444455556666"]?.roles ?? [:], second.accounts["444455556666"]?.roles ?? [:])
    for (name, role) in roles.0 { #expect((roles.1[name] === role) == (name != "ExampleRole")) }
    let users = (first.accounts["444455556666"]?.users ?? [:], second.accounts["444455556666"]?.users ?? [:])
    for (name, user) in users.0 { #expect(users.1[name] === user) }
  }

  @Test("a file touched, or replaced by the same bytes, changes no object")
  func sameBytes() throws {
    let directory = TemporaryDirectory()
    directory.write(Sample.whole)
    let loader = PolicyLoader()
    let first = try loader.load(directory: directory.path)
    directory.write(".new", Sample.keyPolicy)
    directory.move(".new", to: "\(Sample.key)/policy.json")
    let second = try loader.load(directory: directory.path)
    #expect(first.revision == second.revision)
    for (name, key) in first.accounts["111122223333"]?.keys ?? [:] {
      #expect(second.accounts["111122223333"]?.keys[name] === key)
    }
  }
}
