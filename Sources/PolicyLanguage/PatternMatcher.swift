// Comparing a text with the steps of a pattern.
//
// The steps before the first `*` must stand at the beginning, those after the last one at the end, and each run of steps
// between two of them is taken where it first fits: a later place could not help what follows. So nothing is ever tried
// twice, however many `*` there are, and each run is searched for in a way that its length hardly matters to.

public struct PatternMatcher {
  private let text: UnsafeBufferPointer<UInt8>
  private let steps: PatternSteps
  private let ignoresASCIICase: Bool

  /// Compares a whole text (E-23). A variable matches nothing: it is replaced before.
  public static func matches(_ text: BorrowedText, _ steps: PatternSteps, ignoringASCIICase: Bool = false) -> Bool {
    if steps.isEmpty { return text.isEmpty }
    if steps.count == 1 {
      switch steps[0].kind {
      case .literal:
        return ignoringASCIICase ? steps[0].text.equalsIgnoringASCIICase(text) : steps[0].text == text
      case .anyRun: return true
      case .variable: return false
      case .anyCharacter: break
      }
    }
    return PatternMatcher(text: text.bytes, steps: steps, ignoresASCIICase: ignoringASCIICase).matches()
  }

  private func matches() -> Bool {
    guard let firstRun = steps.firstIndex(where: { $0.kind == .anyRun }),
      let lastRun = steps.lastIndex(where: { $0.kind == .anyRun })
    else { return end(of: 0..<steps.count, at: 0) == text.count }
    guard var offset = end(of: 0..<firstRun, at: 0),
      let limit = start(of: (lastRun + 1)..<steps.count, endingAt: text.count), offset <= limit
    else { return false }
    var index = firstRun + 1
    while index < lastRun {
      var next = index
      while steps[next].kind != .anyRun { next += 1 }
      guard let end = firstEnd(of: index..<next, from: offset, limit: limit) else { return false }
      offset = end
      index = next + 1
    }
    return true
  }

  /// Where steps without `*` end when they stand at `offset`.
  private func end(of range: Range<Int>, at offset: Int) -> Int? {
    var offset = offset
    for index in range {
      switch steps[index].kind {
      case .literal:
        guard holds(steps[index].text, at: offset) else { return nil }
        offset += steps[index].text.count
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

  /// Where steps without `*` begin when they end at `end`.
  private func start(of range: Range<Int>, endingAt end: Int) -> Int? {
    var offset = end
    for index in range.reversed() {
      switch steps[index].kind {
      case .literal:
        offset -= steps[index].text.count
        guard offset >= 0, holds(steps[index].text, at: offset) else { return nil }
      case .anyCharacter:
        repeat { offset -= 1 } while offset >= 0 && text[offset] & 0xC0 == 0x80
        guard offset >= 0 else { return nil }
      case .anyRun, .variable:
        return nil
      }
    }
    return offset
  }

  /// Where steps without `*` end at the first place from `offset` on where they fit before `limit`.
  private func firstEnd(of range: Range<Int>, from offset: Int, limit: Int) -> Int? {
    let isLong = (limit - offset) * length(of: range) > Self.longSearch
    if isLong, !range.isEmpty {
      return RunSearch(PatternSteps(rebasing: steps[range]), ignoringASCIICase: ignoresASCIICase)
        .firstEnd(in: text, from: offset, limit: limit)
    }
    if range.count == 1, steps[range.lowerBound].kind == .literal, !ignoresASCIICase {
      return firstEnd(of: steps[range.lowerBound].text, from: offset, limit: limit)
    }
    var start = offset
    while start <= limit {
      if let end = end(of: range, at: start) { return end <= limit ? end : nil }
      start += 1
    }
    return nil
  }

  private func firstEnd(of literal: BorrowedText, from offset: Int, limit: Int) -> Int? {
    var start = offset
    while start + literal.count <= limit, let base = text.baseAddress {
      let rest = BorrowedText(base + start, count: limit - literal.count + 1 - start)
      guard let next = rest.firstIndex(of: literal[0]) else { return nil }
      start += next
      if holds(literal, at: start) { return start + literal.count }
      start += 1
    }
    return nil
  }

  /// Comparisons that trying place after place may cost before another way is worth its tables.
  private static let longSearch = 1 << 16

  private func length(of range: Range<Int>) -> Int {
    steps[range].reduce(0) { $0 + ($1.kind == .literal ? $1.text.count : 1) }
  }

  private func holds(_ literal: BorrowedText, at offset: Int) -> Bool {
    guard literal.count <= text.count - offset, let base = text.baseAddress else { return literal.isEmpty }
    let part = BorrowedText(base + offset, count: literal.count)
    return ignoresASCIICase ? part.equalsIgnoringASCIICase(literal) : part == literal
  }
}
