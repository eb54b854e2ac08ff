// Every service without a module of its own, by the general rule (contract, section 2).
//
// Within one account an allow of the resource's policy for the caller, or one of its identity policies, is enough; across
// accounts both sides must allow. A role's trust policy stands in for a resource policy when the role is assumed, and it
// must allow. Nothing else special to IAM or STS is modelled.

import PolicyLanguage

enum GeneralModule: ServiceModule {
  static let prefix: BorrowedText = ""

  static func conditionKey(_ text: BorrowedText) -> (code: UInt8, argument: BorrowedText)? { nil }

  static func refusesInRequests(_ key: BorrowedText) -> Bool { false }

  static func review(_ results: UnsafeMutableBufferPointer<LegResult>) {}

  static func plan(_ inquiry: Inquiry) throws(RequestError) -> Plan {
    let request = inquiry.request.pointee
    let action = inquiry.arena.store(try action(request.operation, in: inquiry.arena))
    guard request.targetResource.isEmpty else {
      throw RequestError(.invalidArgument, "`targetResource` is given, but \(request.operation) takes none")
    }
    guard !request.resource.isEmpty else {
      var leg = PlannedLeg(action: action, region: request.region)
      leg.ownerLack = .noResourcePolicyAllow
      return Plan(legs: Run(inquiry.arena.store(leg), count: 1), resource: "", region: request.region)
    }
    guard let arn = ARNName(request.resource), !arn.partition.isEmpty, !arn.service.isEmpty, !arn.resource.isEmpty
    else {
      throw RequestError(.invalidArgument, "`resource` is `\(request.resource)`; expected an ARN")
    }
    if !request.region.isEmpty, !arn.region.isEmpty, arn.region != request.region {
      throw RequestError(
        .invalidArgument, "`resource` is in Region `\(arn.region)`, but the request is made in `\(request.region)`")
    }
    let region = arn.region.isEmpty ? request.region : arn.region
    let leg = try leg(action, on: arn, region: region, inquiry)
    return Plan(legs: Run(inquiry.arena.store(leg), count: 1), resource: request.resource, region: region)
  }

  private static func leg(
    _ action: UnsafePointer<ActionName>, on arn: ARNName, region: BorrowedText, _ inquiry: Inquiry
  ) throws(RequestError) -> PlannedLeg {
    let folder = inquiry.tables.pointee.resources.folder(covering: inquiry.request.pointee.resource)
    guard
      let owner = folder?.pointee.account.pointee.id ?? (CallerResolution.isAccountID(arn.account) ? arn.account : nil)
    else {
      throw RequestError(
        .invalidArgument,
        "`resource` is `\(inquiry.request.pointee.resource)`; expected an ARN with an account, or one that a folder of `resources` covers"
      )
    }
    let account = inquiry.tables.pointee.account(owner)
    var leg = PlannedLeg(action: action, region: region)
    leg.setResource(arn)
    leg.ownerAccount = owner
    leg.facts = ResourceFacts(account: owner, organization: account?.pointee.organization)
    leg.ownerRule = .requiredAcrossAccounts
    leg.ownerLack = .noResourcePolicyAllow
    leg.isUsableAcrossAccounts = true
    leg.obeysResourceControlPolicies = true
    leg.policy = folder?.pointee.policy.map { ResourcePolicy(statements: $0, kind: .resourcePolicy) }
    if action.pointee.service == "sts", action.pointee.name == "assumerole" {
      leg.ownerRule = .required
      leg.policy = trustPolicy(of: arn, inquiry.tables).map { ResourcePolicy(statements: $0, kind: .trustPolicy) }
    }
    return leg
  }

  /// Nil when there is no such role, or it has none: nobody may assume it then.
  private static func trustPolicy(of arn: ARNName, _ tables: UnsafePointer<IndexTables>) -> StatementList? {
    let name = IdentityName(arn.text)
    // A session is no role.
    return name.sessionName == nil ? tables.pointee.identities.identity(name)?.pointee.trustPolicy : nil
  }

  private static func action(_ operation: BorrowedText, in arena: Arena) throws(RequestError) -> ActionName {
    guard let colon = operation.firstIndex(of: UInt8(ascii: ":")),
      case let (service, name) = (operation.prefix(colon), operation.dropFirst(colon + 1)),
      isWord(service), isWord(name), !service.hasUpperCase
    else {
      throw RequestError(
        .invalidArgument, "`operation` is `\(operation)`; expected `service:Operation`, such as `kms:Decrypt`")
    }
    return ActionName(service: service, operation: name, in: arena)
  }

  private static func isWord(_ text: BorrowedText) -> Bool {
    !text.isEmpty
      && text.bytes.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: "-") }
  }
}
