// A pattern ready to be compared: one step for each piece, all of them plain values that lie side by side.

/// One step of a pattern.
public struct PatternStep: BitwiseCopyable, Sendable {
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    case literal
    /// `?`: exactly one character, that is one Unicode scalar.
    case anyCharacter
    /// `*`: any run, also an empty one.
    case anyRun
    /// Stands for a literal that only a request knows; matches nothing by itself.
    case variable
  }
  /// Of a literal; for a variable its key in lower case; else empty.
  public let text: BorrowedText
  public let kind: Kind

  @inlinable public init(_ kind: Kind, _ text: BorrowedText) {
    self.kind = kind
    self.text = text
  }
}

/// Steps that lie side by side.
public typealias PatternSteps = UnsafeBufferPointer<PatternStep>

extension Pattern {
  /// Lends the pattern's steps; the literals are the pattern's own.
  func withSteps<Result>(_ body: (PatternSteps) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: PatternStep.self, capacity: pieces.count) { steps in
      for (index, piece) in pieces.enumerated() {
        steps.initializeElement(at: index, to: PatternStep(piece))
      }
      defer { withExtendedLifetime(pieces) {} }
      return body(PatternSteps(steps))
    }
  }
}

extension PatternStep {
  /// INVARIANT: the piece's text is held while the step is used.
  public init(_ piece: PatternPiece) {
    switch piece {
    case .literal(let text): self.init(.literal, BorrowedText(text))
    case .anyCharacter: self.init(.anyCharacter, "")
    case .anyRun: self.init(.anyRun, "")
    case .variable(let variable): self.init(.variable, BorrowedText(variable.key))
    }
  }
}
