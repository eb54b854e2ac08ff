// One statement: which elements it has (D-5, D-7, D.2), Sid, Effect, actions and resources.

extension PolicyReader {
  mutating func statement(_ value: JSONValue, index: Int) -> Statement? {
    guard let members = value.object else {
      report(value.offset, "found \(value.kind), expected a statement: an object with `Effect` and `Action`")
      return nil
    }
    let known: [Text] = [
      "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
    ]
    for member in members where !known.contains(member.key) {
      let similar = known.first { $0.lowercased == member.key.lowercased }
      report(
        member.keyOffset,
        "found the element \(member.key.quoted), expected "
          + (similar?.quoted ?? "one of \(known.map(\.quoted).joined(separator: ", "))"))
    }

    let sid = sid(value.member("Sid"))
    let effect = effect(value.member("Effect"), of: value)
    let principal = principal(members, of: value, effect: effect)
    let action = action(members, of: value)
    let resource = resource(members, of: value)
    let conditions = value.member("Condition").map { self.conditions($0) } ?? []
    guard let effect else { return nil }
    return Statement(
      index: index, sid: sid, position: lines.position(of: value.offset), effect: effect, principal: principal,
      action: action, resource: resource, conditions: conditions)
  }

  /// The one member of a pair such as Action and NotAction; both together are refused (D-5).
  mutating func oneOf(
    _ name: Text, _ negatedName: Text, in members: [JSONMember]
  ) -> (member: JSONMember, isNegated: Bool)? {
    let plain = members.first { $0.key == name }
    let negated = members.first { $0.key == negatedName }
    if let plain, let negated {
      report(
        max(plain.keyOffset, negated.keyOffset),
        "found both \(name.quoted) and \(negatedName.quoted) in one statement, expected one of them")
    }
    return plain.map { ($0, false) } ?? negated.map { ($0, true) }
  }

  /// D-11: letters and digits, unique, in an identity policy; anything elsewhere. An empty one is none.
  private mutating func sid(_ value: JSONValue?) -> Text? {
    guard let value else { return nil }
    guard let sid = value.string else {
      report(value.offset, "found \(value.kind) as `Sid`, expected a string")
      return nil
    }
    guard grammar.restrictsSid, !sid.isEmpty else { return sid }
    if !sid.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 }) {
      report(value.offset, "found the Sid \(sid.quoted), expected letters and digits only in \(grammar.name)")
    }
    if let first = sids.updateValue(value.offset, forKey: sid) {
      let place = lines.position(of: first)
      report(
        value.offset,
        "found the Sid \(sid.quoted) a second time (first at line \(place.line), column \(place.column)), "
          + "expected each once in \(grammar.name)")
    }
    return sid
  }

  /// D-6
  private mutating func effect(_ value: JSONValue?, of statement: JSONValue) -> Effect? {
    let choice = grammar.allowsAllow ? "`Allow` or `Deny`" : "`Deny`"
    guard let value else {
      report(statement.offset, "found a statement without `Effect`, expected \(choice)")
      return nil
    }
    switch value.string {
    case "Deny": return .deny
    case "Allow" where grammar.allowsAllow: return .allow
    case "Allow":
      report(value.offset, "found `Allow` in \(grammar.name), expected \(choice)")
    case let text:
      report(value.offset, "found \(text?.quoted ?? value.kind) as `Effect`, expected \(choice)")
    }
    return nil
  }

  /// D.4
  private mutating func action(_ members: [JSONMember], of statement: JSONValue) -> ActionElement {
    guard let (member, isNegated) = oneOf("Action", "NotAction", in: members) else {
      if grammar.action == .required {
        let choice = grammar.allowsNotAction ? "`Action` or `NotAction`" : "`Action`"
        report(statement.offset, "found a statement without `Action`, expected \(choice)")
      }
      return ActionElement(patterns: [])
    }
    if isNegated, !grammar.allowsNotAction {
      report(member.keyOffset, "found `NotAction` in \(grammar.name), expected `Action`")
    }
    var patterns: [ActionPattern] = []
    for (text, offset) in strings(member.value, of: member.key.quoted) {
      guard let pattern = ActionPattern(text) else {
        report(
          offset,
          "found the action \(text.quoted), expected `*` or `service:Name` with `*` and `?` in the name only")
        continue
      }
      switch pattern {
      case .any where !grammar.allowsEveryAction:
        report(offset, "found the action `*` in \(grammar.name), expected one of a service such as `kms:*`")
      case .any where grammar.onlyService != nil && !isNegated:
        report(offset, "found the action `*` in \(grammar.name), expected one such as `sts:AssumeRole`")
      case .named(let service, _) where grammar.onlyService.map { $0 != service } ?? false:
        report(offset, "found the action \(text.quoted) in \(grammar.name), expected one such as `sts:AssumeRole`")
      default:
        patterns.append(pattern)
      }
    }
    return ActionElement(isNegated: isNegated, patterns: patterns)
  }

  /// D.5
  private mutating func resource(_ members: [JSONMember], of statement: JSONValue) -> ResourceElement? {
    guard let (member, isNegated) = oneOf("Resource", "NotResource", in: members) else {
      if grammar.resource == .required {
        report(
          statement.offset,
          "found a statement without `Resource`, expected `Resource` or `NotResource` in \(grammar.name)")
      }
      return nil
    }
    if grammar.resource == .forbidden {
      report(member.keyOffset, "found \(member.key.quoted) in \(grammar.name), expected none")
    }
    var patterns: [ResourcePattern] = []
    for (text, offset) in strings(member.value, of: member.key.quoted) {
      if let pattern = ResourcePattern(text, version: version) {
        patterns.append(pattern)
      } else {
        report(offset, "found the resource \(text.quoted), expected `*` or an ARN, which begins with `arn:`")
      }
    }
    return ResourceElement(isNegated: isNegated, patterns: patterns)
  }
}
