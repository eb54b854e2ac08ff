// A key's policy: its account keeps control, partners may use it, one role may be suspended, and nobody outside may end it.

extension CorpusKey {
  var policy: JSON {
    var statements: [JSON] = [
      statement("EnableOwner", "Allow", principal: .text("arn:aws:iam::\(owner):root"), ["kms:*"])
    ]
    var middle = [allowUse]
    if let suspended {
      middle.append(statement("SuspendPartner", "Deny", principal: .text(suspended.arn), ["kms:*"]))
    }
    if index % 2 == 0 {
      middle.append(
        statement(
          "KeepForever", "Deny", principal: .text("*"), ["kms:ScheduleKeyDeletion", "kms:DisableKey"],
          condition: [("StringNotEquals", [("aws:PrincipalAccount", .text(owner))])]))
    }
    if corpus.shape == .large {
      let fillers = (0..<Self.fillers).map(filler)
      statements += fillers.prefix(Self.fillers / 2) + middle + fillers.suffix(Self.fillers - Self.fillers / 2)
    } else {
      statements += middle
    }
    return .object([("Version", .text("2012-10-17")), ("Id", .text("key-\(index)")), ("Statement", .list(statements))])
  }

  private static let use = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]

  private var allowUse: JSON {
    let spelledAsRoot = corpus.seed.below(2, .spelling, index) == 0
    let accounts = JSON.texts(partnerAccounts.map { spelledAsRoot ? "arn:aws:iam::\($0):root" : $0 })
    let principal: JSON =
      switch trust {
      case .accounts, .throughService: accounts
      case .roles, .tenants: .texts(partners.map(\.arn))
      case .anyoneOfAccounts: .text("*")
      }
    let condition: [(String, [(String, JSON)])] =
      switch trust {
      case _ where corpus.shape == .conditions: heavyCondition
      case .accounts, .roles: []
      case .anyoneOfAccounts: [("StringEquals", [("aws:PrincipalAccount", .texts(partnerAccounts))])]
      case .tenants: [("StringEquals", [("kms:EncryptionContext:Tenant", .texts(partnerAccounts))])]
      case .throughService: [("StringEquals", [("kms:ViaService", .text(viaService))])]
      }
    return statement(
      "AllowUseByPartners", "Allow", principal: principal, Self.use, condition: condition)
  }

  var viaService: String { "s3.\(region).amazonaws.com" }

  /// Eight operators, two variables; a question that brings `Question.Attestation` meets all.
  private var heavyCondition: [(String, [(String, JSON)])] {
    [
      ("StringEquals", [("kms:EncryptionContext:Tenant", .text("${aws:PrincipalAccount}"))]),
      ("StringLike", [("kms:EncryptionContext:Project", .text("${aws:PrincipalTag/Team}-*"))]),
      ("StringNotEquals", [("kms:EncryptionContext:Stage", .texts(["test", "integration"]))]),
      ("ArnLike", [("aws:PrincipalArn", .texts(partnerAccounts.map { "arn:aws:iam::\($0):role/Service-*" }))]),
      ("NumericLessThanEquals", [("aws:MultiFactorAuthAge", .text("3600"))]),
      ("DateGreaterThan", [("aws:CurrentTime", .text("2020-01-01T00:00:00Z"))]),
      ("Bool", [("aws:SecureTransport", .text("true"))]),
      ("IpAddress", [("aws:SourceIp", .texts(["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"]))]),
    ]
  }

  /// So many that the policy comes close to KMS' limit of 32,768 bytes.
  private static let fillers = 101

  /// A partner that the directory does not have.
  private func filler(_ place: Int) -> JSON {
    statement(
      "Partner\(padded(place, 3))", "Allow",
      principal: .text("arn:aws:iam::\(corpus.strangeAccount(place)):role/Partner-\(place)"),
      Self.use)
  }

  private func statement(
    _ sid: String, _ effect: String, principal: JSON, _ actions: [String],
    condition: [(String, [(String, JSON)])] = []
  ) -> JSON {
    var members: [(String, JSON)] = [
      ("Sid", .text(sid)), ("Effect", .text(effect)), ("Principal", .object([("AWS", principal)])),
      ("Action", .texts(actions)), ("Resource", .text("*")),
    ]
    if !condition.isEmpty { members.append(("Condition", .object(condition.map { ($0, .object($1)) }))) }
    return .object(members)
  }
}
