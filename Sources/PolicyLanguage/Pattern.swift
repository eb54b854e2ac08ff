// Patterns: text in which `*` stands for any run and `?` for one character, compiled once (D-38, D-44).
//
// A pattern is a list of pieces so that a variable, or a literal `${*}`, can stand in the middle of one (D.6). How text is
// compiled is in Pattern+Compilation.swift, how it is compared in Pattern+Matching.swift.

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
  /// No literal is empty, no two literals and no two `*` stand side by side.
  public let pieces: [PatternPiece]
  public let hasVariables: Bool

  public init(pieces: [PatternPiece]) {
    var result: [PatternPiece] = []
    var hasVariables = false
    result.reserveCapacity(pieces.count)
    for piece in pieces {
      switch (result.last, piece) {
      case (_, .literal("")), (.anyRun, .anyRun):
        break
      case (.literal(let left), .literal(let right)):
        result[result.count - 1] = .literal(Text(utf8: left.utf8 + right.utf8))
      default:
        result.append(piece)
      }
      if case .variable = piece { hasVariables = true }
    }
    self.pieces = result
    self.hasVariables = hasVariables
  }

  /// A pattern that equals one text alone.
  public init(literal text: Text) { self.init(pieces: [.literal(text)]) }

  public var hasWildcards: Bool { pieces.contains { $0 == .anyRun || $0 == .anyCharacter } }

  /// The one text that the pattern equals; nil when it has wildcards or variables.
  public var literal: Text? {
    switch pieces.count {
    case 0: ""
    case 1: if case .literal(let text) = pieces[0] { text } else { nil }
    default: nil
    }
  }
}
