// Principal and NotPrincipal: the forms of D.3, and where each may stand (D.2, D-34).

extension PolicyReader {
  mutating func principal(_ members: [JSONMember], of statement: JSONValue, effect: Effect?) -> PrincipalElement? {
    guard let (member, isNegated) = oneOf("Principal", "NotPrincipal", in: members) else {
      if grammar.principal != .forbidden {
        let choice = grammar.principal == .everyone ? "`\"Principal\": \"*\"`" : "`Principal`"
        report(statement.offset, "found a statement without `Principal`, expected \(choice) in \(grammar.name)")
      }
      return nil
    }
    guard grammar.principal != .forbidden else {
      report(member.keyOffset, "found \(member.key.quoted) in \(grammar.name), expected none")
      return nil
    }
    if isNegated {
      switch grammar.notPrincipal {
      case .allowed: break
      case .forbidden:
        report(member.keyOffset, "found `NotPrincipal` in \(grammar.name), expected `Principal`")
      case .denyOnly where effect == .allow:
        report(member.keyOffset, "found `NotPrincipal` with the effect `Allow`, expected it only with `Deny`")
      case .denyOnly: break
      }
    }
    let entries = principals(member.value, of: member.key)
    if grammar.principal == .everyone {
      for (entry, offset) in entries where entry != .everyone {
        report(offset, "found a principal other than `*` in \(grammar.name), expected `\"Principal\": \"*\"`")
      }
    }
    return PrincipalElement(isNegated: isNegated, entries: entries.map(\.entry))
  }

  private mutating func principals(_ value: JSONValue, of element: Text) -> [(entry: PrincipalPattern, offset: Int)] {
    let forms = "`*` or an object such as `{\"AWS\": \"444455556666\"}`"
    switch value.content {
    case .string("*"):
      return [(.everyone, value.offset)]
    case .string(let text):
      report(value.offset, "found \(text.quoted) as \(element.quoted), expected \(forms)")
      return []
    case .object(let members):
      if members.isEmpty { report(value.offset, "found an empty object as \(element.quoted), expected \(forms)") }
      var entries: [(entry: PrincipalPattern, offset: Int)] = []
      for member in members { entries += principals(member) }
      return entries
    default:
      report(value.offset, "found \(value.kind) as \(element.quoted), expected \(forms)")
      return []
    }
  }

  private mutating func principals(_ member: JSONMember) -> [(entry: PrincipalPattern, offset: Int)] {
    let read: (Text) -> PrincipalPattern?
    let expectation: String
    switch member.key {
    case "AWS":
      read = PrincipalPattern.init(aws:)
      expectation = "`*`, twelve digits, a principal's ARN, or a unique id such as `AIDA...` or `AROA...`"
    case "Service":
      read = PrincipalPattern.init(service:)
      expectation = "a service such as `s3.amazonaws.com`"
    case "Federated", "CanonicalUser":
      read = { $0.isEmpty ? nil : .foreign($0) }
      expectation = "a name"
    default:
      report(
        member.keyOffset,
        "found the kind of principal \(member.key.quoted), expected `AWS`, `Service`, `Federated` or `CanonicalUser`")
      return []
    }
    var entries: [(entry: PrincipalPattern, offset: Int)] = []
    for (text, offset) in strings(member.value, of: member.key.quoted) {
      if let entry = read(text) {
        entries.append((entry, offset))
      } else {
        report(offset, "found the principal \(text.quoted), expected \(expectation)")
      }
    }
    return entries
  }
}

extension PrincipalPattern {
  /// An entry under `AWS` (D-19 to D-27, D-30). Nil for text that is no principal in any form: a slip there would lose a
  /// Deny without a word.
  init?(aws text: Text) {
    if text == "*" {
      self = .everyone
    } else if text.isAccountID {
      self = .account(text, partition: nil)
    } else if text.hasWildcard {
      self = .unmatchable(text)
    } else if text.hasPrefix("arn:") {
      self.init(arnText: text)
    } else if text.isUniqueID {
      self = .uniqueID(text)
    } else {
      return nil
    }
  }

  /// An ARN of something that cannot call (a group, a bucket) matches nobody, as does one of too few parts (D-29).
  private init(arnText text: Text) {
    guard let arn = ARN(text), arn.region.isEmpty, arn.account.isAccountID else {
      self = .unmatchable(text)
      return
    }
    if arn.service == "iam", arn.resource == "root" {
      self = .account(arn.account, partition: arn.partition)
      return
    }
    let kinds: [Text] =
      switch arn.service {
      case "iam": ["user/", "role/"]
      case "sts": ["assumed-role/", "federated-user/"]
      default: []
      }
    self = kinds.contains { arn.resource.hasPrefix($0) } ? .arn(arn) : .unmatchable(text)
  }

  /// An entry under `Service` (D-28); a wildcard there matches nobody.
  init?(service text: Text) {
    guard !text.isEmpty else { return nil }
    self = text.hasWildcard ? .unmatchable(text) : .service(text)
  }
}

extension Text {
  /// Twelve digits.
  public var isAccountID: Bool { count == 12 && utf8.allSatisfy { $0 &- 0x30 < 10 } }

  fileprivate var hasWildcard: Bool { utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") } }

  /// `AIDA...` or `AROA...`, or as long as an id of AWS is and of the same make (D-27): a word in capitals is a slip.
  fileprivate var isUniqueID: Bool {
    let isKnown = hasPrefix("AIDA") || hasPrefix("AROA")
    return count > (isKnown ? 4 : 15) && utf8[0] == UInt8(ascii: "A") && utf8.prefix(4).allSatisfy { $0 &- 0x41 < 26 }
      && utf8.allSatisfy { $0 &- 0x41 < 26 || $0 &- 0x30 < 10 }
  }
}
