// The questions of a case, packed: 100,000 of them as strings would be as large as what is measured.

import Authorization
import BenchmarkCorpus
import PolicyLanguage

struct QuestionPool {
  /// For each question its number of encryption context pairs, of context keys, whether it is allowed; then all its texts,
  /// each behind its length.
  private var bytes: [UInt8] = []
  private var starts: [Int] = []

  var count: Int { starts.count }

  /// Of one kind of question those that are allowed; of all kinds all.
  init(_ corpus: Corpus, only kind: Int?) {
    for number in 0..<corpus.questionCount where kind == nil || number % 5 == kind {
      let question = corpus.question(number)
      guard kind == nil || question.isAllowed else { continue }
      starts.append(bytes.count)
      bytes += [UInt8(question.encryptionContext.count), UInt8(question.context.count), question.isAllowed ? 1 : 0]
      var texts = [question.principal, question.operation, question.resource]
      for pair in question.encryptionContext + question.context { texts += [pair.key, pair.value] }
      for text in texts { bytes += [UInt8(text.utf8.count)] + text.utf8 }
    }
  }

  /// Calls back with the parts of one question; texts are those of the pool.
  func read(
    _ number: Int, _ body: (_ pairs: Int, _ keys: Int, _ isAllowed: Bool, _ next: () -> Range<Int>) -> Void
  ) {
    var at = starts[number] + 3
    body(Int(bytes[at - 3]), Int(bytes[at - 2]), bytes[at - 1] == 1) {
      let start = at + 1
      at = start + Int(bytes[at])
      return start..<at
    }
  }

  func copy(_ range: Range<Int>, to place: UnsafeMutablePointer<UInt8>) {
    bytes.withUnsafeBufferPointer { place.update(from: $0.baseAddress! + range.lowerBound, count: range.count) }
  }
}

/// A batch of requests in memory of its own, used again for every batch.
struct RequestDesk {
  private static let bytesPerRequest = 1_024

  let requests: UnsafeMutablePointer<AuthorizationRequest>
  private let memory: UnsafeMutablePointer<UInt8>
  private var areAllowed: [Bool]

  var allowed: Int { areAllowed.count { $0 } }

  init(requests count: Int) {
    requests = .allocate(capacity: count)
    requests.initialize(repeating: AuthorizationRequest(principal: "", operation: ""), count: count)
    areAllowed = Array(repeating: false, count: count)
    memory = .allocate(capacity: count * Self.bytesPerRequest)
  }

  mutating func put(_ questions: QuestionPool, _ number: Int, at place: Int) {
    var free = memory + place * Self.bytesPerRequest
    questions.read(number) { pairs, keys, isAllowed, next in
      func text() -> Text {
        let range = next()
        questions.copy(range, to: free)
        defer { free += range.count }
        return Text(borrowing: UnsafeBufferPointer(start: free, count: range.count))
      }
      areAllowed[place] = isAllowed
      requests[place].reset()
      requests[place].principal = text()
      requests[place].operation = text()
      requests[place].resource = text()
      for _ in 0..<pairs {
        let key = text()
        requests[place].encryptionContext.append(EncryptionContextPair(key: key, value: text()))
      }
      for _ in 0..<keys {
        let key = text()
        requests[place].context.append(ContextEntry(key: key, values: .single(text())))
      }
    }
  }
}
