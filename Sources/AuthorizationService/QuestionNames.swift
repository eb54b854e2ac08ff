// What a question is about, read off the wire before its message is unpacked: enough to announce it to the index.
//
// It reads the first fields of a message as every encoder writes them, in the order of their numbers. A message that comes
// otherwise is not announced, and answered all the same.

import Authorization
import PolicyLanguage

extension AnnouncedQuestion {
  /// - Parameter message: a `CheckRequest`; nil when it does not begin with principal, operation and resource.
  init?(message: UnsafeRawBufferPointer) {
    var rest = message[...]
    guard let principal = Self.take(1, &rest), Self.take(2, &rest) != nil, let resource = Self.take(3, &rest) else {
      return nil
    }
    self.init(principal: principal, resource: resource)
  }

  /// Takes a string field of up to 16,383 bytes.
  private static func take(_ number: UInt8, _ rest: inout Slice<UnsafeRawBufferPointer>) -> BorrowedText? {
    guard rest.count >= 3, rest[rest.startIndex] == number << 3 | 2 else { return nil }
    var start = rest.startIndex + 2
    var length = Int(rest[start - 1])
    if length >= 0x80 {
      guard rest[start] < 0x80 else { return nil }
      length = length & 0x7F | Int(rest[start]) << 7
      start += 1
    }
    guard length <= rest.endIndex - start, let base = rest.base.baseAddress else { return nil }
    rest = rest[(start + length)...]
    return BorrowedText(base.assumingMemoryBound(to: UInt8.self) + start, count: length)
  }
}

extension AuthorizationService {
  /// Announces questions that came together, see `PolicyIndex.announce`.
  func announce(_ messages: UnsafeBufferPointer<UnsafeRawBufferPointer>) {
    guard let policies = states.current?.policies else { return }
    withUnsafeTemporaryAllocation(of: AnnouncedQuestion.self, capacity: messages.count) { questions in
      var count = 0
      for message in messages {
        guard let question = AnnouncedQuestion(message: message) else { continue }
        questions.initializeElement(at: count, to: question)
        count += 1
      }
      policies.index.announce(UnsafeBufferPointer(rebasing: questions[..<count]))
    }
  }
}
