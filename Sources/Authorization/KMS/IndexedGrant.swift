// A grant of the directory with its principals and operations resolved.

import PolicyDirectory
import PolicyLanguage

struct IndexedGrant: BitwiseCopyable {
  let id: BorrowedText
  let facts: GrantFacts
  let grantee: PrincipalName?
  let retiring: PrincipalName?
  /// Account id of the retiring principal, where it names one.
  let retiringAccount: BorrowedText?
  /// Account id of the one that made the grant.
  let issuingAccount: BorrowedText?
  let operations: OperationSet
  /// What is told when the grant decides: its id in the place of a Sid.
  let source: StatementReference

  init(_ grant: Grant, index: Int, in arena: Arena) {
    id = arena.copy(grant.id)
    facts = GrantFacts(grant, in: arena)
    grantee = Self.principal(grant.granteePrincipal, service: grant.granteeServicePrincipal).map {
      PrincipalName($0, in: arena)
    }
    let retiring = Self.principal(grant.retiringPrincipal, service: grant.retiringServicePrincipal)
    self.retiring = retiring.map { PrincipalName($0, in: arena) }
    retiringAccount =
      switch retiring {
      case .account(let account, _): arena.copy(account)
      case .arn(let arn): arena.copy(arn.account)
      default: nil
      }
    issuingAccount = grant.issuingAccount.map { arena.copy(ARN($0)?.account ?? $0) }
    operations = OperationSet(facts.operations)
    source = StatementReference(
      file: arena.copy(grant.file), sid: id, index: UInt32(clamping: index),
      line: UInt32(clamping: grant.position.line), effect: .allow)
  }

  /// Old grants hold names of services where a principal is expected (F-45).
  private static func principal(_ principal: Text?, service: Text?) -> PrincipalPattern? {
    if let service { return .service(service) }
    guard let principal else { return nil }
    defer { withExtendedLifetime(principal) {} }
    if CallerResolution.isService(BorrowedText(principal)) { return .service(principal) }
    return PrincipalPattern(naming: principal)
  }
}

extension PrincipalPattern {
  /// A principal as grants name it: an account, an ARN, or a unique id (F-48).
  fileprivate init(naming text: Text) {
    defer { withExtendedLifetime(text) {} }
    if CallerResolution.isAccountID(BorrowedText(text)) {
      self = .account(text, partition: nil)
    } else if let arn = ARN(text) {
      self =
        arn.service == "iam" && arn.resource == "root" ? .account(arn.account, partition: arn.partition) : .arn(arn)
    } else {
      self = .uniqueID(text)
    }
  }
}
