// Patterns: text in which `*` stands for any run and `?` for one character, compiled once (D-38, D-44).
//
// A pattern is a list of pieces so that a variable, or a literal `${*}`, can stand in the middle of one (D.6).

/// One piece of a pattern.
public enum PatternPiece: Sendable, Hashable {
  case literal(Text)
  /// `?`: exactly one character, that is one Unicode scalar.
  case anyCharacter
  /// `*`: any run, also an empty one.
  case anyRun
  /// `${key}` or `${key, 'default'}`; its value is compared as literal text (D-53, D-56, D-58).
  case variable(Variable)
}

/// A policy variable.
public struct Variable: Sendable, Hashable {
  /// Lower case (D-54).
  public var key: Text
  public var defaultValue: Text?
  public init(key: Text, defaultValue: Text? = nil) {
    self.key = key
    self.defaultValue = defaultValue
  }
}

/// Text to compare with, with or without wildcards and variables.
public struct Pattern: Sendable, Hashable {
  public var pieces: [PatternPiece]
  public init(pieces: [PatternPiece]) { self.pieces = pieces }
}
