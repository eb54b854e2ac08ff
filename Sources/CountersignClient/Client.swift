// The client that sidecars and the command line use: questions in, answers out, one connection for all of them.
//
// It asks once and tells what came of it. It does not retry, cache or guess: how long an answer is worth waiting for, and
// what to do without one, the caller knows.

import CCountersign
import CProtobufC
import Glibc
import NIOCore
import RemoteProcedureCall

/// A client of the Countersign daemon on this host.
///
/// ```swift
/// import CountersignClient
///
/// let client = Client()
/// var request = CheckRequest(
///   principal: "arn:aws:sts::444455556666:assumed-role/ExampleRole/session",
///   operation: "kms:Decrypt",
///   resource: "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
/// request.encryptionContext = ["purpose": "backup"]
/// request.context = ["aws:SourceIp": ["192.0.2.7"]]
///
/// do throws(ClientError) {
///   let answer = try await client.check(request)
///   guard answer.isAllowed else { return refuse(answer.reason) }
///   decrypt()
/// } catch {
///   // No answer. That is never an allow.
///   refuse(error)
/// }
/// ```
///
/// **Fail closed.** Go ahead on `decision == .allow` and on nothing else. An error, of whatever code, means that nobody
/// has said yes.
///
/// **Errors and retries.** A refusal is an answer and not an error; asking again gives the same. UNAVAILABLE
/// (`ClientError.isRetryable`) is worth a retry with back-off: the daemon restarts, has no policy set yet, or journald does
/// not accept the record. A call that had reached the daemon may have been judged and recorded already, so a retry can
/// stand in the journal twice; use `requestID` to tell. DEADLINE_EXCEEDED says that the daemon is hung or overloaded: a
/// retry adds to that. INVALID_ARGUMENT and UNIMPLEMENTED need another question.
///
/// One client serves any number of tasks; their calls share one connection, which is made at the first call and again when
/// it was lost. Cancelling a task cancels its call.
public final class Client: Sendable {
  /// Where the daemon listens unless told otherwise.
  public static let defaultSocketPath = "/run/countersign/authorization.sock"

  public let socketPath: String
  private let timeout: Duration
  private let transport: ClientTransport

  /// Does not connect yet.
  /// - Parameters:
  ///   - socketPath: nil for the environment's `COUNTERSIGN_SOCKET`, else the default
  ///   - timeout: for calls that do not bring their own, from the call to its answer
  public init(socketPath: String? = nil, timeout: Duration = .seconds(5)) {
    let path = socketPath ?? Self.environmentSocketPath ?? Self.defaultSocketPath
    self.socketPath = path
    self.timeout = timeout
    transport = ClientTransport(socketPath: path)
  }

  /// Asks one question.
  public func check(_ request: CheckRequest, timeout: Duration? = nil) async throws(ClientError) -> CheckResponse {
    let message = try Self.pack { arena throws(Status) in try request.message(in: arena) }
    let answer = try await call("Check", message, timeout)
    let response = try Self.unpack(answer, countersign__check_response__unpack) { message throws(ClientError) in
      try CheckResponse(message)
    }
    try Self.verify(response.requestID, answers: request)
    return response
  }

  /// Asks several questions, at most 1,000, of one revision of the policies.
  /// - Returns: the answers in the order of the questions; one that could not be judged has its error in its place.
  public func checkBatch(
    _ requests: [CheckRequest], timeout: Duration? = nil
  ) async throws(ClientError) -> [Result<CheckResponse, ClientError>] {
    let message = try Self.pack { arena throws(Status) in
      let batch = try arena.make(countersign__check_batch_request__init)
      batch.pointee.n_requests = requests.count
      batch.pointee.requests = try arena.messages(requests) { arena, request throws(Status) in
        try request.message(in: arena)
      }
      return batch
    }
    let answer = try await call("CheckBatch", message, timeout)
    let results = try Self.unpack(answer, countersign__check_batch_response__unpack) { message throws(ClientError) in
      elements(message.results, message.n_results).map { Self.result($0) }
    }
    guard results.count == requests.count else {
      throw ClientError(.internal, "the daemon gave \(results.count) answers to \(requests.count) questions")
    }
    for (request, result) in zip(requests, results) {
      if case .success(let response) = result { try Self.verify(response.requestID, answers: request) }
    }
    return results
  }

  /// Opens a call for any number of questions, which are asked and answered one by one.
  /// - Parameter timeout: for the stream as a whole; nil for none, since it may stay open as long as the client lives
  public func checkStream(timeout: Duration? = nil) -> CheckStream {
    CheckStream(
      transport.bidirectional("/countersign.v1.AuthorizationService/CheckStream", timeout: timeout))
  }

  /// Asks why: the same question, told statement by statement. Not recorded, and nothing to act on.
  /// - Parameters:
  ///   - side: with one side, nothing of the other's policies is told, nor values that only its account knows
  ///   - account: where given, only sides of this account are told
  public func explain(
    _ request: CheckRequest, side: Side = .both, account: String = "", timeout: Duration? = nil
  ) async throws(ClientError) -> ExplainResponse {
    let message = try Self.pack { arena throws(Status) in
      let message = try arena.make(countersign__explain_request__init)
      message.pointee.request = try request.message(in: arena)
      message.pointee.side = side.wireValue
      message.pointee.account = try arena.text(account)
      return message
    }
    let answer = try await call("Explain", message, timeout)
    let response = try Self.unpack(answer, countersign__explain_response__unpack) { message throws(ClientError) in
      try ExplainResponse(message)
    }
    try Self.verify(response.requestID, answers: request)
    return response
  }

  /// Asks what the answer would be with other policies: the daemon's directory as it is on disk, changed by `simulation`.
  /// Not recorded, and nothing to act on.
  /// - Throws: FAILED_PRECONDITION when the changed set is bad; RESOURCE_EXHAUSTED when too many simulations wait.
  public func simulate(
    _ request: CheckRequest, _ simulation: Simulation, timeout: Duration? = nil
  ) async throws(ClientError) -> CheckResponse {
    let message = try Self.pack { arena throws(Status) in try simulation.message(of: request, in: arena) }
    let answer = try await call("Simulate", message, timeout)
    let response = try Self.unpack(answer, countersign__check_response__unpack) { message throws(ClientError) in
      try CheckResponse(message)
    }
    try Self.verify(response.requestID, answers: request)
    return response
  }

  /// Which policies are in force, and how the daemon is doing.
  public func status(timeout: Duration? = nil) async throws(ClientError) -> DaemonStatus {
    let message = try Self.pack { arena throws(Status) in try arena.make(countersign__get_status_request__init) }
    let answer = try await call("GetStatus", message, timeout)
    return try Self.unpack(answer, countersign__get_status_response__unpack) { message throws(ClientError) in
      DaemonStatus(message)
    }
  }

  /// Has the policy directory loaded anew and waits until that is done.
  /// - Throws: FAILED_PRECONDITION when the set on disk is bad; the last good one stays in force, and `status` tells all
  ///   that is wrong.
  public func reload(timeout: Duration? = nil) async throws(ClientError) -> ReloadResult {
    let message = try Self.pack { arena throws(Status) in try arena.make(countersign__reload_request__init) }
    let answer = try await call("Reload", message, timeout)
    return try Self.unpack(answer, countersign__reload_response__unpack) { message throws(ClientError) in
      ReloadResult(revision: String(message.revision), isChanged: message.changed != 0)
    }
  }

  /// The daemon's health now and whenever it changes. Ends with an error when the connection does.
  public func health() -> AsyncThrowingStream<HealthState, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task { [transport] in
        do {
          let message = try Self.pack { arena throws(Status) in try arena.make(grpc_health__health_check_request__init)
          }
          for try await answer in transport.serverStreaming("/grpc.health.v1.Health/Watch", message, timeout: nil) {
            continuation.yield(
              try Self.unpack(answer, grpc_health__health_check_response__unpack) { message throws(ClientError) in
                HealthState(message.status)
              })
          }
          continuation.finish()
        } catch let status as Status {
          continuation.finish(throwing: ClientError(status))
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// Closes the connection. Calls in flight, and later ones, fail with CANCELLED.
  public func close() async { await transport.close() }

  // MARK: Calls

  private static var environmentSocketPath: String? {
    guard let value = getenv("COUNTERSIGN_SOCKET"), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  private func call(
    _ method: String, _ message: PackedMessage, _ timeout: Duration?
  ) async throws(ClientError) -> ByteBuffer {
    do {
      return try await transport.unary(
        "/countersign.v1.AuthorizationService/\(method)", message, timeout: timeout ?? self.timeout)
    } catch {
      throw ClientError(error)
    }
  }

  /// Builds a message in this thread's arena and packs it before the arena is used again.
  static func pack<Message>(
    _ build: (borrowing MessageArena) throws(Status) -> UnsafeMutablePointer<Message>
  ) throws(ClientError) -> PackedMessage {
    do {
      return PackedMessage(packing: try build(try MessageArena()))
    } catch {
      throw ClientError(error)
    }
  }

  static func unpack<Message, Value>(
    _ answer: ByteBuffer,
    _ unpack: (UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<Message>?,
    _ read: (Message) throws(ClientError) -> Value
  ) throws(ClientError) -> Value {
    let result = answer.withUnsafeReadableBytes { bytes -> Result<Value, ClientError> in
      do throws(Status) {
        let arena = try MessageArena()
        let message = try arena.unpack(bytes, with: unpack)
        do throws(ClientError) { return .success(try read(message.pointee)) } catch { return .failure(error) }
      } catch {
        return .failure(ClientError(.internal, "the daemon's answer cannot be read: \(error.message)"))
      }
    }
    return try result.get()
  }

  static func result(_ message: Countersign__CheckBatchResult) -> Result<CheckResponse, ClientError> {
    do throws(ClientError) {
      switch message.result_case {
      case COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_RESPONSE:
        if let response = message.response?.pointee { return .success(try CheckResponse(response)) }
      case COUNTERSIGN__CHECK_BATCH_RESULT__RESULT_ERROR:
        if let error = message.error?.pointee {
          return .failure(ClientError(number: error.code, message: String(error.message)))
        }
      default: break
      }
      throw ClientError(.internal, "the daemon left a question without an answer")
    } catch {
      return .failure(error)
    }
  }

  /// An answer to another question is not an answer.
  private static func verify(_ requestID: String, answers request: CheckRequest) throws(ClientError) {
    guard requestID.utf8.elementsEqual(request.requestID.utf8) else {
      throw ClientError(.internal, "the daemon answered the request `\(requestID)`, expected `\(request.requestID)`")
    }
  }
}

extension HealthState {
  init(_ status: GrpcHealth__HealthCheckResponse__ServingStatus) {
    switch status {
    case GRPC_HEALTH__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING: self = .serving
    case GRPC_HEALTH__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING: self = .notServing
    default: self = .unknown
    }
  }
}
