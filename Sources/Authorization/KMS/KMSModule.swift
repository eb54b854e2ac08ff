// KMS as a service module: its operations, its condition keys, and how its requests are split into questions.

import PolicyLanguage

enum KMSModule: ServiceModule {
  static let prefix: BorrowedText = "kms:"

  static func conditionKey(_ text: BorrowedText) -> (code: UInt8, argument: BorrowedText)? {
    KMSConditionKey.resolve(text).map { ($0.key.rawValue, $0.argument) }
  }

  static func refusesInRequests(_ key: BorrowedText) -> Bool { KMSConditionKey.isRefusedInRequests(key) }

  static func plan(_ inquiry: Inquiry) throws(RequestError) -> Plan {
    let rows = OperationTable.rows(of: inquiry.request.pointee.operation.dropFirst(prefix.count))
    guard !rows.isEmpty else {
      throw RequestError(
        .invalidArgument,
        "`operation` is `\(inquiry.request.pointee.operation)`; expected an operation of KMS as CloudTrail names it, such as `kms:Decrypt`"
      )
    }
    return try KMSPlanner(inquiry, row: rows.pointer(at: 0)).plan(rows)
  }

  /// ReEncrypt allowed by two grants: both must carry the same SourceArn constraint.
  // UNDOCUMENTED: F-54 (section I, 3)
  static func review(_ results: UnsafeMutableBufferPointer<LegResult>) {
    guard results.count == 2, results[0].action == "kms:ReEncryptFrom",
      results.allSatisfy({ $0.isAllowedOnlyByGrant && $0.outcome == .allow }),
      !results[0].permission.grantSources.contains(where: { results[1].permission.grantSources.contains($0) })
    else { return }
    results[1].outcome = .deny
    results[1].denial = .implicit
    results[1].reason = .grantConstraint
    results[1].owner?.outcome = .deny
    results[1].owner?.reason = .grantConstraint
    results[1].owner?.statements = Run()
  }
}
