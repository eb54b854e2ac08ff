// Reads JSON records member by member and says everything that is wrong with them.
//
// Members that a record does not know are left alone, because AWS prints many and adds more; but one that misses a known
// name by a letter is refused, since its author believes it to be in force.

import PolicyLanguage

struct RecordReader {
  private let lines: LineMap
  private(set) var errors: [Diagnostic] = []
  private(set) var remarks: [Diagnostic] = []

  init(lines: LineMap) { self.lines = lines }

  func position(_ value: JSONValue) -> SourcePosition { lines.position(of: value.offset) }

  mutating func refuse(_ offset: Int, _ message: String) {
    errors.append(Diagnostic(position: lines.position(of: offset), message: message))
  }

  mutating func refuse(_ place: SourcePosition, _ message: String) {
    errors.append(Diagnostic(position: place, message: message))
  }

  mutating func remark(_ offset: Int, _ message: String) {
    remarks.append(Diagnostic(position: lines.position(of: offset), message: message))
  }

  // MARK: - Values by type

  mutating func object(_ value: JSONValue, _ name: String) -> [JSONMember]? {
    if case .object(let members) = value.content { return members }
    refuse(value.offset, "\(name) is \(value.kind), expected an object")
    return nil
  }

  mutating func array(_ value: JSONValue, _ name: String) -> [JSONValue]? {
    if case .array(let values) = value.content { return values }
    refuse(value.offset, "\(name) is \(value.kind), expected an array")
    return nil
  }

  mutating func text(_ value: JSONValue, _ name: String) -> Located<Text>? {
    if case .string(let text) = value.content { return Located(value: text, position: position(value)) }
    refuse(value.offset, "\(name) is \(value.kind), expected a string")
    return nil
  }

  mutating func flag(_ value: JSONValue, _ name: String) -> Bool? {
    if case .bool(let flag) = value.content { return flag }
    refuse(value.offset, "\(name) is \(value.kind), expected true or false")
    return nil
  }

  // MARK: - Members

  mutating func text(_ name: Text, in members: [JSONMember]) -> Located<Text>? {
    members.value(name).flatMap { text($0, "`\(name)`") }
  }

  mutating func flag(_ name: Text, in members: [JSONMember]) -> Bool? {
    members.value(name).flatMap { flag($0, "`\(name)`") }
  }

  /// A member that must be there and not be empty.
  mutating func requiredText(
    _ name: Text, in members: [JSONMember], of owner: JSONValue, _ what: String
  ) -> Located<
    Text
  >? {
    guard let value = members.value(name) else {
      refuse(owner.offset, "\(what) without `\(name)`, expected one")
      return nil
    }
    guard let text = text(value, "`\(name)`") else { return nil }
    guard !text.value.isEmpty else {
      refuse(value.offset, "`\(name)` is empty, expected a value")
      return nil
    }
    return text
  }

  /// An array of strings.
  mutating func texts(_ name: Text, in members: [JSONMember]) -> [Located<Text>]? {
    guard let value = members.value(name), let values = array(value, "`\(name)`") else { return nil }
    return values.compactMap { text($0, "entry of `\(name)`") }
  }

  /// Refuses members that are a misspelling of a name in `known`.
  mutating func refuseNearMisses(in members: [JSONMember], of known: [Text]) {
    for member in members {
      guard let intended = Spelling.intended(by: member.key, among: known) else { continue }
      refuse(member.keyOffset, "member \(member.key.quoted), expected `\(intended)`")
    }
  }

  // MARK: - Parts that several records share

  /// `Tags` in either of AWS's spellings.
  /// - Parameter ignoringCase: IAM takes two keys that differ by ASCII case alone for one; KMS does not.
  mutating func tags(_ value: JSONValue, ignoringCase: Bool) -> [Tag] {
    var tags: [Tag] = []
    var seen: Set<Text> = []
    for entry in array(value, "`Tags`") ?? [] {
      guard let members = object(entry, "entry of `Tags`") else { continue }
      let spelling: (key: Text, value: Text) =
        members.value("TagKey") == nil ? ("Key", "Value") : ("TagKey", "TagValue")
      guard let keyValue = members.value(spelling.key), let valueValue = members.value(spelling.value) else {
        refuse(entry.offset, "tag without both of its members, expected `Key` and `Value`, or `TagKey` and `TagValue`")
        continue
      }
      guard let key = text(keyValue, "`\(spelling.key)`"), let value = text(valueValue, "`\(spelling.value)`") else {
        continue
      }
      guard !key.value.isEmpty else {
        refuse(key.position, "tag with an empty key, expected a name")
        continue
      }
      guard seen.insert(ignoringCase ? key.value.lowercased : key.value).inserted else {
        refuse(key.position, "tag \(key.value.quoted) stands twice, expected each key once")
        continue
      }
      tags.append(Tag(key: key.value, value: value.value))
    }
    return tags
  }
}

extension [JSONMember] {
  func value(_ name: Text) -> JSONValue? { first { $0.key == name }?.value }
}
