// A policy directory on disk, remembered and kept up to date as one consistent picture of it.
//
// Writers do not stop for a reader, so the tree is walked, its changed files are read, and it is walked again: when the
// second walk finds nothing changed, there was a moment between the two at which all that was read stood there together.
// When it does, what changed is read and the tree is walked once more; a directory that never rests is a named error, not
// a mixture.

import Glibc
import PolicyLanguage

final class DirectoryReader {
  /// A file that was read.
  struct Reading {
    let file: File
    /// Below the policy directory.
    let path: Text
    let bytes: [UInt8]
  }

  /// The directory as it was when `update` last returned.
  private(set) var root = Folder()
  /// How often everything was looked at.
  private(set) var wholeLooks = 0
  /// Whether all of `root` was there at one moment.
  private var isConsistent = false
  private let wants: (Layout.Placement) -> Bool

  /// Files are taken so many at a time, so that not all bytes are there beside all that is made of them.
  private static let batch = 2_048

  /// - Parameter wants: whether a file of this placement is read.
  init(wants: @escaping @Sendable (Layout.Placement) -> Bool) { self.wants = wants }

  /// Brings the memory into line with the directory.
  /// - Parameters:
  ///   - watcher: one that has watched the directory since the last update; nil to look at everything.
  ///   - take: called with what has come of it: files that are new or have changed, and those too young to be told from
  ///     what they were.
  /// - Returns: whether anything may differ from the last time.
  /// - Throws: when the directory itself cannot be read or does not come to rest.
  func update(
    from directory: Text, watchedBy watcher: PolicyWatcher? = nil, take: ([Reading]) -> Void
  ) throws(PolicySetError) -> Bool {
    let path = SystemPath(bytes: directory.utf8)
    let wasConsistent = isConsistent
    isConsistent = false
    defer { if !isConsistent { forgetUntaken() } }
    let isDifferent =
      if !wasConsistent, let watcher, adoptListing(of: watcher, path) {
        true
      } else if let watcher, let isDifferent = follow(watcher, path, wasConsistent) {
        isDifferent
      } else {
        try lookAtEverything(directory, path, wasConsistent)
      }
    isConsistent = true
    let readings = untaken()
    for start in stride(from: 0, to: readings.count, by: Self.batch) {
      let batch = readings[start..<min(start + Self.batch, readings.count)]
      take(batch.compactMap(\.reading))
      for reading in batch { reading.file.bytes = nil }
    }
    return isDifferent
  }

  /// Takes over what the watcher listed when it laid its watches; what has changed since then has made events.
  /// - Returns: false when there is no such listing, or everything has to be looked at all the same.
  private func adoptListing(of watcher: PolicyWatcher, _ path: SystemPath) -> Bool {
    guard let listing = watcher.takeListing() else { return false }
    wholeLooks += 1
    root = listing.root
    let descriptor = path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    read(filesToRead(in: root, again: false), below: descriptor, now: .now)
    return follow(watcher, path, true) != nil
  }

  private func lookAtEverything(
    _ directory: Text, _ path: SystemPath, _ wasConsistent: Bool
  ) throws(PolicySetError) -> Bool {
    wholeLooks += 1
    var isDifferent = !wasConsistent
    for attempt in 0..<DirectoryLimits.attempts {
      let descriptor = path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK) }
      guard descriptor >= 0 else {
        throw failure("policy directory that cannot be read: \(SystemPath.message(errno))", directory)
      }
      defer { close(descriptor) }
      let now = FileStamp.Moment.now
      let outcome = TreeWalk.update(root, from: descriptor, now: now)
      if outcome == .tooMany {
        root = Folder()
        throw failure("more than \(DirectoryLimits.entries) files and folders, expected fewer", directory)
      }
      if outcome == .different { isDifferent = true }
      let unread = filesToRead(in: root, again: attempt == 0 || outcome == .different)
      // A directory that was removed is empty, but not a set without accounts.
      var status = stat()
      if outcome == .same, attempt > 0 || wasConsistent, unread.isEmpty, fstat(descriptor, &status) == 0,
        status.st_nlink > 0
      {
        return isDifferent
      }
      read(unread, below: descriptor, now: now)
      if !unread.isEmpty { isDifferent = true }
      if attempt > 0 { usleep(UInt32(1_000 * attempt)) }
    }
    throw failure(
      "policy directory that changed each of \(DirectoryLimits.attempts) times it was read, expected it to rest",
      directory)
  }

  /// Looks where events point, until there are none: then nothing has changed since the first look, and nowhere else since
  /// the last update.
  /// - Returns: whether anything may differ; nil when everything has to be looked at.
  private func follow(
    _ watcher: PolicyWatcher, _ path: SystemPath, _ isKnown: Bool
  ) -> Bool? {
    var isDifferent = false
    for _ in 0..<DirectoryLimits.attempts {
      let changes = watcher.takeChanges()
      // What could not be read may be readable now without an event: there may have been no descriptor left.
      guard isKnown, root.isReadable else { return nil }
      switch changes {
      case .everything: return nil
      case .nothing: return isDifferent
      case .folders(let places):
        let descriptor = path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let now = FileStamp.Moment.now
        for place in places {
          guard let folder = root.folder(at: place),
            TreeWalk.update(folder, at: place, from: descriptor, now: now)
          else { return nil }
          read(filesToRead(of: folder, at: place), below: descriptor, now: now)
          // A change without an event, since reading it changed as well.
          guard filesToRead(of: folder, at: place, again: false).isEmpty else { return nil }
        }
        guard root.count <= DirectoryLimits.entries else { return nil }
        isDifferent = true
      }
    }
    return nil
  }

  private func failure(_ message: String, _ directory: Text) -> PolicySetError {
    PolicySetError(diagnostics: [.wholeFile(message, file: directory)])
  }

  // MARK: - Files

  private struct Unread {
    let file: File
    let path: Text
    let location: SystemPath
  }

  /// - Parameter again: whether files that were read too soon after they changed are read once more.
  private func filesToRead(in folder: Folder, again: Bool) -> [Unread] {
    var found: [Unread] = []
    folder.forEachFile { file, path, location in
      guard file.isToBeRead || (again && !file.isSettled) else { return }
      found.append(Unread(file: file, path: Text(utf8: path.path), location: file.target ?? location.systemPath))
    }
    return found
  }

  /// Those of one folder alone.
  private func filesToRead(of folder: Folder, at place: SystemPath, again: Bool = true) -> [Unread] {
    folder.entries.compactMap { entry in
      guard case .file(let file) = entry.state, file.isToBeRead || (again && !file.isSettled) else { return nil }
      let path = place.appending(entry.name)
      return Unread(file: file, path: Text(utf8: path.bytes), location: path)
    }
  }

  private func read(_ files: [Unread], below root: Int32, now: FileStamp.Moment) {
    Parallel.forEachChunk(of: files.count, by: 32) { range in
      for file in files[range] { read(file, below: root, now: now) }
    }
  }

  private func read(_ unread: Unread, below root: Int32, now: FileStamp.Moment) {
    let file = unread.file
    file.isSettled = file.stamp?.isSettled(at: now) ?? false
    file.failure = nil
    file.bytes = nil
    file.isToBeRead = false
    let placement = Layout.placement(ofFile: unread.path)
    file.kind = if case .known(let kind, _) = placement { kind } else { nil }
    guard wants(placement) else {
      file.source = nil
      return
    }
    do throws(FileContents.Failure) {
      let (bytes, stamp) = try FileContents.read(unread.location, below: root, expecting: file.stamp)
      file.bytes = bytes
      file.stamp = stamp
      file.isSettled = stamp.isSettled(at: now)
    } catch {
      file.isSettled = false
      switch error {
      case .changed: file.isToBeRead = true
      case .unreadable(let message):
        file.source = nil
        file.failure = Text(message)
      }
    }
  }

  // MARK: - What was read

  private struct Untaken {
    let file: File
    let path: Text

    var reading: Reading? { file.bytes.map { Reading(file: file, path: path, bytes: $0) } }
  }

  private func untaken() -> [Untaken] {
    var found: [Untaken] = []
    root.forEachFile { file, path, _ in
      if file.bytes != nil { found.append(Untaken(file: file, path: Text(utf8: path.path))) }
    }
    return found
  }

  private func forgetUntaken() {
    for untaken in untaken() {
      untaken.file.bytes = nil
      untaken.file.isToBeRead = true
    }
  }
}
