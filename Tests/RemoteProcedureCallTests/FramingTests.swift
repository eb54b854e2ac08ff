// The pure parts of gRPC's wire: messages, timeouts, status messages, content types.

import NIOCore
import Testing

@testable import RemoteProcedureCall

@Suite("Framing")
struct FramingTests {
  static func front(_ bytes: [UInt8], maximumSize: Int = 16) -> MessageReader.Front {
    var reader = MessageReader(maximumSize: maximumSize)
    return bytes.withUnsafeBytes { bytes in
      reader.lend(bytes)
      return reader.front
    }
  }

  @Test(
    "a message is judged by its prefix",
    arguments: [
      ([], .incomplete),
      ([0], .incomplete),
      ([0, 0, 0, 0], .incomplete),
      ([0, 0, 0, 0, 0], .message(size: 0)),
      ([0, 0, 0, 0, 1], .incomplete),
      ([0, 0, 0, 0, 1, 7], .message(size: 1)),
      ([0, 0, 0, 0, 1, 7, 9], .message(size: 1)),
      ([0, 0, 0, 0, 17], .oversize(size: 17)),
      ([0, 255, 255, 255, 255], .oversize(size: 4_294_967_295)),
      ([1], .compressed),
      ([2], .malformed(flag: 2)),
      ([255, 0, 0, 0, 0], .malformed(flag: 255)),
    ] as [([UInt8], MessageReader.Front)])
  func prefixes(bytes: [UInt8], expected: MessageReader.Front) {
    #expect(Self.front(bytes) == expected)
  }

  @Test("messages come out whole however the bytes are cut", arguments: 1...9)
  func cuts(chunk: Int) {
    let bytes: [UInt8] = [0, 0, 0, 0, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 4, 5]
    var reader = MessageReader(maximumSize: 8)
    var messages: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      Array(bytes[start..<min(start + chunk, bytes.count)]).withUnsafeBytes { part in
        reader.lend(part)
        while let message = reader.next() { messages.append(Array(message)) }
        reader.compact()
      }
    }
    #expect(messages == [[1, 2], [], [3, 4, 5]])
    let left = reader.count
    #expect(left == 0)
  }

  @Test("each whole message is counted once, whether it is taken before or after", arguments: 1...9)
  func counts(chunk: Int) {
    let bytes: [UInt8] = [
      0, 0, 0, 0, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 4, 5, 0, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7,
    ]
    for takes in [false, true] {
      var reader = MessageReader(maximumSize: 8)
      var count = 0
      for start in stride(from: 0, to: bytes.count, by: chunk) {
        Array(bytes[start..<min(start + chunk, bytes.count)]).withUnsafeBytes { part in
          reader.lend(part)
          count += reader.countMessages()
          if takes { while reader.next() != nil {} }
          reader.compact()
        }
      }
      // The last one is too long.
      #expect(count == 3)
      while reader.next() != nil {}
      let more = reader.countMessages()
      #expect(more == 0)
    }
  }

  @Test("a message that was taken stays until the reader is compacted", arguments: [false, true])
  func takenMessage(inPieces: Bool) throws {
    let bytes: [UInt8] = [0, 0, 0, 0x20, 0] + [UInt8](repeating: 7, count: 8_192)
    var reader = MessageReader(maximumSize: 10_000)
    bytes.withUnsafeBytes { bytes in
      reader.lend(UnsafeRawBufferPointer(rebasing: bytes[..<(inPieces ? 100 : bytes.count)]))
      if inPieces {
        reader.compact()
        reader.lend(UnsafeRawBufferPointer(rebasing: bytes[100...]))
      }
      let message = reader.next()
      reader.reset()
      #expect(message?.elementsEqual(bytes[5...]) == true)
      reader.compact()
    }
    let left = reader.count
    #expect(left == 0)
  }

  @Test("a queue gives back what was put in, in order, however much that is at a time", arguments: 0..<20)
  func queue(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var queue = ByteQueue()
    var expected: [UInt8] = []
    for _ in 0..<200 {
      switch Int.random(in: 0..<6, using: &random) {
      case 0, 1:
        let chunk = (0..<Int.random(in: 0...700, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        chunk.withUnsafeBytes { queue.append($0) }
        expected += chunk
      case 2:
        let count = Int.random(in: 0...100, using: &random)
        let room = queue.append(zeros: count)
        #expect(room.count == count && room.allSatisfy { $0 == 0 })
        expected += [UInt8](repeating: 0, count: count)
      case 3, 4:
        let count = Int.random(in: 0...500, using: &random)
        queue.drop(count)
        expected.removeFirst(min(count, expected.count))
      default:
        guard Int.random(in: 0..<10, using: &random) == 0 else { continue }
        queue.reset(keepingCapacity: Int.random(in: 0...1_000, using: &random))
        expected = []
      }
      let found = Array(queue.bytes)
      #expect(found == expected)
    }
  }

  @Test(
    "grpc-timeout",
    arguments: [
      ("1H", 3_600_000_000_000), ("2M", 120_000_000_000), ("3S", 3_000_000_000), ("4m", 4_000_000), ("5u", 5_000),
      ("6n", 6), ("0n", 0), ("99999999H", Timeout.maximum), ("", nil), ("S", nil), ("1", nil), ("-1S", nil),
      ("+1S", nil),
      ("1s", nil), ("1.5S", nil), ("123456789S", nil), (" 1S", nil), ("1S ", nil),
    ] as [(String, Int64?)])
  func timeouts(text: String, expected: Int64?) {
    #expect(Array(text.utf8).withUnsafeBytes { Timeout.nanoseconds($0) } == expected)
  }

  @Test(
    "a timeout is written so that it reads back no shorter",
    arguments: [0, 1, 99_999_999, 100_000_001, 5_000_000_001, Timeout.maximum] as [Int64])
  func timeoutRoundTrip(nanoseconds: Int64) throws {
    let text = Timeout.headerValue(nanoseconds: nanoseconds)
    let read = try #require(Array(text.utf8).withUnsafeBytes { Timeout.nanoseconds($0) })
    #expect(read >= nanoseconds)
    #expect(read - nanoseconds < 1_000_000_000)
  }

  @Test(
    "grpc-message is percent-encoded",
    arguments: [
      ("", ""), ("plain text ~", "plain text ~"), ("50%", "50%25"), ("a\nb\0", "a%0Ab%00"), ("é", "%C3%A9"),
      ("\u{7F}", "%7F"),
    ])
  func percent(text: String, encoded: String) {
    #expect(PercentEncoding.encode(text) == Array(encoded.utf8))
    #expect(Array(encoded.utf8).withUnsafeBytes { PercentEncoding.decode($0) } == text)
  }

  @Test("a malformed escape stands for itself", arguments: ["%", "%4", "%zz", "a%"])
  func lenient(text: String) {
    #expect(Array(text.utf8).withUnsafeBytes { PercentEncoding.decode($0) } == text)
  }

  @Test("a long message is cut at a character")
  func cut() {
    #expect(PercentEncoding.encode("aéé", limit: 8) == Array("a%C3%A9".utf8))
    #expect(
      PercentEncoding.encode(String(repeating: "\n", count: 1_000_000)).count <= PercentEncoding.maximumEncodedSize)
  }

  @Test(
    "content types",
    arguments: [
      ("application/grpc", true), ("application/grpc+proto", true), ("Application/GRPC", true),
      ("application/grpc;charset=utf-8", true), ("application/grpc+proto; x", true), ("application/grpc+json", false),
      ("application/grpc-web", false), ("application/grp", false), ("application/json", false), ("", false),
    ])
  func contentTypes(text: String, expected: Bool) {
    #expect(Array(text.utf8).withUnsafeBytes { ContentType.isGRPC($0) } == expected)
  }
}
