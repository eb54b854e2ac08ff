// What a service module makes of a request: the single questions that must all be answered yes.

import PolicyLanguage

/// How the owner's word counts in a leg.
enum OwnerRule: BitwiseCopyable {
  /// The resource's policy (or a grant) must allow; identity policies work only through it (F-7): KMS keys, trust
  /// policies.
  case required
  /// Within one account an identity policy alone is enough; across accounts the resource's policy must allow.
  case requiredAcrossAccounts
  /// There is no resource policy: operations without a resource, aliases (F-18, B-9).
  case none
}

/// A resource-based policy and what it is.
struct ResourcePolicy: BitwiseCopyable {
  let statements: StatementList
  let kind: PolicyKind
}

/// One action on one resource.
struct PlannedLeg: BitwiseCopyable {
  let action: UnsafePointer<ActionName>
  /// Nil for operations without a resource.
  var resource: ARNName?
  var resourceFingerprint: UInt64 = 0
  /// As told and recorded; `*` where there is none.
  var resourceText: BorrowedText = "*"
  /// Empty when the request has none.
  var region: BorrowedText
  /// Nil where there is no resource.
  var ownerAccount: BorrowedText?
  var facts = ResourceFacts()
  var ownerRule = OwnerRule.none
  var policy: ResourcePolicy?
  /// The reason when nothing on the owner's side allows.
  var ownerLack = Reason.noKeyPolicyAllow
  var isUsableAcrossAccounts = false
  /// RCPs reach it (F-34, F-35).
  var obeysResourceControlPolicies = false
  var service = ServiceContext.none
  /// Set when there is nothing to ask: no such key, no such grant.
  var failure: Reason?

  init(action: UnsafePointer<ActionName>, region: BorrowedText) {
    self.action = action
    self.region = region
  }

  mutating func setResource(_ arn: ARNName) {
    resource = arn
    resourceFingerprint = arn.text.fingerprint
    resourceText = arn.text
  }
}

struct Plan: BitwiseCopyable {
  let legs: Run<PlannedLeg>
  /// The key that an id or alias stands for; empty where there is none.
  var keyARN: BorrowedText = ""
  /// As recorded: the key's ARN, or what the request named.
  let resource: BorrowedText
  let region: BorrowedText
}
