// One policy set with its questions, and the loop that is measured.
//
// A batch of requests is laid out as a server's event loop would have them: decoded into memory that is in the cache. What they
// ask for is drawn at random from all keys and roles, so that of the index nothing is there that would not be there in
// service. The batch is what is timed; laying it out is not. The questions of a batch are announced to the index first, as the
// server announces those that a connection brings together, or are asked one by one as if each came alone.

import AllocationCount
import Authorization
import BenchmarkCorpus
import Glibc
import PolicyDirectory
import PolicyLanguage

final class Case {
  private static let batch = 32
  private static let batchesPerRound = 150

  let name: String
  /// Nanoseconds of one decision: the median of each round's batches.
  private(set) var rounds: [Double] = []
  private(set) var roundsAlone: [Double] = []
  private(set) var allocationsPerDecision = 0.0

  private let index: PolicyIndex
  private let questions: QuestionPool
  private let workspace = DecisionWorkspace()
  private var desk = RequestDesk(requests: Case.batch)
  private var random: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// - Parameter question: of the five kinds of question that a corpus has the one that is asked; nil for all.
  init(_ name: String, keys: Int, shape: Corpus.Shape = .small, only question: Int? = 0) throws {
    let corpus = Corpus(keys: keys, roles: keys, seed: 7, shape: shape)
    var tree = PolicyTree()
    corpus.forEachFile { path, text in tree.files[Text(path)] = Array(text.utf8) }
    self.name = name
    index = PolicyIndex(try PolicyLoader().load(tree))
    questions = QuestionPool(corpus, only: question)
  }

  func decide(_ decisions: Int) {
    for _ in 0..<(decisions / Self.batch) {
      layOut()
      check(decideBatch(announcing: true))
    }
  }

  func measure() {
    rounds.append(round(announcing: true))
    roundsAlone.append(round(announcing: false))
  }

  private func round(announcing: Bool) -> Double {
    var samples: [Double] = []
    samples.reserveCapacity(Self.batchesPerRound)
    var allocations: UInt64 = 0
    for _ in 0..<Self.batchesPerRound {
      layOut()
      let before = allocation_count()
      let start = nanoseconds()
      let allowed = decideBatch(announcing: announcing)
      let end = nanoseconds()
      allocations += allocation_count() - before
      check(allowed)
      samples.append(Double(end - start) / Double(Self.batch))
    }
    allocationsPerDecision = max(
      allocationsPerDecision, Double(allocations) / Double(Self.batchesPerRound * Self.batch))
    return samples.sorted()[samples.count / 2]
  }

  private func layOut() {
    for place in 0..<Self.batch {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      desk.put(questions, Int(random % UInt64(questions.count)), at: place)
    }
  }

  /// How many are allowed.
  @inline(never) private func decideBatch(announcing: Bool) -> Int {
    var allowed = 0
    let requests = desk.requests
    if announcing {
      withUnsafeTemporaryAllocation(of: AnnouncedQuestion.self, capacity: Self.batch) { questions in
        for place in 0..<Self.batch {
          questions.initializeElement(
            at: place,
            to: AnnouncedQuestion(
              principal: BorrowedText(requests[place].principal), resource: BorrowedText(requests[place].resource)))
        }
        index.announce(UnsafeBufferPointer(questions))
      }
    }
    for place in 0..<Self.batch {
      guard let decision = try? index.decide(UnsafePointer(requests + place), at: Self.now, in: workspace) else {
        continue
      }
      if decision.pointee.outcome == .allow { allowed += 1 }
    }
    return allowed
  }

  /// 2026-01-01T00:00:00Z
  private static let now = Instant(seconds: 1_767_225_600)

  private func check(_ allowed: Int) {
    if allowed == desk.allowed { return }
    tell("engine-benchmark: \(name): \(allowed) of a batch allowed, expected \(desk.allowed)\n")
    exit(1)
  }

  private func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
