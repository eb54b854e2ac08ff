// VPC endpoint policy: if the request came through an endpoint that has one, it must allow too (F-4).

import PolicyLanguage

/// The policy of the endpoint that a request came through.
struct EndpointPolicy: BitwiseCopyable {
  /// The account that owns the endpoint: only it may learn of the statements.
  let account: BorrowedText
  let policy: StatementList
}

enum EndpointPolicyRule {
  static func finding(_ endpoint: EndpointPolicy, _ question: Question) -> PolicyFinding {
    PolicyFinding(
      deny: ResourcePolicyRule.deny(endpoint.policy, question, kind: .endpointPolicy),
      allow: ResourcePolicyRule.permission(endpoint.policy, question, kind: .endpointPolicy, isCrossAccount: false)
        .source)
  }
}
