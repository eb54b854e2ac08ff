// Asks the engine a suite's questions, one after the other.
//
// A suite may have thousands of cases with files of their own. One loader parses each document once however many cases share
// it, and an index is built only when a case's files differ from those of the case before.

import Authorization
import Glibc
import PolicyDirectory
import PolicyLanguage

/// Runs the cases of one suite. Not thread-safe.
public final class SuiteRunner {
  public let suite: Suite
  private let loader: PolicyLoader
  private var shared: Policies?
  private var last: (overlay: FileOverlay, policies: Policies)?

  /// What a tree turned out to be.
  private enum Policies {
    case index(PolicyIndex)
    case refused([Diagnostic])
  }

  /// - Parameter loader: may be shared by the runners of several suites, one after the other.
  public init(_ suite: Suite, loader: PolicyLoader = PolicyLoader()) {
    self.suite = suite
    self.loader = loader
  }

  /// Runs every case, in the file's order.
  /// - Parameter report: called with each result as soon as it is known.
  public func run(_ report: (SuiteResult) -> Void) {
    for subject in suite.cases { report(run(subject)) }
  }

  public func run(_ subject: SuiteCase) -> SuiteResult {
    switch policies(with: subject.files) {
    case .refused(let diagnostics):
      return SuiteResult(
        suite: suite.file, case: subject, answer: [.error: ContractName.malformedPolicy],
        messages: diagnostics.map(\.description))
    case .index(let index):
      do {
        let decision = try index.decide(subject.request, at: Self.now)
        return SuiteResult(suite: suite.file, case: subject, answer: Self.answer(decision))
      } catch {
        return SuiteResult(
          suite: suite.file, case: subject, answer: [.error: ContractName.name(of: error.code)],
          messages: [error.message])
      }
    }
  }

  private func policies(with overlay: FileOverlay) -> Policies {
    if overlay.isEmpty {
      let policies = shared ?? load(suite.tree)
      shared = policies
      return policies
    }
    if let last, last.overlay == overlay { return last.policies }
    let policies = load(overlay.laid(over: suite.tree))
    last = (overlay, policies)
    return policies
  }

  private func load(_ tree: PolicyTree) -> Policies {
    do {
      return .index(PolicyIndex(try loader.load(tree)))
    } catch {
      return .refused(error.diagnostics)
    }
  }

  private static func answer(_ decision: Decision) -> [Expectation.Member: Text] {
    var answer: [Expectation.Member: Text] = [
      .decision: ContractName.name(of: decision.outcome), .reason: Text(decision.reason.rawValue),
    ]
    if let denial = decision.denial { answer[.denial] = ContractName.name(of: denial) }
    if !decision.keyARN.isEmpty { answer[.keyARN] = decision.keyARN }
    return answer
  }

  /// The real clock: a case that needs another moment overrides `aws:CurrentTime`.
  private static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
  }
}
