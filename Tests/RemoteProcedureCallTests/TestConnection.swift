// A connection of the server on an embedded channel: real session, real handler, a clock that the test moves.

import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import RemoteProcedureCall

/// What came back on one stream.
struct Answer {
  var headers: [(String, String)] = []
  var trailers: [(String, String)]?
  var bytes: [UInt8] = []
  var hasEnded = false
  var reset: UInt32?

  subscript(name: String) -> String? { ((trailers ?? []) + headers).first { $0.0 == name }?.1 }

  var status: Status.Code? { self["grpc-status"].flatMap(UInt8.init).flatMap(Status.Code.init) }
  var message: String? {
    self["grpc-message"].map { Array($0.utf8).withUnsafeBytes { PercentEncoding.decode($0) } }
  }
  var messages: [[UInt8]] {
    var reader = MessageReader(maximumSize: 64 << 20)
    return bytes.withUnsafeBytes { bytes in
      reader.lend(bytes)
      var messages: [[UInt8]] = []
      while let message = reader.next() { messages.append(Array(message)) }
      return messages
    }
  }
}

final class TestConnection {
  static let peer = PeerCredentials(processID: 1, userID: 2, groupID: 3)

  let channel = EmbeddedChannel()
  let log: IncidentLog
  let told: Told
  private let reader = FrameReader()
  private(set) var frames: [Frame] = []
  private(set) var answers: [Int32: Answer] = [:]
  /// The client's own SETTINGS must come before any acknowledgement.
  private var hasShakenHands = false
  /// Answers the server's PINGs.
  var answersPings = true

  final class Told: Sendable {
    let incidents = Mutex<[Incident]>([])
  }

  init(
    _ methods: [RemoteProcedureCall.Method] = TestMethods.all, handshake: Bool = true, window: UInt32 = 1 << 30,
    pool: BufferPool = BufferPool(bytes: 128 << 20, connections: 1),
    _ configure: (inout SessionLimits, inout ConnectionTimes) -> Void = { _, _ in }
  ) throws {
    var limits = SessionLimits()
    var times = ConnectionTimes()
    configure(&limits, &times)
    let told = Told()
    self.told = told
    log = IncidentLog { incident in told.incidents.withLock { $0.append(incident) } }
    let handler = try ConnectionHandler(
      eventLoop: channel.embeddedEventLoop, peer: Self.peer, limits: limits, times: times,
      methods: MethodTable(methods), pool: pool, log: log)
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).wait()
    if handshake {
      hasShakenHands = true
      send(Wire.preface + Wire.settings([(4, window)]).bytes + Wire.windowUpdate(0, 1 << 30).bytes)
    }
  }

  deinit {
    if channel.isActive { _ = try? channel.finish() }
  }

  var isOpen: Bool { channel.isActive }
  /// How often a limit was reached.
  func count(_ limit: Limit) -> Int { log.counters.limitsReached[limit, default: 0] }
  var goAway: UInt32? { frames.last { $0.kind == .goAway }?.errorCode }

  func send(_ frames: [Frame]) { send(frames.flatMap(\.bytes)) }
  func send(_ frames: Frame...) { send(frames) }

  func send(_ bytes: [UInt8]) {
    guard channel.isActive else { return }
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    collect()
  }

  /// Runs what the loop has to do now.
  func run() {
    channel.embeddedEventLoop.run()
    collect()
  }

  func advance(_ time: TimeAmount) {
    channel.embeddedEventLoop.advanceTime(by: time)
    collect()
  }

  func setWritable(_ isWritable: Bool) {
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
    collect()
  }

  /// Reads what the server wrote.
  func collect() {
    var replies: [Frame] = []
    while let buffer = try? channel.readOutbound(as: ByteBuffer.self) {
      for frame in reader.read(Array(buffer.readableBytesView)) {
        frames.append(frame)
        take(frame)
        if frame.kind == .settings && frame.flags == 0 { replies.append(Frame(.settings, flags: Frame.ack)) }
        if frame.kind == .ping && frame.flags == 0 && answersPings {
          replies.append(Frame(.ping, flags: Frame.ack, frame.payload))
        }
      }
    }
    if !replies.isEmpty && hasShakenHands && channel.isActive { send(replies) }
  }

  private func take(_ frame: Frame) {
    switch frame.kind {
    case .headers:
      let fields = reader.fields(frame.payload)
      #expect(fields != nil, "malformed header block")
      var answer = answers[frame.stream] ?? Answer()
      if answer.headers.isEmpty { answer.headers = fields ?? [] } else { answer.trailers = fields }
      answer.hasEnded = frame.flags & Frame.end != 0
      answers[frame.stream] = answer
    case .data:
      answers[frame.stream, default: Answer()].bytes += frame.payload
      if frame.flags & Frame.end != 0 { answers[frame.stream]?.hasEnded = true }
    case .reset: answers[frame.stream, default: Answer()].reset = frame.errorCode
    default: break
    }
  }

  /// Sends a whole unary call and returns what came at once.
  func call(_ stream: Int32, _ path: String, _ message: [UInt8] = [7], _ more: [(String, String)] = []) -> Answer {
    send(Wire.call(stream, path, message, more))
    return answers[stream] ?? Answer()
  }
}
