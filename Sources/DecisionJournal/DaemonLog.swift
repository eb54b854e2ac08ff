// What the daemon has to say about itself: policies loaded or refused, a limit reached, records lost.
//
// Goes to journald as structured entries, or to standard error as plain lines where no journald takes them. It never
// waits, on any thread: an entry that neither takes at once is counted and the next one says how many were left out.
// Each kind of message has its own allowance, so that a flood of one does not hide another. Nothing of a request is
// written here; decisions have the journal.

import Authorization
import Glibc
import PolicyLanguage
import Synchronization

public final class DaemonLog: Sendable {
  /// As syslog counts.
  public enum Priority: Int, Sendable {
    case error = 3
    case warning = 4
    case notice = 5
    case information = 6
  }

  /// Messages of one kind that pass at once, and how long until one more may.
  private static let burst = 20
  private static let refillNanoseconds: UInt64 = 1_000_000_000

  private struct State: ~Copyable {
    var socket: JournalSocket
    var allowances: [String: Allowance] = [:]
  }

  private struct Allowance {
    var left = DaemonLog.burst
    var refilledAt: UInt64
    var suppressed = 0
  }

  private let identifier: String
  private let standardError: Int32
  private let state: Mutex<State>

  /// - Parameter standardError: where plain lines go; a test's own descriptor, else 2.
  public init(
    identifier: String = "countersignd", socketPath: String = "/run/systemd/journal/socket", standardError: Int32 = 2
  ) {
    self.identifier = identifier
    self.standardError = standardError
    state = Mutex(State(socket: JournalSocket(path: socketPath)))
  }

  // MARK: Messages of the catalog

  public func policiesLoaded(revision: Text, directory: String, accounts: Int, keys: Int, milliseconds: Int) {
    write(
      .information, .policiesLoaded,
      "Loaded \(accounts) accounts and \(keys) keys from \(directory) in \(milliseconds) ms, revision \(revision)",
      [
        ("COUNTERSIGN_REVISION", Array(revision.utf8)), ("COUNTERSIGN_POLICIES", Array(directory.utf8)),
        ("COUNTERSIGN_ACCOUNTS", Array(String(accounts).utf8)), ("COUNTERSIGN_KEYS", Array(String(keys).utf8)),
      ])
  }

  /// A set that was refused: every error as `file:line:column: message` on a line of its own, up to a hundred.
  /// - Parameter revisionInForce: the set that goes on answering; nil when there is none.
  public func policiesRefused(_ diagnostics: [Diagnostic], directory: String, revisionInForce: Text?) {
    let shown = 100
    var message = "Refused the policies in \(directory): \(diagnostics.count) error\(diagnostics.count == 1 ? "" : "s")"
    message += revisionInForce.map { "; revision \($0) stays in force" } ?? "; no policies are in force"
    for diagnostic in diagnostics.prefix(shown) { message += "\n\(diagnostic)" }
    if diagnostics.count > shown { message += "\nand \(diagnostics.count - shown) more" }
    write(
      .error, .policiesRefused, message,
      [
        ("COUNTERSIGN_REVISION", Array((revisionInForce ?? "").utf8)), ("COUNTERSIGN_POLICIES", Array(directory.utf8)),
        ("COUNTERSIGN_ERRORS", Array(String(diagnostics.count).utf8)),
      ])
  }

  public func auditLoss(entries: UInt64) {
    write(
      .error, .auditLoss, "\(entries) decision records were lost before the journal accepted one again",
      [("COUNTERSIGN_DROPPED", Array(String(entries).utf8))])
  }

  public func auditUnreachable(path: String, why: String) {
    write(
      .error, .auditUnreachable, "journald at \(path) does not take decision records: \(why)",
      [("COUNTERSIGN_SOCKET", Array(path.utf8))])
  }

  public func auditRestored() {
    write(.notice, .auditRestored, "journald takes decision records again", [])
  }

  /// - Parameters:
  ///   - limit: its name, `connections`.
  ///   - detail: what was refused or cut because of it.
  public func limitReached(_ limit: String, detail: String) {
    write(
      .warning, .limitReached, "Limit reached: \(limit): \(detail)", [("COUNTERSIGN_LIMIT", Array(limit.utf8))],
      kind: "limit \(limit)")
  }

  /// A message without an id of its own: started, stopping.
  public func note(_ priority: Priority, _ message: String) {
    write(priority, nil, message, [])
  }

  // MARK: Writing

  private func write(
    _ priority: Priority, _ id: MessageID?, _ message: String, _ fields: [(name: StaticString, value: [UInt8])],
    kind: String? = nil
  ) {
    let now = MonotonicClock.nanoseconds
    state.withLock { state in
      let kind = kind ?? id?.rawValue ?? "note"
      var allowance = state.allowances[kind] ?? Allowance(refilledAt: now)
      defer { state.allowances[kind] = allowance }
      let refills = Int(clamping: (now - allowance.refilledAt) / Self.refillNanoseconds)
      if refills > 0 {
        allowance.left = min(Self.burst, allowance.left + min(refills, Self.burst))
        allowance.refilledAt += UInt64(refills) * Self.refillNanoseconds
      }
      guard allowance.left > 0 else {
        allowance.suppressed += 1
        return
      }
      allowance.left -= 1

      var entry = EntryBytes()
      var text = message
      if allowance.suppressed > 0 { text += " (\(allowance.suppressed) like this were left out before)" }
      entry.append(.message, text)
      entry.append(.priority, number: UInt64(priority.rawValue))
      entry.append(.syslogIdentifier, identifier)
      if let id { entry.append(.messageID, id.rawValue) }
      for field in fields { field.value.withUnsafeBytes { entry.append(field.name, $0) } }
      if send(entry, on: &state.socket) || writePlain(text, priority) {
        allowance.suppressed = 0
      } else {
        allowance.suppressed += 1
      }
    }
  }

  /// Twice, because a journald that was restarted has another socket.
  private func send(_ entry: borrowing EntryBytes, on socket: inout JournalSocket) -> Bool {
    for _ in 0..<2 {
      guard socket.connect() == 0 else { return false }
      let part = JournalSocket.part(entry[0..<entry.count])
      let result =
        part.iov_len > EntryWindow.largestDatagram
        ? socket.sendSealed(part)
        : withUnsafePointer(to: part) { socket.send(UnsafeBufferPointer(start: $0, count: 1)) }
      if result >= 0 { return true }
      guard JournalSocket.isConnectionLost(Int32(-result)) else { return false }
      socket.disconnect()
    }
    return false
  }

  /// Standard error may itself be a pipe to a journald that stands still: only what fits at once is written.
  private func writePlain(_ text: String, _ priority: Priority) -> Bool {
    var request = pollfd(fd: standardError, events: Int16(POLLOUT), revents: 0)
    guard poll(&request, 1, 0) > 0, request.revents & Int16(POLLOUT) != 0 else { return false }
    var lines = EntryBytes()
    for part in Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      lines.append(string: identifier)
      lines.append(": ")
      part.withUnsafeBytes { EscapedBytes.append($0, to: &lines) }
      lines.append(UInt8(ascii: "\n"))
    }
    // A pipe takes up to PIPE_BUF bytes whole once it is writable; more could wait.
    let whole = lines[0..<min(lines.count, Int(PIPE_BUF))]
    return Glibc.write(standardError, whole.baseAddress, whole.count) > 0
  }
}
