// Comparing a text with a pattern as the parser made it. How texts and steps are compared is PatternMatcher's.

/// What a comparison gave.
public enum PatternMatch: Sendable, Hashable {
  case match
  case noMatch
  /// A variable has neither a value nor a default (D-55); what that means depends on where the pattern stands.
  case unresolved
}

extension Pattern {
  /// Compares a whole text (E-23).
  /// - Parameter resolving: the value of a single-valued key, nil when it is absent (D-53); defaults are seen to here.
  public func matches(
    _ text: Text, ignoringASCIICase: Bool = false, resolving: (Variable) -> Text?
  ) -> PatternMatch {
    guard let fixed = expanded(resolving: resolving) else { return .unresolved }
    return fixed.matches(text, ignoringASCIICase: ignoringASCIICase) ? .match : .noMatch
  }

  /// Compares a whole text with a pattern that has no variables; one that has some matches nothing.
  public func matches(_ text: Text, ignoringASCIICase: Bool = false) -> Bool {
    withSteps { steps in
      defer { withExtendedLifetime(text) {} }
      return PatternMatcher.matches(BorrowedText(text), steps, ignoringASCIICase: ignoringASCIICase)
    }
  }

  /// The pattern with the values of its variables as literal text (D-58); nil when one has neither value nor default.
  public func expanded(resolving: (Variable) -> Text?) -> Pattern? {
    guard hasVariables else { return self }
    var result: [PatternPiece] = []
    result.reserveCapacity(pieces.count)
    for piece in pieces {
      if case .variable(let variable) = piece {
        guard let value = resolving(variable) ?? variable.defaultValue else { return nil }
        result.append(.literal(value))
      } else {
        result.append(piece)
      }
    }
    return Pattern(pieces: result)
  }
}
