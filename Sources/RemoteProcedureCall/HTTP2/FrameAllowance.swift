// How many frames a client may send that ask for nothing: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, small DATA and the like.
//
// nghttp2 answers a PING flood for ever as long as the client reads the answers, and skips frames that it does not know
// without a word. Honest clients send such frames too, but in proportion to their work: a WINDOW_UPDATE or two and a bandwidth
// PING for what they received. So work earns frames, and time earns a few more; what is left is a flood. The rate of work
// itself is no matter of this counter.

import NIOCore

/// A bucket of frames: filled by time and by work, emptied by frames.
struct FrameAllowance: Sendable {
  /// Earned by a request, by a whole message received, by a frame of an answer.
  static let perRequest = 8
  static let perMessage = 4
  static let perAnswerFrame = 4
  /// Spent by a stream that broke a rule.
  static let perViolation = 20

  private let capacity: Int
  private let perSecond: Int
  /// May exceed the capacity until the next charge: what one read brings is settled as a whole.
  private var credit: Int
  private var filledAt: NIODeadline

  init(capacity: Int, perSecond: Int, now: NIODeadline) {
    self.capacity = capacity
    self.perSecond = perSecond
    credit = capacity
    filledAt = now
  }

  mutating func earn(_ frames: Int) {
    credit += frames
  }

  /// Settles frames against the credit. False when there is none left.
  mutating func charge(_ frames: Int, now: NIODeadline) -> Bool {
    if credit < frames { fill(now: now) }
    credit = min(credit - frames, capacity)
    return credit >= 0
  }

  private mutating func fill(now: NIODeadline) {
    let elapsed = min(max(0, (now - filledAt).nanoseconds), 3_600_000_000_000)
    let earned = Int(elapsed / 1_000) * perSecond / 1_000_000
    guard earned > 0 else { return }
    filledAt = now
    credit = min(credit, capacity) + min(earned, capacity)
  }
}
