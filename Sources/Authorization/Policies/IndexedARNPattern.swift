// ARNs with wildcards in compiled policies: five patterns, each for a part of its own (D-42, E-13).

import PolicyLanguage

struct IndexedARNPattern: BitwiseCopyable {
  let partition: IndexedPattern
  let service: IndexedPattern
  let region: IndexedPattern
  let account: IndexedPattern
  let resource: IndexedPattern

  init(_ pattern: ARNPattern, in arena: Arena) {
    partition = IndexedPattern(pattern.partition, in: arena)
    service = IndexedPattern(pattern.service, in: arena)
    region = IndexedPattern(pattern.region, in: arena)
    account = IndexedPattern(pattern.account, in: arena)
    resource = IndexedPattern(pattern.resource, in: arena)
  }

  private var hasVariables: Bool {
    resource.hasVariables || account.hasVariables || region.hasVariables || service.hasVariables
      || partition.hasVariables
  }

  /// Compares part by part, with case (D-47). An unresolved variable is told even where another part differs: it makes a
  /// NotResource not apply in an Allow (D-55).
  func matches(_ arn: ARNName, resolving variables: VariableResolution) -> PatternMatch {
    if hasVariables, !isResolved(by: variables) { return .unresolved }
    let isMatch =
      variables.matches(arn.account, account) == .match && variables.matches(arn.service, service) == .match
      && variables.matches(arn.region, region) == .match && variables.matches(arn.partition, partition) == .match
      && variables.matches(arn.resource, resource) == .match
    return isMatch ? .match : .noMatch
  }

  /// Whether all its variables have values.
  func isResolved(by variables: VariableResolution) -> Bool {
    variables.resolves(partition) && variables.resolves(service) && variables.resolves(region)
      && variables.resolves(account) && variables.resolves(resource)
  }
}
