// Patterns, the slow way: a pattern becomes a list of pieces, and matching tries every possibility.

/// A piece of a pattern.
enum Piece {
  case character(Unicode.Scalar)
  /// `*`: any run of characters, none too (D-44).
  case anyRun
  /// `?`: exactly one character (D-44).
  case anyOne
  /// A character that has lost its meaning: an escape (D-57) or part of a variable's value (D-58).
  case literal(Unicode.Scalar)
  /// A variable's place, still to be filled.
  case variable(name: String, fallback: String?)
}

enum Pattern {
  /// - Parameter variables: `${...}` is a variable or an escape; only in Version 2012-10-17 (D-51).
  static func pieces(_ text: String, variables: Bool) -> [Piece] {
    let scalars = Array(text.unicodeScalars)
    var pieces: [Piece] = []
    var at = 0
    while at < scalars.count {
      if variables, scalars[at] == "$", at + 1 < scalars.count, scalars[at + 1] == "{",
        let end = scalars[at...].firstIndex(of: "}")
      {
        var inside = String.UnicodeScalarView()
        inside.append(contentsOf: scalars[(at + 2)..<end])
        let name = String(inside)
        switch name {
        case "*": pieces.append(.literal("*"))
        case "?": pieces.append(.literal("?"))
        case "$": pieces.append(.literal("$"))
        default:
          // D-56: `${key, 'default'}`
          if let comma = name.firstIndex(of: ",") {
            var fallback = String(name[name.index(after: comma)...])
            while fallback.first == " " { fallback.removeFirst() }
            fallback.removeFirst()
            fallback.removeLast()
            pieces.append(.variable(name: String(name[..<comma]), fallback: fallback))
          } else {
            pieces.append(.variable(name: name, fallback: nil))
          }
        }
        at = end + 1
        continue
      }
      switch scalars[at] {
      case "*": pieces.append(.anyRun)
      case "?": pieces.append(.anyOne)
      default: pieces.append(.character(scalars[at]))
      }
      at += 1
    }
    return pieces
  }

  static func matches(_ pieces: [Piece], _ text: String) -> Bool {
    matches(pieces[...], Array(text.unicodeScalars)[...])
  }

  private static func matches(_ pieces: ArraySlice<Piece>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = pieces.first else { return text.isEmpty }
    switch first {
    case .anyRun:
      var rest = text
      while true {
        if matches(pieces.dropFirst(), rest) { return true }
        if rest.isEmpty { return false }
        rest = rest.dropFirst()
      }
    case .anyOne:
      return !text.isEmpty && matches(pieces.dropFirst(), text.dropFirst())
    case .character(let scalar), .literal(let scalar):
      return text.first == scalar && matches(pieces.dropFirst(), text.dropFirst())
    case .variable:
      return false
    }
  }

  /// The pieces between colons, at most six groups; colons inside of variables do not count.
  static func partsOfARN(_ pieces: [Piece]) -> [[Piece]] {
    var parts: [[Piece]] = [[]]
    for piece in pieces {
      if case .character(":") = piece, parts.count < 6 {
        parts.append([])
      } else {
        parts[parts.count - 1].append(piece)
      }
    }
    return parts
  }

  static func hasWildcard(_ pieces: [Piece]) -> Bool {
    for piece in pieces {
      switch piece {
      case .anyRun, .anyOne: return true
      default: continue
      }
    }
    return false
  }

  static func hasVariable(_ pieces: [Piece]) -> Bool {
    for piece in pieces {
      if case .variable = piece { return true }
    }
    return false
  }
}
