// The engine against the suites of Tests/Conformance, which are written from the rules and not from the code.
//
// Each suite file is one test case; each of its cases that does not get its expected answer is an issue of its own, with the
// place of the case in the file.

import Authorization
import PolicyDirectory
import PolicyLanguage
import PolicySuite
import Testing

@Suite struct ConformanceTests {
  @Test(
    "every case has the answer that its rule demands",
    arguments: ConformanceSuites.files + ConformanceSuites.found + [ConformanceSuites.example])
  func conformance(file: String) throws {
    let suite: PolicySuite.Suite
    do {
      suite = try ConformanceSuites.read(file)
    } catch {
      for diagnostic in error.diagnostics { Issue.record("\(diagnostic)") }
      return
    }
    #expect(!suite.cases.isEmpty)
    var failed = 0
    SuiteRunner(suite).run { result in
      guard !result.passed else { return }
      failed += 1
      let differences = (result.mismatches.map(\.description) + result.messages).joined(separator: "; ")
      Issue.record("\(file):\(result.position.line): \(result.name): \(differences)")
    }
    if failed > 0 { print("\(file): \(failed) of \(suite.cases.count) cases failed") }
  }

  @Test("every rule that can be put as a question has a case")
  func coverage() throws {
    var cases: [Text: Int] = [:]
    var total = 0
    for file in ConformanceSuites.files {
      for subject in try ConformanceSuites.read(file).cases {
        total += 1
        for rule in Set(subject.tags) { cases[rule, default: 0] += 1 }
      }
    }
    let exceptions = try RuleCoverage.exceptions()
    print("conformance: \(total) cases in \(ConformanceSuites.files.count) suites")
    for section in RuleCoverage.sections {
      let covered = section.rules.filter { cases[$0] != nil }
      let count = covered.reduce(0) { $0 + (cases[$1] ?? 0) }
      print("  \(section.name): \(covered.count) of \(section.rules.count) rules, \(count) cases")
      for rule in section.rules where cases[rule] == nil && !exceptions.contains(rule) {
        Issue.record("\(rule) has no case, and Tests/Conformance/README.md does not say why")
      }
    }
    let known = Set(RuleCoverage.sections.flatMap(\.rules))
    for rule in exceptions.sorted() {
      #expect(cases[rule] == nil, "\(rule) is listed as an exception in Tests/Conformance/README.md, but has a case")
      #expect(known.contains(rule), "\(rule) is an exception from no list")
    }
  }
}
