// Honest sessions, damaged: bytes flipped, frames cut, doubled, dropped, swapped, forged. Whatever comes, the session answers
// or ends, what it sends is HTTP/2, and nothing is left over.
//
// Every session follows from its number alone, so a failure is repeated by its number. COUNTERSIGN_MUTATIONS sets how many
// are run (2,000), COUNTERSIGN_MUTATION_START the first. To be run under AddressSanitizer with ASAN_OPTIONS=detect_leaks=0.

import Glibc
import NIOCore
import Testing

@testable import RemoteProcedureCall

/// xorshift64*: small, and the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

@Suite("Mutated sessions")
struct MutatedSessionsTests {
  static func setting(_ name: String, _ otherwise: Int) -> Int {
    getenv(name).flatMap { Int(String(cString: $0)) } ?? otherwise
  }

  static let methods: [RemoteProcedureCall.Method] =
    TestMethods.all + Health(services: ["a.B"], .serving).methods
    + Reflection.ofAllServices().methods

  /// What honest clients send after their preface.
  static let honest: [[Frame]] = {
    let ack = Frame(.settings, flags: Frame.ack)
    let hello = [
      Wire.settings([(2, 0), (3, 0), (4, 4_194_304), (5, 4_194_304), (6, 16_384)]), Wire.windowUpdate(0, 4_128_769),
    ]
    let long = [UInt8](repeating: 7, count: 40_000)
    return [
      hello + [ack] + Wire.call(1, "/test.T/Echo", [1, 2, 3]) + Wire.call(3, "/test.T/Fail", []),
      hello + (0..<20).flatMap { Wire.call(Int32($0 * 2 + 1), "/test.T/Echo", [UInt8](repeating: 5, count: $0 * 50)) }
        + [Wire.ping(), Wire.windowUpdate(0, 5_000)],
      hello + [ack] + Wire.call(1, "/test.T/Later", [9], [("grpc-timeout", "50m")])
        + Wire.call(3, "/test.T/Never", [9], [("grpc-timeout", "20m")]) + [Wire.reset(3)],
      hello + [Wire.request(1, "/test.T/Bidi"), ack]
        + (0..<10).map { Wire.data(1, Wire.message([UInt8](repeating: 1, count: $0))) }
        + [Wire.windowUpdate(1, 100), Wire.ping(), Wire.data(1, [], ends: true)],
      hello + [Wire.request(1, "/test.T/Flood"), Wire.data(1, Wire.message([]), ends: true)]
        + (0..<30).map { _ in Wire.windowUpdate(1, 20_000) },
      hello + [Wire.request(1, "/test.T/Echo")] + Wire.frames(1, Wire.message(long), ends: true)
        + Wire.call(3, "/test.T/Big", [1]),
      hello + Wire.call(1, "/grpc.health.v1.Health/Watch", [10, 3] + Array("a.B".utf8))
        + Wire.call(3, "/grpc.health.v1.Health/Check", [])
        + Wire.call(5, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", [0x3A, 0]) + [Wire.reset(1)],
      hello + Wire.call(1, "/test.T/Nope", [1], [("grpc-encoding", "gzip"), ("user-agent", "x")])
        + [Frame(.priority, stream: 3, [0, 0, 0, 1, 5]), Frame(.goAway, [0, 0, 0, 0, 0, 0, 0, 0])],
      hello + [Frame(.headers, stream: 1, Array(Wire.block(Wire.fields("/test.T/Echo")).prefix(40)))]
        + [
          Frame(
            .continuation, flags: Frame.endHeaders, stream: 1,
            Array(Wire.block(Wire.fields("/test.T/Echo")).dropFirst(40))),
          Wire.data(1, Wire.message([4])), Wire.headers(1, [("x-trailer", "y")], ends: true),
        ],
    ]
  }()

  static func mutate(_ frames: [Frame], _ random: inout SeededGenerator) -> [UInt8] {
    var frames = frames
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      let index = Int.random(in: 0..<frames.count, using: &random)
      switch Int.random(in: 0..<9, using: &random) {
      case 0: frames.insert(frames[index], at: Int.random(in: 0...frames.count, using: &random))
      case 1 where frames.count > 1: frames.remove(at: index)
      case 2: frames.swapAt(index, Int.random(in: 0..<frames.count, using: &random))
      case 3: frames[index].flags = UInt8.random(in: 0...255, using: &random)
      case 4: frames[index].stream = Int32.random(in: 0...9, using: &random)
      case 5: frames[index].type = UInt8.random(in: 0...11, using: &random)
      case 6: frames[index].payload = Array(frames[index].payload.prefix(Int.random(in: 0...20, using: &random)))
      case 7:
        let payload = (0..<Int.random(in: 0...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
        }
        frames.insert(
          Frame(
            type: UInt8.random(in: 0...11, using: &random), flags: UInt8.random(in: 0...255, using: &random),
            stream: Int32.random(in: 0...9, using: &random), payload: payload), at: index)
      default:
        frames[index].payload += (0..<Int.random(in: 0...300, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
      }
    }
    var bytes = Wire.preface + frames.flatMap(\.bytes)
    for _ in 0..<max(0, Int.random(in: -2...2, using: &random)) {
      // Few in the preface: there is only one thing wrong that can be there.
      let start = Int.random(in: 0..<20, using: &random) == 0 ? 0 : Wire.preface.count
      let index = Int.random(in: min(start, bytes.count - 1)..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.remove(at: index)
      default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
      }
    }
    if Int.random(in: 0..<5, using: &random) == 0 {
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
    }
    return bytes
  }

  /// How many sessions were answered and how many were cut, so that a run that shows nothing is seen to.
  struct Tally {
    var answered = 0
    var cut = 0
  }

  /// Runs a session; a sentence about what is wrong with how it went, or nil.
  static func run(_ number: Int, _ tally: inout Tally) throws -> String? {
    var random = SeededGenerator(seed: UInt64(number))
    let bytes = mutate(honest[number % honest.count], &random)
    let connection = try TestConnection(methods, handshake: false) { limits, times in
      if Bool.random(using: &random) {
        limits.maximumMessageSize = 10_000
        limits.maximumConcurrentStreams = 5
        limits.controlFrameBurst = 40
        limits.requestBudget = 20_000
        limits.outgoingPerConnection = 50_000
        limits.maximumHeaderListSize = 500
      }
      times.idleTimeout = .minutes(1)
      times.keepaliveInterval = .minutes(2)
    }
    var start = 0
    while start < bytes.count, connection.isOpen {
      let whole = Int.random(in: 0..<3, using: &random) == 0
      let end = min(bytes.count, start + (whole ? bytes.count : Int.random(in: 1...2_000, using: &random)))
      connection.send(Array(bytes[start..<end]))
      start = end
      switch Int.random(in: 0..<12, using: &random) {
      case 0: connection.setWritable(false)
      case 1: connection.setWritable(true)
      case 2: connection.advance(.milliseconds(15))
      case 3: LifetimeTests.drain(connection, within: .seconds(3))
      default: break
      }
    }
    connection.setWritable(true)
    // The client says no more: every timer may now do its work.
    for _ in 0..<20 where connection.isOpen { connection.advance(.minutes(1)) }
    if connection.isOpen { return "still open" }
    if connection.answers.values.contains(where: { $0.status != nil }) { tally.answered += 1 }
    if !connection.log.counters.limitsReached.isEmpty { tally.cut += 1 }
    if connection.log.counters.connectionsOpen != 0 { return "counted as open" }
    // A connection that is cut while it is blocked may end inside a frame; else frames are whole.
    for frame in connection.frames {
      if frame.payload.count > 16_384 { return "frame of \(frame.payload.count) bytes" }
      guard let kind = frame.kind else { return "frame of type \(frame.type)" }
      if kind == .pushPromise || kind == .continuation || kind == .priority { return "sent \(kind)" }
    }
    if let first = connection.frames.first, first.kind != .settings && first.kind != .goAway {
      return "began with \(first.type)"
    }
    for (stream, answer) in connection.answers where !answer.headers.isEmpty {
      guard let status = answer.headers.first(where: { $0.0 == ":status" })?.1, ["200", "405", "415"].contains(status)
      else { return "stream \(stream) without :status" }
      if answer.hasEnded && status == "200" && answer.status == nil { return "stream \(stream) ended without status" }
    }
    return nil
  }

  @Test("sessions however damaged end in order")
  func mutated() throws {
    let start = Self.setting("COUNTERSIGN_MUTATION_START", 0)
    let count = Self.setting("COUNTERSIGN_MUTATIONS", 2_000)
    var tally = Tally()
    for number in start..<start + count {
      if let wrong = try Self.run(number, &tally) {
        Issue.record("session \(number): \(wrong)")
        return
      }
    }
    #expect(count < 100 || tally.answered > count / 4, "\(tally)")
    #expect(count < 100 || tally.cut > count / 4, "\(tally)")
  }

  @Test("undamaged, the sessions are answered", arguments: honest.indices)
  func undamaged(index: Int) throws {
    let connection = try TestConnection(Self.methods, handshake: false)
    connection.send(Wire.preface + Self.honest[index].flatMap(\.bytes))
    connection.advance(.milliseconds(60))
    #expect(!connection.answers.isEmpty)
    #expect(connection.goAway == nil || connection.goAway == 0)
    #expect(connection.answers.values.contains { $0.status != nil || $0.headers.first?.1 == "200" })
  }
}
