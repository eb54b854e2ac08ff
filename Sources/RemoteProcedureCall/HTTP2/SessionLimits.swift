// What one connection may cost. nghttp2 enforces some of it by itself (streams, resets, continuations, settings, queued
// acknowledgements); the rest is counted in the session, since nghttp2 1.52 advertises or ignores it.
//
// Memory that a connection can hold is bounded by its numbers: requests by `maximumConcurrentStreams * streamWindow +
// requestBudget`, answers by `outgoingPerConnection` and one answer for each stream. All connections together are bounded by
// `ServerConfiguration.maximumBufferedBytes`.

import NIOCore

/// The limits of one connection. Sizes are bytes.
public struct SessionLimits: Sendable {
  /// The longest message taken. A longer one is answered RESOURCE_EXHAUSTED when its prefix arrives.
  public var maximumMessageSize = 4 << 20
  /// Calls at a time, advertised to the client; one more is refused with REFUSED_STREAM, which clients retry.
  public var maximumConcurrentStreams = 1_000
  /// Header list as HTTP/2 counts it: names, values and 32 bytes for each field.
  public var maximumHeaderListSize = 16 << 10
  public var maximumHeaderFields = 128
  /// What a client may send on one stream before it is granted more. A message over half of it is granted its size out of
  /// `requestBudget` first and waits, sent half, while the budget is spent on others.
  public var streamWindow = 32 << 10
  /// What a client may send on all streams of a connection within a round trip.
  public var connectionWindow = 1 << 20
  /// Bytes of long messages that may be under way at a time. One message is always let through.
  public var requestBudget = 16 << 20
  /// Bytes waiting on one stream after which `Call.send` returns false.
  public var outgoingPerStream = 64 << 10
  /// Bytes of answers waiting on one connection after which new calls are answered RESOURCE_EXHAUSTED.
  public var outgoingPerConnection = 16 << 20
  /// Frames that do not carry a request's work, at once and per second. Requests, messages and answers earn more.
  public var controlFrameBurst = 1_000
  public var controlFramesPerSecond = 100
  /// Streams that the client may reset, at once and per second. Honest clients cancel in bursts: when answers are late, each
  /// call in progress and each that waited for its turn is reset at its deadline. So it is some times the calls at a time.
  public var resetBurst: UInt64 = 4_000
  public var resetsPerSecond: UInt64 = 100
  /// CONTINUATION frames after one HEADERS frame.
  public var maximumContinuations = 8
  /// Entries of one SETTINGS frame.
  public var maximumSettings = 32
  /// Acknowledgements that wait because the client does not read.
  public var maximumQueuedAcks = 1_000
  /// From the first byte of a request (of a message, in a stream) to its last.
  public var requestTimeout: TimeAmount = .seconds(10)
  /// How long an answer may wait for a client that takes none of it.
  public var stallTimeout: TimeAmount = .seconds(30)

  public init() {}
}
