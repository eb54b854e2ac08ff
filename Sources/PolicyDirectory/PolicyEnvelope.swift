// Finds the policy document in what the AWS CLI printed: bare, or inside the answer of the command that shows it, there
// as an object or as a string of JSON.
//
// A bare document is one with `Statement`; the answers never have that member at their top. What is neither is read as a
// bare document, so that the complaint says what a policy looks like.

import PolicyLanguage

struct PolicyEnvelope {
  private let value: JSONValue
  private let kind: PolicyKind
  private let bytes: [UInt8]
  private let lines: LineMap

  init(_ value: JSONValue, kind: PolicyKind, bytes: [UInt8], lines: LineMap) {
    self.value = value
    self.kind = kind
    self.bytes = bytes
    self.lines = lines
  }

  /// The policy, or nil and at least one mistake; positions are those of the file.
  /// - Parameter grammar: what the document is read as, where that is not the kind itself.
  func read(as grammar: PolicyKind? = nil, diagnostics: inout [Diagnostic]) -> PolicyDocument? {
    let grammar = grammar ?? kind
    let before = diagnostics.count
    var document = value
    if let (found, member) = wrapped, found.string != nil {
      guard let text = EmbeddedText(found, in: bytes) else { return nil }
      if kind == .keyPolicy {
        var mistakes: [Diagnostic] = []
        PolicyParser.checkKeyPolicyText(text.bytes, lines: text.lines, diagnostics: &mistakes)
        diagnostics += mistakes.map { text.moved($0, lines: lines) }
      }
      do throws(Diagnostic) {
        document = try text.parse(lines: lines)
      } catch {
        diagnostics.append(error)
        noteEmbedding(member, from: before, in: &diagnostics)
        return nil
      }
      let policy = PolicyParser.parse(document, as: grammar, lines: lines, diagnostics: &diagnostics)
      noteEmbedding(member, from: before, in: &diagnostics)
      return policy
    }
    if kind == .keyPolicy { PolicyParser.checkKeyPolicyText(bytes, lines: lines, diagnostics: &diagnostics) }
    if let (found, _) = wrapped { document = found }
    return PolicyParser.parse(document, as: grammar, lines: lines, diagnostics: &diagnostics)
  }

  /// AWS's own RCPFullAWSAccess: the one RCP that allows (D.2). Nobody can edit it, so a file of its name that says
  /// anything else is a mistake, and one that says the same adds nothing to what is built in.
  func readFullAccess(diagnostics: inout [Diagnostic]) {
    guard let document = read(as: .resourcePolicy, diagnostics: &diagnostics) else { return }
    for statement in document.statements where !statement.allowsEverything {
      diagnostics.append(
        Diagnostic(
          position: statement.position,
          message: "found another statement than that of AWS's own policy, expected `Allow` of `*` for `*` on `*`"))
    }
  }

  private func noteEmbedding(_ member: Text, from start: Int, in diagnostics: inout [Diagnostic]) {
    for index in start..<diagnostics.count { diagnostics[index].message += " (in the text of `\(member)`)" }
  }

  /// The document inside an answer, and the name of the member that holds it.
  private var wrapped: (JSONValue, member: Text)? {
    guard value.object != nil, value.member("Statement") == nil else { return nil }
    for route in routes {
      var reached: JSONValue? = value
      for step in route { reached = reached?.member(step) }
      if let reached, let last = route.last, reached.string != nil || reached.object != nil { return (reached, last) }
    }
    if kind == .endpointPolicy, let endpoints = value.member("VpcEndpoints")?.array, endpoints.count == 1,
      let document = endpoints[0].member("PolicyDocument")
    {
      return (document, "PolicyDocument")
    }
    return nil
  }

  private var routes: [[Text]] {
    switch kind {
    case .keyPolicy: [["Policy"]]
    // s3api get-bucket-policy and lambda get-policy; ecr get-repository-policy; secretsmanager get-resource-policy; sqs
    // get-queue-attributes and sns get-topic-attributes; glacier get-vault-access-policy
    case .resourcePolicy:
      [["Policy"], ["policyText"], ["ResourcePolicy"], ["Attributes", "Policy"], ["policy", "Policy"]]
    // get-policy-version; get-role-policy, get-user-policy, get-group-policy
    case .identityPolicy, .sessionPolicy: [["PolicyVersion", "Document"], ["PolicyDocument"]]
    // organizations describe-policy
    case .serviceControlPolicy, .resourceControlPolicy: [["Policy", "Content"]]
    // an entry of describe-vpc-endpoints
    case .endpointPolicy: [["PolicyDocument"]]
    // get-role
    case .trustPolicy: [["Role", "AssumeRolePolicyDocument"], ["AssumeRolePolicyDocument"]]
    }
  }
}

extension Statement {
  /// Whether it is the statement of AWS's full access policies.
  fileprivate var allowsEverything: Bool {
    guard effect == .allow, conditions.isEmpty, let principal, let resource else { return false }
    return !principal.isNegated && principal.entries == [.everyone] && !action.isNegated && action.patterns == [.any]
      && !resource.isNegated && resource.patterns == [.any]
  }
}
