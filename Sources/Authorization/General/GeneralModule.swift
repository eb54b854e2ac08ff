// Every service without a module of its own, by the general rule (contract, section 2).
//
// Within one account an allow of the resource's policy for the caller, or one of its identity policies, is enough; across
// accounts both sides must allow. A role's trust policy stands in for a resource policy when the role is assumed, and it
// must allow. Nothing else special to IAM or STS is modelled.

import PolicyDirectory
import PolicyLanguage

enum GeneralModule: ServiceModule {
  static let prefix: Text = ""

  static func conditionKey(_ text: Text) -> (code: UInt8, argument: Text)? { nil }

  static func refusesInRequests(_ key: Text) -> Bool { false }

  static func review(_ results: inout [LegResult], of plan: Plan) {}

  static func plan(_ inquiry: Inquiry) throws(RequestError) -> Plan {
    let request = inquiry.request
    let action = try action(request.operation)
    guard request.targetResource.isEmpty else {
      throw RequestError(.invalidArgument, "`targetResource` is given, but \(request.operation) takes none")
    }
    guard !request.resource.isEmpty else {
      var leg = PlannedLeg(action: action, region: request.region)
      leg.ownerLack = .noResourcePolicyAllow
      return Plan(legs: [leg], resource: "", region: request.region)
    }
    guard let arn = ARN(request.resource), !arn.partition.isEmpty, !arn.service.isEmpty, !arn.resource.isEmpty else {
      throw RequestError(.invalidArgument, "`resource` is `\(request.resource)`; expected an ARN")
    }
    if !request.region.isEmpty, !arn.region.isEmpty, arn.region != request.region {
      throw RequestError(
        .invalidArgument, "`resource` is in Region `\(arn.region)`, but the request is made in `\(request.region)`")
    }
    let region = arn.region.isEmpty ? request.region : arn.region
    let leg = try leg(action, on: arn, region: region, inquiry)
    return Plan(legs: [leg], resource: request.resource, region: region)
  }

  private static func leg(
    _ action: ActionName, on arn: ARN, region: Text, _ inquiry: Inquiry
  ) throws(RequestError) -> PlannedLeg {
    let resource = inquiry.index.resources.resource(covering: inquiry.request.resource)
    guard let owner = resource?.accountID ?? (CallerResolution.isAccountID(arn.account) ? arn.account : nil) else {
      throw RequestError(
        .invalidArgument,
        "`resource` is `\(inquiry.request.resource)`; expected an ARN with an account, or one that a folder of `resources` covers"
      )
    }
    let account = inquiry.index.account(owner)
    var leg = PlannedLeg(action: action, region: region)
    leg.resource = arn
    leg.resourceText = inquiry.request.resource
    leg.ownerAccount = owner
    leg.facts = ResourceFacts(account: owner, organization: resource?.organization ?? account?.organization)
    leg.ownerRule = .requiredAcrossAccounts
    leg.ownerLack = .noResourcePolicyAllow
    leg.isUsableAcrossAccounts = true
    leg.obeysResourceControlPolicies = true
    leg.policy = resource?.policy.map { ResourcePolicy(statements: $0, kind: .resourcePolicy) }
    if action.service == "sts", action.name == "assumerole" {
      leg.ownerRule = .required
      leg.policy = trustPolicy(of: arn, account).map { ResourcePolicy(statements: $0, kind: .trustPolicy) }
    }
    return leg
  }

  /// Nil when there is no such role, or it has none: nobody may assume it then.
  private static func trustPolicy(of arn: ARN, _ account: IndexedAccount?) -> StatementList? {
    let name = arn.resource.utf8.lastIndex(of: UInt8(ascii: "/")).map { Text(utf8: arn.resource.utf8[($0 + 1)...]) }
    guard let name, let account, let role = account.roles[name], role.arn == arn else { return nil }
    return account.trustPolicies[name]
  }

  private static func action(_ operation: Text) throws(RequestError) -> ActionName {
    let parts = operation.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, isWord(parts[0]), isWord(parts[1]), !parts[0].contains(where: { $0 &- 0x41 < 26 }) else {
      throw RequestError(
        .invalidArgument, "`operation` is `\(operation)`; expected `service:Operation`, such as `kms:Decrypt`")
    }
    return ActionName(service: Text(utf8: parts[0]), operation: Text(utf8: parts[1]))
  }

  private static func isWord(_ bytes: Text.UTF8View) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == UInt8(ascii: "-") }
  }
}
