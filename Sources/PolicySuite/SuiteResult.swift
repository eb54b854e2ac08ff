// The outcome of one case, as values: printing belongs to the command line.

import PolicyLanguage

public struct SuiteResult: Sendable {
  /// The suite file as given.
  public var suite: Text
  public var name: Text
  /// Where the case begins in the suite file.
  public var position: SourcePosition
  /// The answer; a member without a value is not in it. `error` alone when the set or the request was refused.
  public var answer: [Expectation.Member: Text]
  /// What differs from the expectation, in the order of `Expectation.Member`.
  public var mismatches: [Mismatch]
  /// For a person: what was wrong with the set or the request, one thing an element.
  public var messages: [String]

  public var passed: Bool { mismatches.isEmpty }

  init(
    suite: Text, case subject: SuiteCase, answer: [Expectation.Member: Text], messages: [String] = []
  ) {
    self.suite = suite
    name = subject.name
    position = subject.position
    self.answer = answer
    self.messages = messages
    mismatches = Expectation.Member.allCases.compactMap { member in
      guard let expected = subject.expectation.members[member], expected != answer[member] else { return nil }
      return Mismatch(member: member, expected: expected, found: answer[member])
    }
  }

  /// One JSON object without a line end, its members in the contract's order, `null` where there is no value.
  public var jsonLine: Text {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("suite", suite)
    writer.member("case", name)
    writer.member("passed", passed)
    for member in Expectation.Member.allCases { writer.member(Text(member.rawValue), answer[member]) }
    writer.endObject()
    return writer.text
  }
}
