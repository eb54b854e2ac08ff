// ARNs with wildcards, compared part by part, so that a `*` in the Region never swallows an account (D-42, E-13).

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

extension ARNPattern {
  /// Every ARN.
  public static let any: ARNPattern = {
    let anything = Pattern(pieces: [.anyRun])
    return ARNPattern(partition: anything, service: anything, region: anything, account: anything, resource: anything)
  }()

  /// Splits a pattern at the first five colons of its literal text. Nil unless the first part matches `arn` and there are
  /// six parts, or fewer of which the last is a `*` behind the service: that one stands for all that follows (D-46).
  public init?(splitting pattern: Pattern) {
    var parts: [[PatternPiece]] = [[]]
    for piece in pattern.pieces {
      guard case .literal(let text) = piece else {
        parts[parts.count - 1].append(piece)
        continue
      }
      var rest = text.utf8[...]
      while parts.count < 6, let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
        parts[parts.count - 1].append(.literal(Text(utf8: rest[..<colon])))
        parts.append([])
        rest = rest[(colon + 1)...]
      }
      parts[parts.count - 1].append(.literal(Text(utf8: rest)))
    }
    var patterns = parts.map { Pattern(pieces: $0) }
    guard patterns[0].matches("arn") else { return nil }
    if patterns.count < 6 {
      guard patterns.count >= 4, patterns.last?.pieces == [.anyRun] else { return nil }
      while patterns.count < 6 { patterns.append(Pattern(pieces: [.anyRun])) }
    }
    self.init(
      partition: patterns[1], service: patterns[2], region: patterns[3], account: patterns[4], resource: patterns[5])
  }

  /// Whether a variable stands before the fifth colon, where a Resource may not have one (D-52).
  public var hasVariablesBeforeResource: Bool {
    partition.hasVariables || service.hasVariables || region.hasVariables || account.hasVariables
  }

  /// Compares part by part, with case (D-47). An unresolved variable is told even where another part differs: it makes a
  /// NotResource not apply in an Allow (D-55).
  public func matches(_ arn: ARN, resolving: (Variable) -> Text?) -> PatternMatch {
    guard hasVariablesBeforeResource || resource.hasVariables else { return matchesFixed(arn) ? .match : .noMatch }
    guard let partition = partition.expanded(resolving: resolving),
      let service = service.expanded(resolving: resolving), let region = region.expanded(resolving: resolving),
      let account = account.expanded(resolving: resolving), let resource = resource.expanded(resolving: resolving)
    else { return .unresolved }
    let fixed = ARNPattern(
      partition: partition, service: service, region: region, account: account, resource: resource)
    return fixed.matchesFixed(arn) ? .match : .noMatch
  }

  private func matchesFixed(_ arn: ARN) -> Bool {
    service.matches(arn.service) && account.matches(arn.account) && region.matches(arn.region)
      && partition.matches(arn.partition) && resource.matches(arn.resource)
  }
}
