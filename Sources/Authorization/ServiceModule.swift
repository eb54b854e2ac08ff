// The seam between the engine and what is particular to one AWS service: a service is a folder beside this file.
//
// The engine knows accounts, policies, statements and conditions. A module knows its service's operations, how they name
// resources, which questions one operation asks, and which condition keys it adds. A new service is a new folder and one
// line in `ServiceModules.all`.

import PolicyLanguage

protocol ServiceModule: Sendable {
  /// What stands before the colon of its operations and condition keys, with the colon: `kms:`.
  static var prefix: Text { get }

  /// Its condition key of that name, in lower case; nil for a key that only the sidecar can know.
  static func conditionKey(_ text: Text) -> (code: UInt8, argument: Text)?

  /// Whether a request may not bring this key itself.
  static func refusesInRequests(_ key: Text) -> Bool

  /// Turns a request into the single questions that it asks.
  static func plan(_ inquiry: Inquiry) throws(RequestError) -> Plan

  /// A last look at the answers together, for rules that tie legs to each other.
  static func review(_ results: inout [LegResult], of plan: Plan)
}

/// What a module adds to the request context of one leg.
protocol ServiceContext: Sendable {
  /// Whether the key is one of this service's own, whose code `values(of:)` knows.
  func owns(_ key: ConditionKey) -> Bool

  /// Whether an attested key exists on this operation at all.
  func hasKey(_ key: ConditionKey) -> Bool

  func values(of code: UInt8, key: ConditionKey, in kind: PolicyKind, attested: AttestedContext) -> KeyValues

  /// What allows beside the resource's policy: a grant.
  func permissionBesidePolicy(_ question: Question) -> OwnerPermission

  /// The same, told one by one, whether it allowed or not; empty where the service has nothing of the kind.
  func explainBesidePolicy(_ narration: StatementNarration) -> [ExplainedStatement]

  /// Whether one of this service's own keys tells something of the resource that only its owner's account knows.
  func isOwnersFact(_ key: ConditionKey) -> Bool
}

/// All that a module plans by.
struct Inquiry: Sendable {
  let request: AuthorizationRequest
  let attested: AttestedContext
  let caller: Caller
  let index: PolicyIndex
}

enum ServiceModules {
  /// Services with rules of their own. All others go by the general rule.
  static let all: [any ServiceModule.Type] = [KMSModule.self]

  static func conditionKey(_ text: Text) -> (code: UInt8, argument: Text)? {
    all.first { text.hasPrefix($0.prefix) }?.conditionKey(text)
  }

  static func refusesInRequests(_ key: Text) -> Bool {
    all.first { key.hasPrefix($0.prefix) }?.refusesInRequests(key) ?? false
  }

  /// - Parameter operation: `service:Operation`.
  static func module(for operation: Text) -> any ServiceModule.Type {
    all.first { operation.hasPrefix($0.prefix) } ?? GeneralModule.self
  }
}
