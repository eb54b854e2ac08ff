// Reads decisions back through libsystemd, one entry at a time.
//
// Only entries with our message ids are seen. Any local process can write such an entry: who needs to be sure filters
// by unit, a field that journald sets itself. A reader belongs to one thread.

import CSystemd
import Glibc
import PolicyLanguage

public final class JournalReader {
  public enum Source: Sendable {
    /// The journal of this machine.
    case system
    /// That of a journal namespace (`LogNamespace=`).
    case namespace(String)
    /// Journal files below a directory.
    case directory(String)
  }

  private let journal: OpaquePointer
  private let filter: JournalFilter
  /// The position already stands on an entry that was not given out.
  private var isOnEntry = false
  private var isPastUntil = false

  /// Opens the journal at its beginning, or where the filter says.
  /// - Throws: `JournalError` when no journal can be read.
  public init(_ source: Source = .system, filter: JournalFilter = JournalFilter()) throws(JournalError) {
    var opened: OpaquePointer?
    let result: Int32
    let name: String
    switch source {
    case .system:
      name = "the journal"
      result = sd_journal_open(&opened, Int32(SD_JOURNAL_LOCAL_ONLY))
    case .namespace(let namespace):
      name = "the journal namespace `\(namespace)`"
      result = sd_journal_open_namespace(&opened, namespace, Int32(SD_JOURNAL_LOCAL_ONLY))
    case .directory(let path):
      name = "the journal in `\(path)`"
      result = sd_journal_open_directory(&opened, path, 0)
    }
    guard result >= 0, let opened else { throw JournalError("cannot open \(name): \(SystemError.text(-result))") }
    journal = opened
    self.filter = filter

    if case .directory = source {
    } else if sd_journal_has_runtime_files(opened) <= 0, sd_journal_has_persistent_files(opened) <= 0 {
      throw JournalError(
        "\(name) has no file that this user can read: expected journald to run and the user to be root or in the "
          + "group `systemd-journal`")
    }
    // Values come whole, however large.
    try check(sd_journal_set_data_threshold(opened, 0), "read")
    for match in filter.matches {
      try check(match.withUnsafeBytes { sd_journal_add_match(opened, $0.baseAddress, $0.count) }, "filter")
    }
    try seek()
  }

  deinit { sd_journal_close(journal) }

  /// The next entry, or nil at the present end (and past `until`).
  public func next() throws(JournalError) -> JournalEntry? {
    while true {
      if isOnEntry {
        isOnEntry = false
      } else if try check(sd_journal_next(journal), "read") == 0 {
        return nil
      }
      var realtime: UInt64 = 0
      try check(sd_journal_get_realtime_usec(journal, &realtime), "read")
      if let until = filter.until, realtime > until {
        isPastUntil = true
        return nil
      }
      let entry = JournalEntry(realtime: realtime, cursor: try cursor(), fields: try fields())
      if filter.accepts(entry) { return entry }
    }
  }

  /// Waits until something was added to the journal.
  /// - Parameter milliseconds: longest wait; negative for no end.
  /// - Returns: false when the time ran out.
  public func wait(milliseconds: Int) throws(JournalError) -> Bool {
    let microseconds = milliseconds < 0 ? UInt64.max : UInt64(milliseconds) * 1_000
    return try check(sd_journal_wait(journal, microseconds), "wait for") != Int32(SD_JOURNAL_NOP)
  }

  /// Gives out every entry; with `follow`, also those that come later, until `body` answers false.
  public func forEach<Failure: Error>(
    follow: Bool = false, _ body: (JournalEntry) throws(Failure) -> Bool
  ) throws {
    while true {
      while let entry = try next() {
        guard try body(entry) else { return }
      }
      guard follow, !isPastUntil else { return }
      _ = try wait(milliseconds: -1)
    }
  }

  // MARK: libsystemd

  private func seek() throws(JournalError) {
    if let since = filter.since {
      try check(sd_journal_seek_realtime_usec(journal, since), "seek in")
    } else if let last = filter.last {
      try check(sd_journal_seek_tail(journal), "seek in")
      let wanted = Int32(clamping: max(last, 0))
      let moved = try check(sd_journal_previous_skip(journal, UInt64(wanted) + 1), "seek in")
      // All the way back: the position is the entry before those wanted. Else it is the very first entry.
      isOnEntry = moved > 0 && moved <= wanted
    } else {
      try check(sd_journal_seek_head(journal), "seek in")
    }
  }

  private func cursor() throws(JournalError) -> String {
    var text: UnsafeMutablePointer<CChar>?
    try check(sd_journal_get_cursor(journal, &text), "read")
    defer { free(text) }
    return text.map { String(cString: $0) } ?? ""
  }

  private func fields() throws(JournalError) -> [JournalEntry.Field] {
    var fields: [JournalEntry.Field] = []
    fields.reserveCapacity(40)
    sd_journal_restart_data(journal)
    while true {
      var start: UnsafeRawPointer?
      var count = 0
      guard try check(sd_journal_enumerate_data(journal, &start, &count), "read") > 0, let start else { break }
      let data = UnsafeRawBufferPointer(start: start, count: count)
      guard let equals = data.firstIndex(of: UInt8(ascii: "=")) else { continue }
      fields.append(
        JournalEntry.Field(
          name: String(decoding: data[..<equals], as: UTF8.self), value: Array(data[(equals + 1)...])))
    }
    return fields
  }

  @discardableResult
  private func check(_ result: Int32, _ verb: String) throws(JournalError) -> Int32 {
    guard result >= 0 else { throw JournalError("cannot \(verb) the journal: \(SystemError.text(-result))") }
    return result
  }
}
