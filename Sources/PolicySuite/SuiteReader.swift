// Suite files as the contract describes them: JSON to Suite.
//
// A suite that is wrong in one place is refused whole, with every mistake at its place: a misspelt member that was passed over
// would be a test that proves nothing.

import Authorization
import PolicyDirectory
import PolicyLanguage

public enum SuiteReader {
  /// Reads the suite file at `path`, and the directory that it names.
  /// - Throws: everything that is wrong with the suite. Policies that are wrong are no error here: a case may expect them to
  ///   be refused.
  public static func read(path: String) throws(SuiteError) -> Suite {
    let file = Text(path)
    let bytes: [UInt8]
    do {
      bytes = try FileContents.read(path)
    } catch {
      throw SuiteError(diagnostics: [
        Diagnostic(file: file, position: SourcePosition(line: 1, column: 1), message: "cannot read: \(error)")
      ])
    }
    let base = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return try parse(bytes, file: file) { directory throws(PolicySetError) in
      let name = directory.description
      return try PolicyTree(directory: name.hasPrefix("/") ? name : base + name)
    }
  }

  /// Reads a suite from its text.
  /// - Parameter directoryTree: gives the files of the directory that the suite names.
  public static func parse(
    _ bytes: [UInt8], file: Text, directoryTree: (Text) throws(PolicySetError) -> PolicyTree
  ) throws(SuiteError) -> Suite {
    var reader = DocumentReader(bytes, file: file)
    guard let root = reader.root(depth: RequestDocument.depth) else {
      throw SuiteError(diagnostics: reader.sortedDiagnostics)
    }
    let members = reader.members(of: root, "the suite", known: ["files", "directory", "cases"])
    var tree = PolicyTree()
    if let value = members["directory"] {
      do {
        tree = try directoryTree(reader.text(value, "`directory`"))
      } catch {
        for diagnostic in error.diagnostics { reader.refuse("`directory`: \(diagnostic)", at: value.offset) }
      }
    }
    if let value = members["files"] { tree = reader.overlay(value).laid(over: tree) }
    let cases = members["cases"].map { reader.cases($0) } ?? []
    if members["cases"] == nil { reader.refuse("the suite has no member `cases`", at: root.offset) }
    guard reader.diagnostics.isEmpty else { throw SuiteError(diagnostics: reader.sortedDiagnostics) }
    return Suite(file: file, tree: tree, cases: cases)
  }
}

extension DocumentReader {
  fileprivate mutating func cases(_ value: JSONValue) -> [SuiteCase] {
    var names: Set<Text> = []
    return elements(of: value, "`cases`").compactMap { element in
      guard let subject = suiteCase(element) else { return nil }
      if !names.insert(subject.name).inserted {
        refuse("a second case is named `\(subject.name)`, expected a name of its own", at: element.offset)
      }
      return subject
    }
  }

  private mutating func suiteCase(_ value: JSONValue) -> SuiteCase? {
    let members = members(
      of: value, "a case",
      known: ["name", "tags", "comment", "files", "request", "contextOverrides", "expect"])
    guard let name = members["name"], let request = members["request"] else {
      refuse("a case lacks \(members["name"] == nil ? "`name`" : "`request`")", at: value.offset)
      return nil
    }
    var subject = SuiteCase(
      name: text(name, "`name`"), position: position(of: value.offset),
      tags: members["tags"].map(Self.tags) ?? [],
      files: members["files"].map { overlay($0) } ?? FileOverlay(), request: self.request(request),
      expectation: members["expect"].map { expectation($0) } ?? Expectation())
    if let overrides = members["contextOverrides"] { subject.request.contextOverrides = contextOverrides(overrides) }
    return subject
  }

  /// Tags and comments are the author's own and may be anything; of tags, the strings are kept.
  private static func tags(_ value: JSONValue) -> [Text] {
    switch value.content {
    case .string(let tag): [tag]
    case .array(let elements): elements.flatMap(tags)
    default: []
    }
  }

  /// A string is a file's text; null removes the file; all else is a document, whose bytes are those of the suite.
  fileprivate mutating func overlay(_ value: JSONValue) -> FileOverlay {
    var overlay = FileOverlay()
    for member in members(of: value, "`files`") {
      switch member.value.content {
      case .null: overlay.files.updateValue(nil, forKey: member.key)
      case .string(let text): overlay.files[member.key] = Array(text.utf8)
      default: overlay.files[member.key] = source(of: member.value)
      }
    }
    return overlay
  }

  private mutating func expectation(_ value: JSONValue) -> Expectation {
    var expectation = Expectation()
    let members = members(
      of: value, "`expect`", known: Expectation.Member.allCases.map { Text($0.rawValue) })
    for member in Expectation.Member.allCases {
      guard let value = members[Text(member.rawValue)] else { continue }
      if value.isNull {
        expectation.members.updateValue(nil, forKey: member)
        continue
      }
      let expected = text(value, "`\(member.rawValue)`")
      if let vocabulary = Expectation.vocabulary(of: member), !vocabulary.contains(expected) {
        let names = vocabulary.map { "`\($0)`" }.joined(separator: ", ")
        refuse("unknown \(member.rawValue) `\(expected)`, expected one of \(names)", at: value.offset)
      }
      expectation.members[member] = expected
    }
    return expectation
  }
}
