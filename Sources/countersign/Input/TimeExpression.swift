// `--since` and `--until`: the journal's moments as arguments.

import ArgumentParser
import DecisionJournal

struct TimeExpression: ExpressibleByArgument {
  /// Since 1970.
  var microseconds: UInt64

  init?(argument: String) {
    guard let microseconds = try? JournalTime.parse(argument) else { return nil }
    self.microseconds = microseconds
  }
}
