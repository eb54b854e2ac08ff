// Remarks: what a policy says that is accepted and probably not meant.
//
// A remark never changes a decision and never keeps a document from loading; `countersign lint` prints them. They look at
// one document alone: whether an account or a key exists is not known here.

public enum PolicyRemarks {
  /// All remarks on a document, in the order of its statements; `file` is left empty.
  public static func remarks(on document: PolicyDocument, as kind: PolicyKind) -> [Diagnostic] {
    var collector = RemarkCollector(kind: kind, version: document.version)
    for statement in document.statements { collector.look(at: statement) }
    return collector.remarks
  }
}

private struct RemarkCollector {
  let kind: PolicyKind
  let version: PolicyVersion
  var remarks: [Diagnostic] = []

  private mutating func remark(_ position: SourcePosition, _ message: String) {
    remarks.append(Diagnostic(position: position, message: message))
  }

  mutating func look(at statement: Statement) {
    lookAtPrincipal(statement)
    lookAtAction(statement)
    lookAtResource(statement)
    for condition in statement.conditions { lookAtCondition(condition, in: statement) }
  }

  private mutating func lookAtPrincipal(_ statement: Statement) {
    guard let principal = statement.principal else { return }
    for entry in principal.entries {
      switch entry {
      case .unmatchable(let text):
        remark(
          statement.position,
          "the principal \(text.quoted) matches nobody (D-30), use `*` with a condition on aws:PrincipalArn")
      case .foreign(let text) where kind != .trustPolicy:
        remark(statement.position, "the principal \(text.quoted) is never a caller here (D-29)")
      default:
        break
      }
    }
    if principal.isNegated {
      remark(
        statement.position,
        statement.effect == .deny
          ? "NotPrincipal spares a session only when its account, its role and itself are all listed (D-35), "
            + "use `*` with a condition on aws:PrincipalArn"
          : "NotPrincipal with Allow matches nobody (D-34), use `Principal`")
    }
    let isGuarded = statement.effect == .deny || !statement.conditions.isEmpty || principal.isNegated
    if kind != .endpointPolicy, !isGuarded, principal.entries.contains(.everyone) {
      remark(statement.position, "`Allow` for everyone of every account without a condition (A-22)")
    }
  }

  private mutating func lookAtAction(_ statement: Statement) {
    if statement.action.patterns.isEmpty {
      remark(statement.position, "a statement without Action has no effect (D-13)")
    }
    for case .named("kms", let name) in statement.action.patterns where name.literal == "reencrypt" {
      remark(
        statement.position,
        "there is no action `kms:ReEncrypt` (B-6), use `kms:ReEncrypt*`, `kms:ReEncryptFrom` or `kms:ReEncryptTo`")
    }
  }

  private mutating func lookAtResource(_ statement: Statement) {
    guard let resource = statement.resource else {
      if kind == .keyPolicy { remark(statement.position, "a statement without Resource has no effect (D-13), use `*`") }
      return
    }
    for case .unmatchable(let text) in resource.patterns {
      remark(
        statement.position,
        "the resource \(text.quoted) matches nothing: it has too few parts, a wildcard in the service part, "
          + "or a variable before the fifth colon (D-42, D-46, D-52)")
    }
    if kind == .keyPolicy, resource.isNegated {
      remark(statement.position, "NotResource is pointless in a key policy (D.2), use `\"Resource\": \"*\"`")
    } else if kind == .keyPolicy, resource.patterns != [.any] {
      remark(statement.position, "the Resource of a key policy is `*`, meaning its own key (A-12, D-14)")
    }
    for case .arn(let arn) in resource.patterns { lookAtVariables(arn.resource, statement.position) }
  }

  private mutating func lookAtCondition(_ condition: Condition, in statement: Statement) {
    let position = condition.position
    if statement.effect == .allow, condition.comparison.quantifier == .forAllValues,
      condition.comparison.family != .null, !requiresPresence(of: condition.key, statement)
    {
      remark(
        position,
        "`ForAllValues:` also holds when \(condition.key.quoted) is absent (E-9), add `\"Null\": {...: \"false\"}`")
    }
    if kind == .keyPolicy, condition.key.hasPrefix("aws:resourcetag/") || condition.key == "kms:resourcealiases" {
      remark(position, "\(condition.key.quoted) has no value in key policies (section C.1)")
    }
    switch condition.operands {
    case .patterns(let patterns):
      for pattern in patterns { lookAtVariables(pattern, position) }
    case .arns(let operands):
      for case .pattern(let pattern) in operands {
        lookAtVariables(pattern, position)
        if !pattern.hasVariables { remark(position, "an ARN of fewer than six parts matches nothing (D-46)") }
      }
    case .unreadable:
      remark(
        position, "this operator expands no variables (D-52), so the condition is false in an Allow and true in a Deny")
    default:
      break
    }
  }

  private func requiresPresence(of key: Text, _ statement: Statement) -> Bool {
    statement.conditions.contains { condition in
      if case .null([false]) = condition.operands { condition.key == key } else { false }
    }
  }

  /// `${` that is left as plain text.
  private mutating func lookAtVariables(_ pattern: Pattern, _ position: SourcePosition) {
    for case .literal(let text) in pattern.pieces where text.description.contains("${") {
      remark(
        position,
        version == .v2008
          ? "`${` is plain text before version 2012-10-17 (D-2, D-51), add `\"Version\": \"2012-10-17\"`"
          : "\(text.quoted) holds a `${` that begins no variable and is plain text")
    }
  }
}
