// Policies of a generated world, as plain data: just what stands in the document, nothing prepared.

struct Policy {
  /// Nil: the document has none, which means 2008-10-17 (D-2).
  var version: String?
  var statements: [Statement]
}

/// A policy and the name of its file.
struct NamedPolicy {
  var name: String
  var policy: Policy
}

enum StatementEffect: String {
  case allow = "Allow"
  case deny = "Deny"
}

struct Statement {
  var effect: StatementEffect
  var principal: PrincipalElement?
  var action: ListElement
  /// Key policies may leave it out, and then match nothing (D-13); trust policies have none.
  var resource: ListElement?
  var conditions: [ConditionEntry] = []
}

/// Action or NotAction, Resource or NotResource.
struct ListElement {
  var isNot = false
  var entries: [String]
}

struct PrincipalElement {
  struct Entry {
    /// `AWS`, `Service`, `Federated`, `CanonicalUser`.
    var kind: String
    var value: String
  }
  var isNot = false
  /// `"Principal": "*"`.
  var isBareStar = false
  var entries: [Entry] = []
}

struct ConditionEntry {
  enum Operand {
    case text(String)
    /// A JSON number or boolean, which compares in its string form (D-9).
    case bare(String)
    var spelling: String {
      switch self {
      case .text(let text), .bare(let text): return text
      }
    }
  }
  /// With prefix and suffix: `ForAnyValue:StringLikeIfExists`.
  var name: String
  var key: String
  var operands: [Operand]
}

extension Policy {
  var json: JSON {
    var members: [(String, JSON)] = []
    if let version { members.append(("Version", .text(version))) }
    members.append(("Statement", .oneOrMany(statements.map(\.json))))
    return .object(members)
  }
}

extension Statement {
  fileprivate var json: JSON {
    var members: [(String, JSON)] = [("Effect", .text(effect.rawValue))]
    if let principal { members.append((principal.isNot ? "NotPrincipal" : "Principal", principal.json)) }
    members.append((action.isNot ? "NotAction" : "Action", .oneOrMany(action.entries.map { .text($0) })))
    if let resource {
      members.append((resource.isNot ? "NotResource" : "Resource", .oneOrMany(resource.entries.map { .text($0) })))
    }
    if !conditions.isEmpty {
      var operators: [(String, [(String, JSON)])] = []
      for condition in conditions {
        let operands = JSON.oneOrMany(
          condition.operands.map {
            switch $0 {
            case .text(let text): return .text(text)
            case .bare(let bare): return .bare(bare)
            }
          })
        if let place = operators.firstIndex(where: { same($0.0, condition.name) }) {
          operators[place].1.append((condition.key, operands))
        } else {
          operators.append((condition.name, [(condition.key, operands)]))
        }
      }
      members.append(("Condition", .object(operators.map { ($0.0, .object($0.1)) })))
    }
    return .object(members)
  }
}

extension PrincipalElement {
  fileprivate var json: JSON {
    if isBareStar { return .text("*") }
    var kinds: [(String, [JSON])] = []
    for entry in entries {
      if let place = kinds.firstIndex(where: { $0.0 == entry.kind }) {
        kinds[place].1.append(.text(entry.value))
      } else {
        kinds.append((entry.kind, [.text(entry.value)]))
      }
    }
    return .object(kinds.map { ($0.0, .oneOrMany($0.1)) })
  }
}
