// countersign log: decisions, as the journal has them.

import ArgumentParser
import Authorization
import DecisionJournal
import PolicyLanguage

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Show recorded decisions from the journal.",
    discussion: """
      A cross-account decision has two records, one in each account's name; --account shows those of one account. Reading \
      the journal takes root or the group systemd-journal. Exit status: 0, or 2 when the journal cannot be read.

      Times: 2026-01-01, "2026-01-01 12:00", 2026-01-01T12:00:00Z, @SECONDS, today, yesterday, -1h, "10min ago".

      Examples:
        countersign log --account 111122223333 --decision deny --since today
        countersign log --event 0123456789abcdef0123456789abcdef --format json
      """)

  @Option(help: ArgumentHelp("Only records of this account.", valueName: "id"))
  var account: String?

  @Option(help: ArgumentHelp("Only what was allowed, or denied: allow, deny.", valueName: "decision"))
  var decision: RecordedDecision?

  @Option(
    help: ArgumentHelp(
      "Only this principal, as recorded: the caller's records have its ARN, the owner's its unique id.",
      valueName: "arn"))
  var principal: String?

  @Option(help: ArgumentHelp("Only this resource: its ARN, or the key id or alias at its end.", valueName: "arn"))
  var resource: String?

  @Option(help: ArgumentHelp("Only the records of one decision: the event of `check`'s answer.", valueName: "id"))
  var event: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Not before this time.", valueName: "time"))
  var since: TimeExpression?

  @Option(parsing: .unconditional, help: ArgumentHelp("Not after this time.", valueName: "time"))
  var until: TimeExpression?

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Only the last so many records.", valueName: "count"))
  var lines: Int?

  @Flag(name: [.short, .long], help: "Go on with records as they come; begins with the last 10 unless told otherwise.")
  var follow = false

  @Option(
    help: ArgumentHelp(
      "Only what this systemd unit wrote, such as countersignd.service: then no other program can have.",
      valueName: "unit"))
  var unit: String?

  @Option(help: ArgumentHelp("Read the journal namespace of the unit's LogNamespace=.", valueName: "name"))
  var namespace: String?

  @Option(help: ArgumentHelp("Read the journal files in a directory.", valueName: "directory"))
  var journal: String?

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if let lines, lines < 1 { throw ValidationError("--lines is \(lines), expected 1 or more") }
    if lines != nil, since != nil { throw ValidationError("--lines and --since are both given, expected one of them") }
    if namespace != nil, journal != nil {
      throw ValidationError("--namespace and --journal are both given, expected one of them")
    }
  }

  func run() throws {
    let report = RecordReport(format: output.format, style: .standard)
    do {
      let reader = try JournalReader(source, filter: filter)
      try reader.forEach(follow: follow) { entry throws(Failure) in
        for line in report.lines(entry) { try StandardOutput.write(line: line) }
        return true
      }
    } catch let error as JournalError {
      throw Failure(.unusable, error.description)
    }
  }

  var source: JournalReader.Source {
    if let namespace { return .namespace(namespace) }
    if let journal { return .directory(journal) }
    return .system
  }

  var filter: JournalFilter {
    var filter = JournalFilter()
    filter.account = account.map { Text($0) }
    filter.decision = decision?.outcome
    filter.principal = principal.map { Text($0) }
    filter.resource = resource.map { Text($0) }
    filter.sharedEventID = event.map { Text($0) }
    filter.unit = unit.map { Text($0) }
    filter.since = since?.microseconds
    filter.until = until?.microseconds
    filter.last = lines ?? (follow && since == nil ? 10 : nil)
    return filter
  }
}

/// A decision as the journal spells it.
enum RecordedDecision: String, ExpressibleByArgument, CaseIterable {
  case allow
  case deny

  var outcome: Outcome {
    switch self {
    case .allow: .allow
    case .deny: .deny
    }
  }
}
