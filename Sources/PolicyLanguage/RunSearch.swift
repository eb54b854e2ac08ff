// Finds the first place of a run of literals and `?` in a text, in time that does not depend on how nearly the run fits
// elsewhere.
//
// Trying place after place costs the text's length times the run's when both are chosen for it (`*?a?a?ab*` in a text of
// `a`s), and a client chooses both: the text by its request, the run by a session policy. Here all places are tried at
// once, one bit for each byte of the run (Shift-And of Baeza-Yates and Gonnet): a 64th of that, whatever the text.

/// A run of steps without `*`, ready to be searched for. At least one step.
struct RunSearch {
  private let words: Int
  private let lastBit: UInt64
  private let endsInAnyCharacter: Bool
  /// For each byte of a text the bits of those places in the run that take it; rows of `words`.
  private var rows: [UInt64]
  private var rowOfByte: [Int]
  /// The places of `?`: such a place is left only when the character's continuation bytes are over.
  private var anyCharacters: [UInt64]

  init(_ steps: PatternSteps, ignoringASCIICase: Bool) {
    var places: [UInt8?] = []
    for step in steps {
      if step.kind == .literal {
        places += step.text.bytes.map { ignoringASCIICase ? lowered($0) : $0 }
      } else {
        places.append(nil)
      }
    }
    let words = (places.count + 63) / 64
    var anyCharacters = [UInt64](repeating: 0, count: words)
    for (place, byte) in places.enumerated() where byte == nil { anyCharacters[place >> 6] |= 1 << (place & 63) }
    // Row 0 is for bytes within a character that the run does not name, row 1 for bytes that begin one.
    var rows = [UInt64](repeating: 0, count: words) + anyCharacters
    var rowOfByte = (0..<256).map { $0 & 0xC0 == 0x80 ? 0 : 1 }
    for (place, byte) in places.enumerated() {
      guard let byte else { continue }
      if rowOfByte[Int(byte)] < 2 {
        let row = rows.count / words
        rows += rows[(rowOfByte[Int(byte)] * words)..<((rowOfByte[Int(byte)] + 1) * words)]
        rowOfByte[Int(byte)] = row
        if ignoringASCIICase, byte &- 0x61 < 26 { rowOfByte[Int(byte & ~0x20)] = row }
      }
      rows[rowOfByte[Int(byte)] * words + place >> 6] |= 1 << (place & 63)
    }
    self.words = words
    lastBit = 1 << ((places.count - 1) & 63)
    endsInAnyCharacter = places.last == .some(nil)
    self.rows = rows
    self.rowOfByte = rowOfByte
    self.anyCharacters = anyCharacters
  }

  /// Where the run ends at the first place from `offset` on, or nil when it ends nowhere up to `limit`.
  func firstEnd(in text: UnsafeBufferPointer<UInt8>, from offset: Int, limit: Int) -> Int? {
    var active = [UInt64](repeating: 0, count: words)
    return active.withUnsafeMutableBufferPointer { active in
      rows.withUnsafeBufferPointer { rows in
        anyCharacters.withUnsafeBufferPointer { anyCharacters in
          rowOfByte.withUnsafeBufferPointer { rowOfByte in
            for index in offset..<limit {
              let byte = text[index]
              let row = rowOfByte[Int(byte)] * words
              let isWithinCharacter = byte & 0xC0 == 0x80
              // The run may begin at every byte.
              var carry: UInt64 = 1
              for word in 0..<words {
                let bits = active[word]
                active[word] = (bits << 1 | carry) & rows[row + word]
                if isWithinCharacter { active[word] |= bits & anyCharacters[word] }
                carry = bits >> 63
              }
              if active[words - 1] & lastBit != 0 { return end(after: index, in: text, limit: limit) }
            }
            return nil
          }
        }
      }
    }
  }

  private func end(after index: Int, in text: UnsafeBufferPointer<UInt8>, limit: Int) -> Int? {
    var end = index + 1
    if endsInAnyCharacter { while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 } }
    return end <= limit ? end : nil
  }
}
