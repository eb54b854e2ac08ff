// The watcher on real inotify: every way in which a directory changes must lead to a call.

import Glibc
import PolicyLanguage
import Synchronization
import Testing

@testable import PolicyDirectory

/// What works on a real file system, one test after the other, since timing matters.
@Suite(.serialized) struct OnDisk {}

extension OnDisk {
  struct PolicyWatcherTests {
    /// A watched directory whose calls can be waited for.
    private final class Watched: Sendable {
      let directory: TemporaryDirectory
      let calls = Counter()
      private let watcher: PolicyWatcher

      init(_ directory: TemporaryDirectory, _ name: String = "set", rescan: Int = 600_000) throws {
        self.directory = directory
        var configuration = PolicyWatcher.Configuration()
        configuration.quietMilliseconds = 30
        configuration.patienceMilliseconds = 200
        configuration.rescanMilliseconds = rescan
        watcher = try PolicyWatcher(directory: "\(directory.path)/\(name)", configuration: configuration) {
          [calls] in calls.increment()
        }
      }

      /// Whether `change` leads to a call within two seconds.
      func notices(_ change: () -> Void) async -> Bool {
        await settle()
        let before = calls.count
        change()
        for _ in 0..<200 {
          if calls.count > before { return true }
          try? await Task.sleep(for: .milliseconds(10))
        }
        return false
      }

      /// Whether `change` leads to no call, given ten times the quiet time.
      func ignores(_ change: () -> Void) async -> Bool {
        await settle()
        let before = calls.count
        change()
        try? await Task.sleep(for: .milliseconds(300))
        return calls.count == before
      }

      /// Waits until earlier changes have had their calls.
      func settle() async {
        var last = -1
        while last != calls.count {
          last = calls.count
          try? await Task.sleep(for: .milliseconds(120))
        }
      }

      func stop() { watcher.stop() }
    }

    private func directory() -> TemporaryDirectory {
      let directory = TemporaryDirectory()
      directory.write(Sample.small, below: "set")
      return directory
    }

    @Test("a file written in place, renamed over, linked, removed, or made readable is noticed")
    func files() async throws {
      let directory = directory()
      let watched = try Watched(directory)
      defer { watched.stop() }
      let file = "set/\(Sample.key)/policy.json"
      #expect(await watched.notices { directory.write(file, Sample.keyPolicy + " ") })
      #expect(
        await watched.notices {
          directory.write("set/\(Sample.key)/.policy.json.new", Sample.keyPolicy)
          directory.move("set/\(Sample.key)/.policy.json.new", to: file)
        })
      #expect(await watched.notices { chmod("\(directory.path)/\(file)", 0o600) })
      #expect(await watched.notices { link("\(directory.path)/\(file)", "\(directory.path)/set/other.json") })
      #expect(await watched.notices { directory.delete("set/other.json") })
      // As vim saves: the file is away for a moment.
      #expect(
        await watched.notices {
          directory.move(file, to: file + "~")
          directory.write(file, Sample.keyPolicy)
          directory.delete(file + "~")
        })
    }

    @Test("new folders are watched, at any depth")
    func newFolders() async throws {
      let directory = directory()
      let watched = try Watched(directory)
      defer { watched.stop() }
      let folder = "set/accounts/777788889999/roles/R/policies"
      #expect(await watched.notices { directory.makeFolder(folder) })
      #expect(await watched.notices { directory.write("\(folder)/p.json", Sample.allowDecrypt) })
      #expect(await watched.notices { directory.move("set/accounts/777788889999", to: "set/accounts/888899990000") })
      #expect(
        await watched.notices {
          directory.write("set/accounts/888899990000/roles/R/policies/p.json", Sample.allowDecrypt + " ")
        })
    }

    @Test("folders that have rested for long are watched as well as new ones")
    func restedFolders() async throws {
      let directory = directory()
      let watched = try Watched(directory)
      defer { watched.stop() }
      try await Task.sleep(for: .milliseconds(3_100))
      // Two looks at a rested tree: the first remembers, the second relies on it.
      for content in ["a", "b"] {
        #expect(await watched.notices { directory.write("set/\(Sample.key)/README", content) })
      }
      #expect(await watched.notices { directory.makeFolder("set/\(Sample.caller)/users/U/policies") })
      #expect(await watched.notices { directory.write("set/\(Sample.caller)/users/U/policies/p.json", "{}") })
    }

    @Test("a ConfigMap's swap is noticed, and so is what happens in the new folder")
    func configMap() async throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.small, below: "set/..one")
      directory.link("set/..data", to: "..one")
      directory.link("set/accounts", to: "..data/accounts")
      let watched = try Watched(directory)
      defer { watched.stop() }
      #expect(
        await watched.notices {
          directory.write(Sample.small, below: "set/..two")
          directory.link("set/..data_tmp", to: "..two")
          directory.move("set/..data_tmp", to: "set/..data")
          directory.delete("set/..one")
        })
      #expect(await watched.notices { directory.write("set/..two/\(Sample.key)/policy.json", Sample.keyPolicy + " ") })
    }

    @Test("a swap of a link on the way to the directory is noticed")
    func linkedRoot() async throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.small, below: "sets/one")
      directory.write(Sample.small, below: "sets/two")
      directory.link("sets/current", to: "one")
      directory.link("set", to: "sets/current")
      let watched = try Watched(directory)
      defer { watched.stop() }
      #expect(
        await watched.notices {
          directory.link("sets/next", to: "two")
          directory.move("sets/next", to: "sets/current")
        })
      #expect(await watched.notices { directory.write("sets/two/\(Sample.key)/key.json", "{}") })
    }

    @Test("a linked file's own folder is watched for that file alone")
    func linkedFile() async throws {
      let directory = directory()
      directory.write("elsewhere/key.json", "{}")
      directory.link("set/\(Sample.key)/key.json", to: "\(directory.path)/elsewhere/key.json")
      let watched = try Watched(directory)
      defer { watched.stop() }
      #expect(await watched.notices { directory.write("elsewhere/key.json", #"{"Tags": []}"#) })
      #expect(await watched.ignores { directory.write("elsewhere/unrelated", "x") })
    }

    @Test("the directory may be moved away, removed and put back, and its parents too")
    func comesAndGoes() async throws {
      let directory = TemporaryDirectory()
      directory.write(Sample.small, below: "outer/set")
      let watched = try Watched(directory, "outer/set")
      defer { watched.stop() }
      #expect(await watched.notices { directory.move("outer/set", to: "outer/away") })
      #expect(await watched.ignores { directory.write("outer/away/\(Sample.key)/key.json", "{}") })
      #expect(await watched.notices { directory.write(Sample.small, below: "outer/set") })
      #expect(await watched.notices { directory.write("outer/set/\(Sample.key)/key.json", "{}") })
      #expect(await watched.notices { directory.delete("outer/set") })
      #expect(await watched.notices { directory.move("outer/away", to: "outer/set") })
      #expect(await watched.notices { directory.delete("outer") })
      #expect(await watched.notices { directory.write(Sample.small, below: "outer/set") })
      #expect(await watched.notices { directory.write("outer/set/\(Sample.key)/key.json", "{ }") })
    }

    @Test("what happens beside the directory wakes nobody")
    func bystanders() async throws {
      let directory = directory()
      let watched = try Watched(directory)
      defer { watched.stop() }
      #expect(await watched.ignores { directory.write("beside", "x") })
    }

    @Test("many changes are one call after a quiet time, and calls do not wait for ever")
    func debounce() async throws {
      let directory = directory()
      let watched = try Watched(directory)
      defer { watched.stop() }
      await watched.settle()
      let before = watched.calls.count
      for number in 0..<100 { directory.write("set/\(Sample.caller)/users/U\(number)/user.json", "{}") }
      await watched.settle()
      #expect(watched.calls.count - before <= 4)
      // Events without end: patience runs out.
      let ended = Flag()
      let writing = BackgroundThread {
        while !ended.isSet {
          directory.write("set/README", "x")
          usleep(5_000)
        }
      }
      let during = watched.calls.count
      try await Task.sleep(for: .milliseconds(1_000))
      #expect(watched.calls.count - during >= 2)
      ended.set()
      writing.wait()
    }

    @Test("lost events lead to a call, and later changes are seen")
    func overflow() async throws {
      let directory = directory()
      let hold = Mutex(())
      let calls = Counter()
      var configuration = PolicyWatcher.Configuration()
      configuration.quietMilliseconds = 10
      let watcher = try PolicyWatcher(directory: "\(directory.path)/set", configuration: configuration) {
        hold.withLock { _ in calls.increment() }
      }
      defer { watcher.stop() }
      hold.withLock { _ in
        // The watcher gets as far as its first call and waits. Events that wake nobody fill up the kernel's queue of
        // 16,384, so that the one that matters is lost.
        directory.write("set/README", "x")
        usleep(200_000)
        for number in 0..<9_000 {
          directory.write("beside-\(number % 2)", "x")
          unlink("\(directory.path)/beside-\(number % 2)")
        }
        directory.write("set/\(Sample.key)/key.json", "{}")
      }
      for _ in 0..<300 where calls.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
      #expect(calls.count >= 2)
      try await Task.sleep(for: .milliseconds(200))
      let before = calls.count
      directory.write("set/\(Sample.key)/key.json", "{ }")
      for _ in 0..<200 where calls.count == before { try await Task.sleep(for: .milliseconds(10)) }
      #expect(calls.count > before)
    }

    @Test("the slow rescan comes without any event")
    func rescan() async throws {
      let directory = directory()
      let watched = try Watched(directory, rescan: 100)
      defer { watched.stop() }
      try await Task.sleep(for: .milliseconds(1_000))
      #expect(watched.calls.count >= 4)
    }

    @Test("after stop there are no calls; stopping twice, or from within a call, is harmless", .timeLimit(.minutes(1)))
    func stop() async throws {
      let directory = directory()
      let watched = try Watched(directory)
      watched.stop()
      watched.stop()
      #expect(await watched.ignores { directory.write("set/\(Sample.key)/key.json", "{}") })

      let own = Mutex<PolicyWatcher?>(nil)
      let calls = Counter()
      var configuration = PolicyWatcher.Configuration()
      configuration.rescanMilliseconds = 50
      let watcher = try PolicyWatcher(directory: directory.path, configuration: configuration) {
        calls.increment()
        own.withLock { $0 }?.stop()
      }
      own.withLock { $0 = watcher }
      try await Task.sleep(for: .milliseconds(500))
      #expect(calls.count >= 1)
      let after = calls.count
      try await Task.sleep(for: .milliseconds(200))
      #expect(calls.count == after)
      own.withLock { $0 = nil }
    }

    @Test("a watcher that is let go ends its thread", .timeLimit(.minutes(1)))
    func letGo() async throws {
      let directory = directory()
      let calls = Counter()
      var configuration = PolicyWatcher.Configuration()
      configuration.rescanMilliseconds = 20
      var watcher: PolicyWatcher? = try PolicyWatcher(directory: directory.path, configuration: configuration) {
        calls.increment()
      }
      try await Task.sleep(for: .milliseconds(200))
      #expect(watcher != nil)
      watcher = nil
      let before = calls.count
      #expect(before > 0)
      try await Task.sleep(for: .milliseconds(200))
      #expect(calls.count == before)
    }

    @Test("watcher and loader together: after any number of swaps the last set is the one in force")
    func together() async throws {
      let directory = TemporaryDirectory()
      for number in 0..<3 {
        directory.write(Sample.small, below: "sets/\(number)")
        directory.write("sets/\(number)/\(Sample.owner)/account.json", #"{"Name": "\#(number)"}"#)
      }
      directory.link("set", to: "sets/0")
      let inForce = Mutex<Text?>(nil)
      let path = "\(directory.path)/set"
      var configuration = PolicyWatcher.Configuration()
      configuration.quietMilliseconds = 20
      let watcher = try PolicyWatcher(directory: path, configuration: configuration) {
        if let set = try? PolicyLoader().load(directory: path) {
          inForce.withLock { $0 = set.accounts["111122223333"]?.name }
        }
      }
      defer { watcher.stop() }
      for swap in 1...100 {
        directory.link("next", to: "sets/\(swap % 3)")
        directory.move("next", to: "set")
        usleep(UInt32(swap % 7) * 1_000)
      }
      for _ in 0..<300 where inForce.withLock({ $0 }) != "1" { try await Task.sleep(for: .milliseconds(10)) }
      #expect(inForce.withLock { $0 } == "1")
    }
  }
}
