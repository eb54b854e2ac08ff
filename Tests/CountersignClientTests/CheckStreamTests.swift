// Streams of questions against a real server: order, waiting, errors in their place, and how a stream ends.

import CCountersign
import CProtobufC
import CountersignClient
import NIOCore
import Synchronization
import Testing

@testable import RemoteProcedureCall

/// Answers each question when it has got `together` of them, the last one first. The principal says how.
private final class Answering: StreamHandler {
  private let call: Call
  private let together: Int
  private var waiting: [(id: String, principal: String)] = []
  private let received: Recorded<Int>

  init(_ call: Call, together: Int, _ received: Recorded<Int>) {
    self.call = call
    self.together = together
    self.received = received
  }

  static func method(together: Int = 1, received: Recorded<Int> = Recorded(0)) -> RemoteProcedureCall.Method {
    Method(
      path: "/countersign.v1.AuthorizationService/CheckStream",
      kind: .streaming { Answering($0, together: together, received) })
  }

  func received(_ message: UnsafeRawBufferPointer) {
    received.update { $0 += 1 }
    guard let arena = try? MessageArena(), let request = try? TestServer.request(message, in: arena).pointee else {
      return call.finish(Status(.invalidArgument, "no request"))
    }
    waiting.append((String(request.request_id), String(request.principal)))
    if waiting.count == together { answer() }
  }

  func receivedEnd() {
    answer()
    call.finish(.ok)
  }

  func cancelled() {}
  func writable() {}

  private func answer() {
    while let (id, principal) = waiting.popLast() {
      if principal == "end" { return call.finish(Status(.unavailable, "the daemon is shutting down")) }
      if principal == "silent" { continue }
      guard let arena = try? MessageArena(), let result = try? arena.make(countersign__check_batch_result__init) else {
        return call.finish(Status(.internal, "no memory"))
      }
      if principal == "bad", let error = try? arena.make(countersign__check_error__init) {
        error.pointee.code = 3
        error.pointee.message = (try? arena.bytes(Array("no principal".utf8))) ?? ProtobufCBinaryData()
        error.pointee.request_id = (try? arena.bytes(Array(id.utf8))) ?? ProtobufCBinaryData()
        result.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_ERROR
        result.pointee.error = error
      } else {
        result.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_RESPONSE
        result.pointee.response = try? TestServer.allow(requestID: principal == "other" ? "other" : id, in: arena)
      }
      _ = call.send(packing: result)
    }
  }
}

@Suite("Streams of questions")
struct CheckStreamTests {
  static func request(_ id: String, _ principal: String = "p") -> CheckRequest {
    var request = CheckRequest(principal: principal, operation: "kms:Decrypt")
    request.requestID = id
    return request
  }

  @Test("each question gets its own answer, in any order, errors in their place")
  func answers() async throws {
    try await TestServer.run([Answering.method(together: 7)]) { client, _ in
      let stream = client.checkStream()
      async let asking: Void = {
        for number in 0..<5_000 { try await stream.ask(Self.request("\(number)", number % 10 == 3 ? "bad" : "p")) }
        stream.finish()
      }()
      var order: [Int] = []
      for try await answer in stream.answers {
        let number = try #require(Int(answer.requestID))
        order.append(number)
        if number % 10 == 3 {
          #expect(answer.result == .failure(ClientError(.invalidArgument, "no principal")))
        } else {
          #expect(try answer.result.get().isAllowed)
        }
      }
      try await asking
      #expect(order != order.sorted())
      #expect(order.sorted() == Array(0..<5_000))
    }
  }

  @Test("who asks more than are answered waits until an answer is read")
  func waiting() async throws {
    let received = Recorded(0)
    try await TestServer.run([Answering.method(received: received)]) { client, _ in
      let stream = client.checkStream()
      let asked = Recorded(0)
      let asking = Task {
        for number in 0..<CheckStream.mostUnanswered + 2 {
          try await stream.ask(Self.request("\(number)"))
          asked.update { $0 += 1 }
        }
      }
      try await received.must { $0 == CheckStream.mostUnanswered }
      #expect(asked.value == CheckStream.mostUnanswered)
      var answers = stream.answers.makeAsyncIterator()
      _ = try await answers.next()
      try await asked.must { $0 == CheckStream.mostUnanswered + 1 }
      asking.cancel()
      let error = await #expect(throws: ClientError.self) { try await asking.value }
      #expect(error?.code == .cancelled)
      stream.finish()
      var count = 1
      while try await answers.next() != nil { count += 1 }
      #expect(count == CheckStream.mostUnanswered + 1)
    }
  }

  @Test("a stream that the daemon ends throws, and who asks is told")
  func ended() async throws {
    try await TestServer.run([Answering.method()]) { client, _ in
      let stream = client.checkStream()
      try await stream.ask(Self.request("1"))
      try await stream.ask(Self.request("2", "end"))
      var answers = stream.answers.makeAsyncIterator()
      #expect(try await answers.next()?.requestID == "1")
      let error = await #expect(throws: ClientError.self) { _ = try await answers.next() }
      #expect(error == ClientError(.unavailable, "the daemon is shutting down"))
      let later = await #expect(throws: ClientError.self) { try await stream.ask(Self.request("3")) }
      #expect(later?.code == .unavailable)
    }
  }

  @Test("an end with OK that leaves a question unanswered is an error")
  func unanswered() async throws {
    try await TestServer.run([Answering.method()]) { client, _ in
      let stream = client.checkStream()
      try await stream.ask(Self.request("1", "silent"))
      stream.finish()
      let error = await #expect(throws: ClientError.self) { for try await _ in stream.answers {} }
      #expect(error?.code == .cancelled)
    }
  }

  @Test("the answer to another question is an error")
  func otherAnswer() async throws {
    try await TestServer.run([Answering.method()]) { client, _ in
      let stream = client.checkStream()
      try await stream.ask(Self.request("1", "other"))
      let error = await #expect(throws: ClientError.self) { for try await _ in stream.answers {} }
      #expect(error?.code == .internal)
    }
  }

  @Test("a stream's deadline, its cancellation, and a daemon that is not there are errors")
  func ends() async throws {
    try await TestServer.run([Answering.method()]) { client, _ in
      let late = client.checkStream(timeout: .milliseconds(50))
      try await late.ask(Self.request("1", "silent"))
      let error = await #expect(throws: ClientError.self) { for try await _ in late.answers {} }
      #expect(error?.code == .deadlineExceeded)
      let given = client.checkStream()
      try await given.ask(Self.request("1", "silent"))
      given.cancel()
      let cancelled = await #expect(throws: ClientError.self) { for try await _ in given.answers {} }
      #expect(cancelled?.code == .cancelled)
      // The connection goes on.
      let stream = client.checkStream()
      try await stream.ask(Self.request("1"))
      stream.finish()
      for try await answer in stream.answers { #expect(answer.requestID == "1") }
    }
    let folder = try SocketFolder()
    let client = Client(socketPath: folder.socket)
    let absent = await #expect(throws: ClientError.self) { for try await _ in client.checkStream().answers {} }
    #expect(absent?.code == .unavailable)
    await client.close()
  }
}
