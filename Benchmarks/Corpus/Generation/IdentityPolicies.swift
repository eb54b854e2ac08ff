// A role's files: role.json where there is something to say, and its policies, inline or managed.

extension CorpusRole {
  /// Path below the policy directory, and text.
  var files: [(path: String, text: String)] {
    let folder = "accounts/\(account)/roles/\(name)"
    var files: [(path: String, text: String)] = []
    var attached: [String] = []
    func managed(_ policyName: String, _ policy: JSON) {
      attached.append("arn:aws:iam::\(account):policy/\(policyName)")
      files.append(("accounts/\(account)/policies/\(policyName).json", policy.indented))
    }
    switch corpus.shape {
    case .large:
      for number in 0..<10 {
        managed("\(name)-part-\(number)", document(fillers(number) + (number == 6 ? statements : [])))
      }
    case .small, .conditions:
      switch grant {
      case .managed: managed("\(name)-use-keys", document(statements))
      case .inline, .wholeAccount: files.append(("\(folder)/policies/use-keys.json", document(statements).indented))
      }
    }
    if !attached.isEmpty || corpus.shape == .conditions {
      var record: [(String, JSON)] = [
        ("Path", .text("/")), ("RoleName", .text(name)), ("RoleId", .text(id)), ("Arn", .text(arn)),
        ("Tags", .list([.object([("Key", .text("Team")), ("Value", .text(team))])])),
      ]
      if !attached.isEmpty {
        record.append(("AttachedPolicies", .list(attached.map { .object([("PolicyArn", .text($0))]) })))
      }
      files.append(("\(folder)/role.json", JSON.object([("Role", .object(record))]).indented))
    }
    return files
  }

  private var statements: [JSON] {
    let resources =
      switch grant {
      case .inline, .managed: grantedKeys.map(\.arn)
      case .wholeAccount: ["arn:aws:kms:*:\(ownKey.owner):key/*"]
      }
    var statements = [statement("UseKeys", "Allow", ["kms:Decrypt", "kms:GenerateDataKey*"], resources)]
    if let forbidden { statements.append(statement("LeaveAlone", "Deny", ["kms:*"], [forbidden.arn])) }
    return statements
  }

  /// Statements about other keys: with them a policy has 6 KB.
  private func fillers(_ number: Int) -> [JSON] {
    (0..<25).map { place in
      let series = (index * 10 + number) * 100 + place
      let key = "arn:aws:kms:\(ownKey.region):\(corpus.strangeAccount(series % 5_000)):key/\(corpus.keyID(1, series))"
      return statement("Other\(padded(place, 2))", "Allow", ["kms:Decrypt", "kms:GenerateDataKey*"], [key])
    }
  }

  private func document(_ statements: [JSON]) -> JSON {
    .object([("Version", .text("2012-10-17")), ("Statement", .list(statements))])
  }

  private func statement(_ sid: String, _ effect: String, _ actions: [String], _ resources: [String]) -> JSON {
    .object([
      ("Sid", .text(sid)), ("Effect", .text(effect)), ("Action", .texts(actions)), ("Resource", .texts(resources)),
    ])
  }
}
