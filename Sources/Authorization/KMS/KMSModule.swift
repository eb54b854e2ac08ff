// KMS as a service module: its operations, its condition keys, and how its requests are split into questions.

import PolicyLanguage

enum KMSModule: ServiceModule {
  static let prefix: Text = "kms:"

  static func conditionKey(_ text: Text) -> (code: UInt8, argument: Text)? {
    KMSConditionKey.resolve(text).map { ($0.key.rawValue, $0.argument) }
  }

  static func refusesInRequests(_ key: Text) -> Bool { KMSConditionKey.isRefusedInRequests(key) }

  static func plan(_ inquiry: Inquiry) throws(RequestError) -> Plan {
    let name = Text(utf8: inquiry.request.operation.utf8.dropFirst(prefix.count))
    let rows = OperationTable.rows(of: name)
    guard let row = rows.first else {
      throw RequestError(
        .invalidArgument,
        "`operation` is `\(inquiry.request.operation)`; expected an operation of KMS as CloudTrail names it, such as `kms:Decrypt`"
      )
    }
    return try KMSPlanner(inquiry, row: row).plan(rows)
  }

  /// ReEncrypt allowed by two grants: both must carry the same SourceArn constraint.
  // UNDOCUMENTED: F-54 (section I, 3)
  static func review(_ results: inout [LegResult], of plan: Plan) {
    guard results.count == 2, results[0].leg.action == "kms:ReEncryptFrom",
      results.allSatisfy({ $0.isAllowedOnlyByGrant && $0.leg.outcome == .allow }),
      results[0].permission.grantSources.isDisjoint(with: results[1].permission.grantSources)
    else { return }
    results[1].leg.outcome = .deny
    results[1].leg.denial = .implicit
    results[1].leg.reason = .grantConstraint
    results[1].leg.owner?.outcome = .deny
    results[1].leg.owner?.reason = .grantConstraint
    results[1].leg.owner?.statements = []
  }
}
