// The client's methods against a real server: errors, batches, status, reload, health.

import CCountersign
import CProtobufC
import CountersignClient
import Testing

@testable import RemoteProcedureCall

@Suite("Client")
struct ClientTests {
  static let request = CheckRequest(principal: "p", operation: "kms:Decrypt")

  @Test("every status reaches the caller with its message", arguments: Status.Code.allCases.filter { $0 != .ok })
  func statuses(_ code: Status.Code) async throws {
    let message = "100% of \u{E9}\n`x`"
    let method = TestServer.check { _, call in call.finish(Status(code, message)) }
    try await TestServer.run([method]) { client, _ in
      let error = await #expect(throws: ClientError.self) { try await client.check(Self.request) }
      #expect(error?.message == message)
      #expect(error.map { "\($0.code)" } == "\(code)")
      #expect(error?.isRetryable == (code == .unavailable))
    }
  }

  @Test("OK without a message is not an answer")
  func noMessage() async throws {
    let method = TestServer.check { _, call in call.finish(.ok) }
    try await TestServer.run([method]) { client, _ in
      let error = await #expect(throws: ClientError.self) { try await client.check(Self.request) }
      #expect(error?.code == .internal)
    }
  }

  @Test("an unknown method is UNIMPLEMENTED")
  func unknownMethod() async throws {
    try await TestServer.run([TestServer.allowing]) { client, _ in
      let error = await #expect(throws: ClientError.self) { try await client.status() }
      #expect(error?.code == .unimplemented)
    }
  }

  @Test("a batch is answered in order, errors in their place")
  func batch() async throws {
    let method = TestServer.method("CheckBatch") { bytes, call in
      TestServer.answer(call) { arena throws(Status) in
        let batch = try arena.unpack(bytes, with: countersign__check_batch_request__unpack).pointee
        let response = try arena.make(countersign__check_batch_response__init)
        response.pointee.n_results = batch.n_requests
        response.pointee.results = try arena.array(of: Countersign__CheckBatchResult.self, count: batch.n_requests)
        for index in 0..<batch.n_requests {
          guard let request = batch.requests[index]?.pointee else { continue }
          let result = try arena.make(countersign__check_batch_result__init)
          if String(request.principal) == "bad" {
            let error = try arena.make(countersign__check_error__init)
            error.pointee.code = 3
            error.pointee.message = try arena.bytes(Array("no principal".utf8))
            result.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_ERROR
            result.pointee.error = error
          } else if String(request.principal) != "none" {
            result.pointee.result_case = COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_RESPONSE
            result.pointee.response = try TestServer.allow(requestID: String(request.request_id), in: arena)
          }
          (response.pointee.results + index).initialize(to: result)
        }
        return response
      }
    }
    try await TestServer.run([method]) { client, _ in
      let requests = ["a", "bad", "none", "b"].enumerated().map { index, principal in
        var request = CheckRequest(principal: principal, operation: "kms:Decrypt")
        request.requestID = "r\(index)"
        return request
      }
      let results = try await client.checkBatch(requests)
      #expect(results.map { try? $0.get().requestID } == ["r0", nil, nil, "r3"])
      #expect(results[1] == .failure(ClientError(.invalidArgument, "no principal")))
      guard case .failure(let missing) = results[2] else { throw TestFailure(message: "an empty result is no answer") }
      #expect(missing.code == .internal)
    }
  }

  @Test("a batch with fewer answers than questions is an error")
  func shortBatch() async throws {
    let method = TestServer.method("CheckBatch") { _, call in
      TestServer.answer(call) { arena throws(Status) in try arena.make(countersign__check_batch_response__init) }
    }
    try await TestServer.run([method]) { client, _ in
      let error = await #expect(throws: ClientError.self) { try await client.checkBatch([Self.request]) }
      #expect(error?.code == .internal)
    }
  }

  @Test("status is read whole")
  func status() async throws {
    let method = TestServer.method("GetStatus") { _, call in
      TestServer.answer(call) { arena throws(Status) in
        let status = try arena.make(countersign__get_status_response__init)
        status.pointee.version = try arena.bytes(Array("9".utf8))
        status.pointee.revision = try arena.bytes(Array("rev".utf8))
        status.pointee.loaded_at = 1
        status.pointee.reload_failed_at = 2
        status.pointee.started_at = 3
        status.pointee.policies = try arena.bytes(Array("/p".utf8))
        status.pointee.n_reload_errors = 2
        status.pointee.reload_errors = try arena.array(count: 2)
        for (index, text) in ["a", "b"].enumerated() {
          (status.pointee.reload_errors + index).initialize(to: try arena.bytes(Array(text.utf8)))
        }
        status.pointee.policy_set = try arena.make(countersign__policy_set_size__init)
        status.pointee.policy_set.pointee.keys = 4
        status.pointee.audit = try arena.make(countersign__audit_status__init)
        status.pointee.audit.pointee.mode = try arena.bytes(Array("required".utf8))
        status.pointee.audit.pointee.written_entries = .max
        status.pointee.audit.pointee.reachable = 1
        status.pointee.decisions = try arena.make(countersign__decision_counts__init)
        status.pointee.decisions.pointee.denied = 5
        return status
      }
    }
    var expected = DaemonStatus()
    expected.version = "9"
    expected.revision = "rev"
    expected.loadedAt = 1
    expected.reloadFailedAt = 2
    expected.startedAt = 3
    expected.policies = "/p"
    expected.reloadErrors = ["a", "b"]
    expected.policySet.keys = 4
    expected.audit.mode = "required"
    expected.audit.writtenEntries = .max
    expected.audit.isReachable = true
    expected.decisions.denied = 5
    let status = try await TestServer.run([method]) { client, _ in try await client.status() }
    #expect(status == expected)
  }

  @Test("reload tells the revision in force")
  func reload() async throws {
    let method = TestServer.method("Reload") { _, call in
      TestServer.answer(call) { arena throws(Status) in
        let result = try arena.make(countersign__reload_response__init)
        result.pointee.revision = try arena.bytes(Array("rev".utf8))
        result.pointee.changed = 1
        return result
      }
    }
    let result = try await TestServer.run([method]) { client, _ in try await client.reload() }
    #expect(result == ReloadResult(revision: "rev", isChanged: true))
  }

  @Test("health tells each change and ends with the call")
  func health() async throws {
    let watch = Method(path: "/grpc.health.v1.Health/Watch", kind: .streaming { HealthStub($0) })
    try await TestServer.run([watch]) { client, _ in
      var states: [HealthState] = []
      let error = await #expect(throws: ClientError.self) {
        for try await state in client.health() { states.append(state) }
      }
      #expect(states == [.serving, .notServing, .unknown])
      #expect(error == ClientError(.aborted, "done"))
    }
  }
}

/// Sends SERVING, NOT_SERVING and SERVICE_UNKNOWN, and ends.
private final class HealthStub: StreamHandler {
  private let call: Call
  init(_ call: Call) { self.call = call }

  func received(_ message: UnsafeRawBufferPointer) {
    for state in [UInt8(1), 2, 3] { _ = call.send(size: 2) { $0.copyBytes(from: [8, state]) } }
    call.finish(Status(.aborted, "done"))
  }
  func receivedEnd() {}
  func cancelled() {}
  func writable() {}
}
