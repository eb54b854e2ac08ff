// One judged request with what it was judged by: what a decision is put together from, and what an explanation re-asks
// the same rules about.

import PolicyLanguage

/// The answers to a request and their grounds, all of them in the workspace, the request and the index.
struct Judgement: BitwiseCopyable {
  let plan: Plan
  /// One for each leg of the plan, in its order.
  let results: Run<LegResult>
  let caller: UnsafePointer<Caller>
  let attested: UnsafePointer<AttestedContext>
  let endpoint: EndpointPolicy?
  let revision: BorrowedText
}
