// A conformance suite: policies, questions, and the answers that their author expects.
//
// A suite is data for people to read, so it carries its own policy directory inline, or names one on disk, or both. Nothing
// here decides; SuiteRunner asks the same engine that the daemon uses.

import Authorization
import PolicyDirectory
import PolicyLanguage

/// One suite file, read and checked.
public struct Suite: Sendable {
  /// The file as the user named it; what `suite` is in a result line.
  public var file: Text
  /// The policies that all cases share: those of `directory`, with the suite's `files` laid over them.
  public var tree: PolicyTree
  /// In the file's order; names are unique.
  public var cases: [SuiteCase]

  public init(file: Text, tree: PolicyTree, cases: [SuiteCase]) {
    self.file = file
    self.tree = tree
    self.cases = cases
  }
}

/// One question with its expected answer.
public struct SuiteCase: Sendable {
  public var name: Text
  /// Where the case begins in the suite file.
  public var position: SourcePosition
  public var tags: [Text]
  public var files: FileOverlay
  /// Carries the case's `contextOverrides` too.
  public var request: AuthorizationRequest
  public var expectation: Expectation

  public init(
    name: Text, position: SourcePosition, tags: [Text] = [], files: FileOverlay = FileOverlay(),
    request: AuthorizationRequest, expectation: Expectation
  ) {
    self.name = name
    self.position = position
    self.tags = tags
    self.files = files
    self.request = request
    self.expectation = expectation
  }
}

/// Everything that is wrong with a suite file: never empty, in the file's order.
public struct SuiteError: Error, Sendable {
  public var diagnostics: [Diagnostic]
  public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
