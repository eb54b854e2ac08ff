// Reads the elements of one policy document and collects what is wrong with them (D.1, D.2).

struct PolicyReader {
  let kind: PolicyKind
  let grammar: PolicyGrammar
  let lines: LineMap
  var diagnostics: [Diagnostic] = []
  var version = PolicyVersion.v2008
  /// Where each Sid was first seen.
  var sids: [Text: Int] = [:]

  init(kind: PolicyKind, lines: LineMap) {
    self.kind = kind
    grammar = kind.grammar
    self.lines = lines
  }

  mutating func report(_ offset: Int, _ message: String) {
    diagnostics.append(Diagnostic(position: lines.position(of: offset), message: message))
  }

  /// The result counts only when nothing was reported.
  mutating func document(_ value: JSONValue) -> PolicyDocument? {
    guard let members = value.object else {
      report(value.offset, "found \(value.kind), expected \(grammar.name): an object with `Version` and `Statement`")
      return nil
    }
    for member in members {
      switch member.key {
      case "Version", "Statement":
        break
      case "Id" where grammar.allowsID:
        break
      case "Id":
        report(member.keyOffset, "found `Id`, which \(grammar.name) does not have, expected none")
      default:
        report(
          member.keyOffset,
          "found the element \(member.key.quoted), expected `Version`, \(grammar.allowsID ? "`Id` " : "")or `Statement`"
        )
      }
    }
    readVersion(value)
    var id: Text?
    if let value = value.member("Id") {
      id = value.string
      if id == nil { report(value.offset, "found \(value.kind), expected a string as `Id`") }
    }
    guard let statement = value.member("Statement") else {
      report(value.offset, "found no `Statement`, expected \(grammar.name) to have one")
      return nil
    }
    return PolicyDocument(version: version, id: id, statements: statements(statement))
  }

  /// Before all statements, wherever it stands: it decides what `${` means in them (D-2).
  private mutating func readVersion(_ document: JSONValue) {
    let choice = grammar.requires2012 ? "`2012-10-17`" : "`2012-10-17` or `2008-10-17`"
    guard let value = document.member("Version") else {
      if grammar.requires2012 { report(document.offset, "found no `Version`, expected \(choice) in \(grammar.name)") }
      return
    }
    switch value.string {
    case "2012-10-17":
      version = .v2012
    case "2008-10-17" where !grammar.requires2012:
      break
    case let text:
      report(value.offset, "found \(text?.quoted ?? value.kind) as `Version`, expected \(choice)")
      // What stands in the statements is most likely meant as the newer language.
      version = .v2012
    }
  }

  private mutating func statements(_ value: JSONValue) -> [Statement] {
    switch value.content {
    case .object:
      return [statement(value, index: 0)].compactMap { $0 }
    case .array(let elements):
      if elements.isEmpty { report(value.offset, "found an empty `Statement`, expected at least one statement") }
      var result: [Statement] = []
      for (index, element) in elements.enumerated() {
        if let statement = statement(element, index: index) { result.append(statement) }
      }
      return result
    default:
      report(value.offset, "found \(value.kind) as `Statement`, expected an object or an array of objects")
      return []
    }
  }

  /// One string or an array of at least one (D-8); what is not a string is reported and left out.
  mutating func strings(_ value: JSONValue, of element: String) -> [(text: Text, offset: Int)] {
    let elements: [JSONValue]
    switch value.content {
    case .string: elements = [value]
    case .array(let array): elements = array
    default:
      report(value.offset, "found \(value.kind) as \(element), expected a string or an array of strings")
      return []
    }
    if elements.isEmpty { report(value.offset, "found an empty array as \(element), expected at least one string") }
    var result: [(text: Text, offset: Int)] = []
    for element in elements {
      if let text = element.string {
        result.append((text, element.offset))
      } else {
        report(element.offset, "found \(element.kind), expected a string")
      }
    }
    return result
  }
}
