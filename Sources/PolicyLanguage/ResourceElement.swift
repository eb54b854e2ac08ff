// Resource and NotResource (D.5): which resources a statement speaks of.

/// The Resource or NotResource element.
public struct ResourceElement: Sendable {
  public var isNegated: Bool
  public var patterns: [ResourcePattern]
  public init(isNegated: Bool = false, patterns: [ResourcePattern]) {
    self.isNegated = isNegated
    self.patterns = patterns
  }
}

public enum ResourcePattern: Sendable, Hashable {
  /// `*`: every resource, and also "no resource" (D-41).
  case any
  /// Compared part by part (D-42); variables only in `resource` (D-52).
  case arn(ARNPattern)
  /// Accepted, matches nothing: a wildcard in the service part, or a variable before the fifth colon.
  case unmatchable(Text)
}

/// An ARN with wildcards: the parts before the resource never let a `*` run past their colon (D-42, D-43).
public struct ARNPattern: Sendable, Hashable {
  public var partition: Pattern
  public var service: Pattern
  public var region: Pattern
  public var account: Pattern
  public var resource: Pattern
  public init(partition: Pattern, service: Pattern, region: Pattern, account: Pattern, resource: Pattern) {
    self.partition = partition
    self.service = service
    self.region = region
    self.account = account
    self.resource = resource
  }
}
