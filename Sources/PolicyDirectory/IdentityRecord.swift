// user.json, group.json and role.json: flat, or wrapped as the CLI prints them ({"User": {...}}), or the wrapped record
// with the members of further commands beside it, as `jq -s add` puts them together.

import PolicyLanguage

/// What a record says of a user, group or role; the name comes from the folder.
struct IdentityRecord: Sendable {
  enum Kind: Sendable, Hashable {
    case user
    case group
    case role
  }

  /// `UserName`, `GroupName` or `RoleName`: read only to remark on a record in the wrong folder.
  var statedName: Located<Text>?
  /// `AssumeRolePolicyDocument`, which is not read.
  var statedTrustPolicy: SourcePosition?
  var path: Text = "/"
  var uniqueID: Located<Text>?
  var tags: [Tag] = []
  var groups: [Located<Text>] = []
  var attachedPolicies: [Located<Text>] = []
  var permissionsBoundary: Located<Text>?
}

extension IdentityRecord.Kind {
  /// The wrapper, and what the names of the kind's own members begin with.
  fileprivate var title: Text {
    switch self {
    case .user: "User"
    case .group: "Group"
    case .role: "Role"
    }
  }

  /// Which of the members that users, groups and roles have between them this kind lacks; one that is given all the same
  /// would be lost, and with it a restriction.
  fileprivate var foreign: [Text] {
    switch self {
    case .user: []
    case .group: ["Groups", "PermissionsBoundary"]
    case .role: ["Groups"]
    }
  }

  fileprivate var idPrefix: Text {
    switch self {
    case .user: "AIDA"
    case .group: "AGPA"
    case .role: "AROA"
    }
  }
}

extension RecordReader {
  mutating func identity(_ value: JSONValue, _ kind: IdentityRecord.Kind) -> IdentityRecord? {
    let what = "\(kind.title)".lowercased()
    guard var members = object(value, what) else { return nil }
    if let inner = members.value(kind.title) {
      guard let wrapped = object(inner, "`\(kind.title)`") else { return nil }
      members = unwrap(wrapped, beside: members, wrapper: kind.title)
    }
    let idName = Text("\(kind.title)Id")
    let known: [Text] = [idName, "Path", "Tags", "Groups", "AttachedPolicies", "PermissionsBoundary"]
    refuseNearMisses(in: members.filter { $0.key != kind.title }, of: known)
    for member in members where kind.foreign.contains(member.key) {
      refuse(
        member.keyOffset,
        "a \(what) has no \(member.key.quoted), expected it at a \(kind == .group ? "user or role" : "user")")
    }
    for member in members {
      switch member.key {
      case "AttachedManagedPolicies":
        remark(member.keyOffset, "`AttachedManagedPolicies` is not read; `AttachedPolicies` is")
      case "GroupList": remark(member.keyOffset, "`GroupList` is not read; `Groups` is")
      case "Users": remark(member.keyOffset, "`Users` is not read; membership stands in `Groups` of user.json")
      default: break
      }
    }

    var record = IdentityRecord()
    if case .string(let name)? = members.value(Text("\(kind.title)Name"))?.content {
      record.statedName = Located(value: name, position: position(members.value(Text("\(kind.title)Name")) ?? value))
    }
    record.statedTrustPolicy = members.value("AssumeRolePolicyDocument").map(position)
    if let path = text("Path", in: members) {
      record.path = path.value
      if !Self.isPath(path.value) {
        refuse(path.position, "path \(path.value.quoted), expected one that begins and ends with `/`")
      }
    }
    if let id = text(idName, in: members) { record.uniqueID = uniqueID(id, kind) }
    if let tags = members.value("Tags"), kind != .group { record.tags = self.tags(tags, ignoringCase: true) }
    record.groups = references("Groups", "GroupName", in: members)
    record.attachedPolicies = references("AttachedPolicies", "PolicyArn", in: members)
    if let boundary = members.value("PermissionsBoundary") {
      record.permissionsBoundary = reference(boundary, "`PermissionsBoundary`", member: "PermissionsBoundaryArn")
    }
    return record
  }

  /// The members of the wrapped record and of those beside it; one that both have is refused.
  private mutating func unwrap(_ inner: [JSONMember], beside outer: [JSONMember], wrapper: Text) -> [JSONMember] {
    var members = inner
    for member in outer where member.key != wrapper {
      if inner.value(member.key) == nil {
        members.append(member)
      } else {
        refuse(member.keyOffset, "\(member.key.quoted) stands inside and outside of `\(wrapper)`, expected it once")
      }
    }
    return members
  }

  private mutating func uniqueID(_ id: Located<Text>, _ kind: IdentityRecord.Kind) -> Located<Text>? {
    guard (1...128).contains(id.value.count), id.value.utf8.allSatisfy({ $0.isLetter || $0.isDigit }) else {
      refuse(id.position, "unique id \(id.value.quoted), expected letters and digits such as `\(kind.idPrefix)EXAMPLE`")
      return nil
    }
    return id
  }

  /// An array of bare values or of the CLI's objects that hold the value under `member`; a repeated one counts once.
  private mutating func references(_ name: Text, _ member: Text, in members: [JSONMember]) -> [Located<Text>] {
    guard let value = members.value(name), let values = array(value, "`\(name)`") else { return [] }
    var seen: Set<Text> = []
    return values.compactMap { entry in
      guard let found = reference(entry, "entry of `\(name)`", member: member) else { return nil }
      if seen.insert(found.value).inserted { return found }
      remark(entry.offset, "\(found.value.quoted) stands twice in `\(name)`")
      return nil
    }
  }

  private mutating func reference(_ value: JSONValue, _ name: String, member: Text) -> Located<Text>? {
    switch value.content {
    case .string(let text):
      return Located(value: text, position: position(value))
    case .object(let members):
      return requiredText(member, in: members, of: value, name)
    default:
      refuse(value.offset, "\(name) is \(value.kind), expected a string or an object with `\(member)`")
      return nil
    }
  }

  /// `/` or `/a/b/` of visible ASCII, as IAM has it.
  private static func isPath(_ path: Text) -> Bool {
    let bytes = path.utf8
    return (1...512).contains(bytes.count) && bytes.first == UInt8(ascii: "/") && bytes.last == UInt8(ascii: "/")
      && bytes.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
