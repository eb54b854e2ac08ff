// Comparing a text with a pattern.
//
// The pieces before the first `*` must stand at the beginning, those after the last one at the end, and each run of pieces
// between two of them is taken where it first fits: a later place could not help what follows. So nothing is ever tried
// twice, however many `*` there are, and each run is searched for in a way that its length hardly matters to.

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
    if pieces.isEmpty { return text.isEmpty }
    if pieces.count == 1 {
      switch pieces[0] {
      case .literal(let literal) where !ignoringASCIICase: return literal == text
      case .anyRun: return true
      case .variable: return false
      default: break
      }
    }
    return text.utf8.withUnsafeBufferPointer {
      PatternMatcher(text: $0, pieces: pieces, ignoresASCIICase: ignoringASCIICase).matches()
    }
  }

  // UNDOCUMENTED: D-58, wildcard characters in a substituted value (section I, 8)
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

extension PatternPiece {
  /// As `== .anyRun`, without comparing payloads.
  fileprivate var isRun: Bool {
    if case .anyRun = self { true } else { false }
  }
}

private struct PatternMatcher {
  let text: UnsafeBufferPointer<UInt8>
  let pieces: [PatternPiece]
  let ignoresASCIICase: Bool

  func matches() -> Bool {
    guard let firstRun = pieces.firstIndex(where: \.isRun), let lastRun = pieces.lastIndex(where: \.isRun) else {
      return end(of: 0..<pieces.count, at: 0) == text.count
    }
    guard var offset = end(of: 0..<firstRun, at: 0),
      let limit = start(of: (lastRun + 1)..<pieces.count, endingAt: text.count), offset <= limit
    else { return false }
    var index = firstRun + 1
    while index < lastRun {
      var next = index
      while !pieces[next].isRun { next += 1 }
      guard let end = firstEnd(of: index..<next, from: offset, limit: limit) else { return false }
      offset = end
      index = next + 1
    }
    return true
  }

  /// Where pieces without `*` end when they stand at `offset`.
  private func end(of range: Range<Int>, at offset: Int) -> Int? {
    var offset = offset
    for index in range {
      switch pieces[index] {
      case .literal(let literal):
        guard holds(literal.utf8, at: offset) else { return nil }
        offset += literal.count
      case .anyCharacter:
        // A continuation byte: a `*` before has stopped inside a character.
        guard offset < text.count, text[offset] & 0xC0 != 0x80 else { return nil }
        offset += 1
        while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
      case .anyRun, .variable:
        return nil
      }
    }
    return offset
  }

  /// Where pieces without `*` begin when they end at `end`.
  private func start(of range: Range<Int>, endingAt end: Int) -> Int? {
    var offset = end
    for index in range.reversed() {
      switch pieces[index] {
      case .literal(let literal):
        offset -= literal.count
        guard offset >= 0, holds(literal.utf8, at: offset) else { return nil }
      case .anyCharacter:
        repeat { offset -= 1 } while offset >= 0 && text[offset] & 0xC0 == 0x80
        guard offset >= 0 else { return nil }
      case .anyRun, .variable:
        return nil
      }
    }
    return offset
  }

  /// Where pieces without `*` end at the first place from `offset` on where they fit before `limit`.
  private func firstEnd(of range: Range<Int>, from offset: Int, limit: Int) -> Int? {
    if range.count == 1, case .literal(let literal) = pieces[range.lowerBound], !ignoresASCIICase {
      return literal.utf8.withUnsafeBufferPointer { firstOffset(of: $0, from: offset, limit: limit) }
        .map { $0 + literal.count }
    }
    let isLong = (limit - offset) * length(of: range) > Self.longSearch
    if isLong, !range.isEmpty {
      return RunSearch(pieces[range], ignoringASCIICase: ignoresASCIICase)
        .firstEnd(in: text, from: offset, limit: limit)
    }
    var start = offset
    while start <= limit {
      if let end = end(of: range, at: start) { return end <= limit ? end : nil }
      start += 1
    }
    return nil
  }

  /// Comparisons that trying place after place may cost before another way is worth its tables.
  private static let longSearch = 1 << 16

  private func length(of range: Range<Int>) -> Int {
    pieces[range].reduce(0) { sum, piece in
      if case .literal(let literal) = piece { sum + literal.count } else { sum + 1 }
    }
  }

  private func holds(_ literal: Text.UTF8View, at offset: Int) -> Bool {
    guard literal.count <= text.count - offset else { return false }
    if ignoresASCIICase {
      return literal.indices.allSatisfy { folded(literal[$0]) == folded(text[offset + $0]) }
    }
    return literal.indices.allSatisfy { literal[$0] == text[offset + $0] }
  }

  private func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// Knuth, Morris and Pratt for long needles, so that `*aaa...ab*` cannot make a long text expensive.
  private func firstOffset(of needle: UnsafeBufferPointer<UInt8>, from offset: Int, limit: Int) -> Int? {
    guard needle.count <= limit - offset else { return nil }
    if needle.count <= 16 {
      for start in offset...(limit - needle.count) where text[start] == needle[0] {
        if needle.indices.allSatisfy({ needle[$0] == text[start + $0] }) { return start }
      }
      return nil
    }
    // borders[n]: length of the longest proper prefix of the first n + 1 bytes that is also their suffix.
    var borders = [Int](repeating: 0, count: needle.count)
    var length = 0
    for index in 1..<needle.count {
      while length > 0, needle[index] != needle[length] { length = borders[length - 1] }
      if needle[index] == needle[length] { length += 1 }
      borders[index] = length
    }
    length = 0
    for index in offset..<limit {
      while length > 0, text[index] != needle[length] { length = borders[length - 1] }
      if text[index] == needle[length] { length += 1 }
      if length == needle.count { return index + 1 - length }
    }
    return nil
  }
}
