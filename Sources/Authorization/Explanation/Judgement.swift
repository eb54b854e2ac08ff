// One judged request with what it was judged by: what an explanation re-asks the same rules about.

/// A decision and its grounds.
struct Judgement: Sendable {
  var decision: Decision
  /// One for each leg of the plan, in its order.
  var results: [LegResult]
  var plan: Plan
  var caller: Caller
  var attested: AttestedContext
  var endpoint: EndpointPolicy?
}
