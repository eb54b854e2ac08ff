// An ARN as questions use it: one text and where its parts begin.

import PolicyLanguage

/// `arn:partition:service:region:account:resource`
struct ARNName: BitwiseCopyable {
  let text: BorrowedText
  /// Where partition, service, region and account end.
  private let ends: (UInt32, UInt32, UInt32, UInt32)
  /// False when a part before the resource holds a colon of its own. No pattern matches such a part, so the whole is
  /// never compared as one text.
  let isRegular: Bool

  /// Nil unless `text` begins with `arn:` and has at least six parts.
  init?(_ text: BorrowedText) {
    guard text.hasPrefix("arn:") else { return nil }
    var start = 4
    func end() -> Int? {
      guard let colon = text.dropFirst(start).firstIndex(of: UInt8(ascii: ":")) else { return nil }
      defer { start += colon + 1 }
      return start + colon
    }
    guard let partition = end(), let service = end(), let region = end(), let account = end() else { return nil }
    self.text = text
    isRegular = true
    ends = (
      UInt32(truncatingIfNeeded: partition), UInt32(truncatingIfNeeded: service), UInt32(truncatingIfNeeded: region),
      UInt32(truncatingIfNeeded: account)
    )
  }

  /// The parts put together.
  init(
    partition: BorrowedText, service: BorrowedText, region: BorrowedText = "", account: BorrowedText,
    resource: BorrowedText, in arena: Arena
  ) {
    text = arena.join("arn:", partition, ":", service, ":", region, ":", account, ":", resource)
    let first = 4 + partition.count
    let second = first + 1 + service.count
    let third = second + 1 + region.count
    ends = (
      UInt32(truncatingIfNeeded: first), UInt32(truncatingIfNeeded: second), UInt32(truncatingIfNeeded: third),
      UInt32(truncatingIfNeeded: third + 1 + account.count)
    )
    func isRegular(_ part: BorrowedText) -> Bool { part.firstIndex(of: UInt8(ascii: ":")) == nil }
    self.isRegular = isRegular(partition) && isRegular(service) && isRegular(region) && isRegular(account)
  }

  var partition: BorrowedText { text[4..<Int(ends.0)] }
  var service: BorrowedText { text[(Int(ends.0) + 1)..<Int(ends.1)] }
  var region: BorrowedText { text[(Int(ends.1) + 1)..<Int(ends.2)] }
  var account: BorrowedText { text[(Int(ends.2) + 1)..<Int(ends.3)] }
  var resource: BorrowedText { text.dropFirst(Int(ends.3) + 1) }
}
