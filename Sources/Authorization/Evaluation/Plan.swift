// What a service module makes of a request: the single questions that must all be answered yes.

import PolicyDirectory
import PolicyLanguage

/// How the owner's word counts in a leg.
enum OwnerRule: Sendable {
  /// The resource's policy (or a grant) must allow; identity policies work only through it (F-7): KMS keys, trust
  /// policies.
  case required
  /// Within one account an identity policy alone is enough; across accounts the resource's policy must allow.
  case requiredAcrossAccounts
  /// There is no resource policy: operations without a resource, aliases (F-18, B-9).
  case none
}

/// A resource-based policy and what it is.
struct ResourcePolicy: Sendable {
  let statements: StatementList
  let kind: PolicyKind
}

/// One action on one resource.
struct PlannedLeg: Sendable {
  let action: ActionName
  /// Nil for operations without a resource.
  var resource: ARN?
  /// As told and recorded; `*` where there is none.
  var resourceText: Text = "*"
  /// Empty when the request has none.
  var region: Text
  /// Nil where there is no resource.
  var ownerAccount: Text?
  var facts = ResourceFacts()
  var ownerRule = OwnerRule.none
  var policy: ResourcePolicy?
  /// The reason when nothing on the owner's side allows.
  var ownerLack = Reason.noKeyPolicyAllow
  var isUsableAcrossAccounts = false
  /// RCPs reach it (F-34, F-35).
  var obeysResourceControlPolicies = false
  var service: (any ServiceContext)?
  /// Set when there is nothing to ask: no such key, no such grant.
  var failure: Reason?
}

struct Plan: Sendable {
  var legs: [PlannedLeg]
  /// The key that an id or alias stands for; empty where there is none.
  var keyARN: Text = ""
  /// As recorded: the key's ARN, or what the request named.
  var resource: Text
  var region: Text
}
